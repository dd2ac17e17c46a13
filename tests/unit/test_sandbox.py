"""The stand-in upstream, over real HTTP on the loopback."""

from __future__ import annotations

import base64
import io
import json
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from decimal import Decimal
from email.utils import parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import requests
from django.core.management import CommandError, call_command
from PIL import Image

from generator.sandbox import scenarios
from generator.sandbox.choosing import build, spec_of
from generator.sandbox.journal import JournalError
from generator.sandbox.painter import Order, paint, size_for
from generator.sandbox.server import Sandbox
from generator.sandbox.tasks import Task
from tests.waiting import until

ROOT = Path(__file__).parents[2]
KEY = {"Authorization": "Bearer dk-anything"}
MODEL = "google/gempix2"


class Studio:
    """A plain client of one sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.url = sandbox.url

    def post(self, prompt: str = "a cat", **fields: Any) -> requests.Response:
        headers = KEY | fields.pop("headers", {})
        body = {"model": MODEL, "prompt": prompt} | fields
        return requests.post(f"{self.url}/api/image/gen", json=body, headers=headers, timeout=10)

    def submit(self, prompt: str = "a cat", **fields: Any) -> str:
        answer = self.post(prompt, **fields)
        assert answer.status_code == 200, answer.text
        assert answer.json()["code"] == 0
        return str(answer.json()["data"]["task_id"])

    def get(self, path: str, **params: str) -> requests.Response:
        return requests.get(self.url + path, params=params, headers=KEY, timeout=10)

    def query(self, task_id: str) -> dict[str, Any]:
        answer = self.get("/api/task/query", task_id=task_id)
        assert answer.status_code == 200, answer.text
        return dict(answer.json()["data"])

    def final(self, task_id: str) -> dict[str, Any]:
        early = ("pending", "submitted", "in_progress", "rendering")

        def ended() -> dict[str, Any] | None:
            data = self.query(task_id)
            return None if data["status"] in early else data

        return until(ended)

    def run(self, prompt: str, **fields: Any) -> dict[str, Any]:
        return self.final(self.submit(prompt, **fields))

    def credit(self) -> str:
        return str(self.get("/api/user").json()["data"]["credit"])

    def control(self, name: str, **fields: Any) -> requests.Response:
        return requests.post(f"{self.url}/sandbox/{name}", json=fields, timeout=10)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(duration_seconds=0.1, image_scale=0.1) as running:
        yield running


@pytest.fixture
def studio(sandbox: Sandbox) -> Studio:
    return Studio(sandbox)


@pytest.fixture
def mailbox() -> Iterator[tuple[str, list[tuple[str, dict[str, Any]]]]]:
    """A callback URL, and what was posted there: path and body."""
    received: list[tuple[str, dict[str, Any]]] = []

    class Box(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append((self.path, json.loads(body)))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Box)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/callbacks/7/tokena/", received
    server.shutdown()
    server.server_close()


def test_a_task_goes_through_all_statuses_and_ends_as_documented(studio: Studio) -> None:
    studio.control("config", duration_seconds=3)
    task_id = studio.submit("a lighthouse")
    seen: list[str] = []
    while not seen or seen[-1] != "success":
        data = studio.query(task_id)
        seen += [data["status"]] if data["status"] not in seen else []
        if data["status"] != "success":
            assert data["result"] is None
    assert seen == ["pending", "submitted", "in_progress", "success"]
    assert data["task_id"] == task_id
    assert data["consumed"] == "0.500000"
    assert data["status_reason"] == {"message": None}
    assert data["created_at"].endswith("Z")
    (item,) = data["result"]
    image = requests.get(item["image"], timeout=10)  # no key, as the real store
    assert image.headers["Content-Type"] == "image/png"
    assert Image.open(io.BytesIO(image.content)).format == "PNG"


def test_credits_go_down_with_a_success_only(studio: Studio) -> None:
    assert studio.credit() == "1000.000000"
    studio.run("one")
    studio.run("two", model="google/gemini-2.5-flash-image")
    studio.run("three [failed]")
    assert studio.credit() == "999.100000"


@pytest.mark.parametrize(
    ("fields", "detail"),
    [
        ({"prompt": "  "}, "prompt is required"),
        ({"model": "google/none"}, "unknown model: google/none"),
        ({"images": ["https://a/1.png"] * 5}, "at most 4 images are allowed"),
        ({"images": ["data:image/png;base64,%%"]}, "image 1 is not valid base64"),
        ({"callback_url": None}, "callback_url must be an http or https URL"),
        ({"aspect_ratio": "7:1"}, "aspect_ratio must be one of"),
    ],
)
def test_a_bad_submit_is_refused(studio: Studio, fields: dict[str, Any], detail: str) -> None:
    answer = studio.post(**{"prompt": "a cat"} | fields)
    assert answer.status_code == 400
    assert answer.json()["code"] == 1
    assert answer.json()["detail"].startswith(detail)


@pytest.mark.parametrize("body", [b"{", b"[1]", b"", b"[" * 100_000])
def test_bad_json_is_refused(studio: Studio, body: bytes) -> None:
    answer = requests.post(f"{studio.url}/api/image/gen", data=body, headers=KEY, timeout=10)
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "key", ["", "Bearer", "dk-plain", "Bearer dk-bad", "Bearer INVALID-1", "Bearer Bearer dk-1"]
)
def test_every_call_asks_for_a_key(studio: Studio, key: str) -> None:
    for path in ("user", "task/query", "else"):
        answer = requests.get(f"{studio.url}/api/{path}", headers={"Authorization": key}, timeout=9)
        assert (answer.status_code, answer.json()["message"]) == (401, "Invalid API key")
    assert studio.post(headers={"Authorization": "bearer " + "k" * 300}).status_code == 200


def test_an_unknown_task_is_not_found(studio: Studio) -> None:
    answer = studio.get("/api/task/query", task_id="ta-none")
    assert (answer.status_code, answer.json()["message"]) == (404, "task not found")
    assert studio.get("/api/task/query").status_code == 400
    assert studio.get("/api/else").status_code == 404
    assert studio.get("/api/image/gen").status_code == 405


@pytest.mark.parametrize(
    ("word", "true"),
    [
        ("failed", lambda d: d["status"] == "failed" and d["status_reason"]["message"]),
        ("failed-bare", lambda d: d["status_reason"] is None and d["consumed"] == "0.000000"),
        ("error", lambda d: d["status"] == "error"),
        ("completed", lambda d: d["status"] == "completed" and d["result"][0]["image"]),
        ("no-image", lambda d: d["result"] == [] and d["consumed"] == "0.500000"),
        ("null-result", lambda d: d["result"] is None and d["consumed"] == "0.500000"),
        ("words-only", lambda d: [*d["result"][0]] == ["text"]),
        ("image-and-words", lambda d: [[*i] for i in d["result"]] == [["text"], ["image"]]),
        ("two-images:3", lambda d: len({i["image"] for i in d["result"]}) == 3),
        ("object-result", lambda d: d["result"]["image"].startswith("http://")),
        ("big_image_url", lambda d: d["result"][0]["big_image_url"].startswith("http://")),
        ("number-consumed", lambda d: d["consumed"] == 0.5),
        ("junk-consumed", lambda d: d["consumed"] == "n/a"),
        ("no-consumed", lambda d: "consumed" not in d),
    ],
)
def test_an_ending_can_be_chosen(studio: Studio, word: str, true: Callable[..., Any]) -> None:
    assert true(studio.run(f"a cat [{word.upper()}]"))


def test_a_result_can_be_a_data_uri(studio: Studio) -> None:
    head, _, data = studio.run("a cat [data-uri]")["result"][0]["image"].partition(",")
    assert head == "data:image/png;base64"
    assert Image.open(io.BytesIO(base64.b64decode(data))).size == (102, 102)


@pytest.mark.parametrize(
    ("word", "statuses"),
    [
        ("500", [500, 200, 200]),
        ("500:2", [500, 500, 200]),
        ("500-always", [500, 500, 500]),
        ("503-envelope", [503, 200, 200]),
        ("html-502", [502, 502, 502]),
        ("html-502:1", [502, 200, 200]),
        ("bad-request", [400, 400]),
        ("unauthorized", [401, 401]),
        ("no-credits", [402, 402]),
        ("code-1", [200, 200]),
    ],
)
def test_a_submit_can_be_refused(
    sandbox: Sandbox, studio: Studio, word: str, statuses: list[int]
) -> None:
    answers = [studio.post(f"a cat [{word}]") for _ in statuses]
    assert [answer.status_code for answer in answers] == statuses
    accepted = [a for a in answers if "json" in a.headers["Content-Type"] and not a.json()["code"]]
    assert sandbox.accepted == len(accepted) == (0 if word == "code-1" else statuses.count(200))
    assert sandbox.submits == len(statuses)


@pytest.mark.parametrize("word", ["429:1", "429-date:1"])
def test_a_rate_limit_ends_when_it_says(sandbox: Sandbox, studio: Studio, word: str) -> None:
    answer = studio.post(f"a cat [{word}]")
    assert answer.status_code == 429
    wait = answer.headers["Retry-After"]
    due = float(wait) + time.time() if wait.isdigit() else parsedate_to_datetime(wait).timestamp()
    until(lambda: studio.post(f"a cat [{word}]").status_code == 200)
    assert time.time() >= due - 1.1
    assert sandbox.accepted == 1


FAULTS: dict[str, type[requests.RequestException]] = {
    "silent": requests.ReadTimeout,
    "reset": requests.ConnectionError,
    "cut": requests.exceptions.ChunkedEncodingError,
    "502": requests.HTTPError,
}


@pytest.mark.parametrize("word", [*FAULTS])
def test_a_submit_can_be_accepted_without_a_usable_answer(sandbox: Sandbox, word: str) -> None:
    body = {"model": MODEL, "prompt": f"a cat [accepted-{word}]"}
    url = f"{sandbox.url}/api/image/gen"
    with pytest.raises(FAULTS[word]):
        requests.post(url, json=body, headers=KEY, timeout=0.4).raise_for_status()
    (task,) = until(lambda: [t for t in sandbox.tasks.values() if t["finished_at"]])
    assert task["status"] == "success"


def test_a_young_task_can_be_unknown_and_a_task_can_be_lost(studio: Studio) -> None:
    late, lost = studio.submit("[late-index:0.3]"), studio.submit("[lost]")
    assert studio.get("/api/task/query", task_id=late).status_code == 404
    until(lambda: studio.get("/api/task/query", task_id=late).status_code == 200)
    assert studio.get("/api/task/query", task_id=lost).status_code == 404


def test_queries_can_fail_for_a_while(studio: Studio) -> None:
    task_id = studio.submit("[html-502-query:2]")
    answers = [studio.get("/api/task/query", task_id=task_id) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [502, 502, 200]


def test_a_header_chooses_and_words_combine() -> None:
    assert spec_of("a [Slow : 40] b [callback_twice] [none]") == "slow:40 callback-twice"
    assert spec_of("a [slow]", "failed, no-consumed") == "failed no-consumed"
    assert spec_of("a [portrait] of [x") == ""
    both = build("slow:40 callback-twice")
    assert (both.seconds, len(both.callbacks)) == (40, 2)
    assert build("strange-status").stages[-1][1] == "rendering"
    assert all(build(f"{recipe.name}:1") for recipe in scenarios.RECIPES)


def test_a_callback_is_flat_and_comes_once(studio: Studio, mailbox: Any) -> None:
    url, received = mailbox
    data = studio.run("a cat", callback_url=url)
    until(lambda: received)
    (path, body), *more = received
    assert (path, more) == ("/callbacks/7/tokena/", [])
    del data["created_at"]
    assert body == data


def test_callbacks_can_come_twice_or_late_or_never(studio: Studio, mailbox: Any) -> None:
    url, received = mailbox
    words = {"callback-none": 0, "failed": 1, "callback-twice:0.1": 2, "callback-late:0.2": 1}
    wanted = {studio.submit(f"[{w}]", callback_url=url): times for w, times in words.items()}
    until(lambda: len(received) == 4)
    got = [body["task_id"] for _, body in received]
    assert {task_id: got.count(task_id) for task_id in wanted} == wanted


def test_a_callback_can_come_before_the_answer(studio: Studio, mailbox: Any) -> None:
    url, received = mailbox
    task_id = studio.submit("[callback-early]", callback_url=url)
    assert [body["task_id"] for _, body in received] == [task_id]
    assert studio.query(task_id)["status"] == "success"


def test_forged_callbacks_come_before_the_right_one(studio: Studio, mailbox: Any) -> None:
    url, received = mailbox
    other = studio.submit("another")
    task_id = studio.submit("[callback-forged]", callback_url=url)
    until(lambda: len(received) == 3)
    paths, bodies = zip(*received, strict=True)
    assert paths == ("/callbacks/7/tokena/", "/callbacks/7/tokenb/", "/callbacks/7/tokena/")
    assert [body["task_id"] for body in bodies] == [other, task_id, task_id]
    forged, true = bodies[0]["result"][0]["image"], bodies[2]["result"][0]["image"]
    assert requests.get(forged, timeout=10).content != requests.get(true, timeout=10).content


def test_files_can_be_missing_or_not_images_or_picky(studio: Studio) -> None:
    early = f"/files/response_images/{studio.submit('[slow:30]')}_0.png"
    assert studio.get(early).status_code == 404
    broken = studio.run("[broken-file:1]")["result"][0]["image"]
    assert [requests.get(broken, timeout=10).status_code for _ in (1, 2)] == [404, 200]
    page = requests.get(studio.run("[file-not-image]")["result"][0]["image"], timeout=10)
    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html")
    picky = studio.run("[picky-file]")["result"][0]["image"]
    assert requests.get(picky, timeout=10).status_code == 403
    agent = {"User-Agent": "Studio/1.0"}
    assert requests.get(picky, headers=agent, timeout=10).status_code == 200


def test_painting_is_a_function_of_the_order() -> None:
    order = Order("a red fox", MODEL, "ta1", 128, 128)
    assert paint(order) == paint(order)
    others = [
        Order("a blue bird", MODEL, "ta1", 128, 128),
        Order("a red fox", MODEL, "ta2", 128, 128),
        Order("a red fox", MODEL, "ta1", 128, 128, ("#22aa44",)),
    ]
    assert len({paint(order), *map(paint, others)}) == 4
    assert size_for("google/nano-banana-pro", "9:16", "2k") == (1536, 2688)


@pytest.mark.parametrize("prompt", ["مدينة", "🦊🦊", "森の狐", "x" * 5000, "\x00\ud800\n\t", "a"])
def test_no_prompt_stops_the_painter(prompt: str) -> None:
    png = paint(Order(prompt, MODEL, "ta1", 96, 64))
    assert Image.open(io.BytesIO(png)).size == (96, 64)


def test_every_scene_paints() -> None:
    words = "valley fox boat planet city rose herb silk cave logo palace"
    for number, word in enumerate(words.split()):
        size = (180, 80) if number % 2 else (80, 180)
        assert paint(Order(word, MODEL, "ta1", *size, tints=("#cc3344", "#3344cc")))


def test_an_image_of_the_real_size_is_ready_when_the_task_is() -> None:
    with Sandbox(duration_seconds=2) as sandbox:
        studio = Studio(sandbox)
        buffer = io.BytesIO()
        Image.new("RGB", (40, 30), "green").save(buffer, "JPEG")
        reference = "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode()
        data = studio.run("a sea", aspect_ratio="3:2", images=[reference, "https://a.test/1.png"])
        image = requests.get(data["result"][0]["image"], timeout=10)
        assert image.elapsed.total_seconds() < 0.5
        assert Image.open(io.BytesIO(image.content)).size == (1248, 832)
        assert 300_000 < len(image.content) < 2_500_000


def test_tasks_outlive_a_kill(tmp_path: Path, mailbox: Any) -> None:
    url, received = mailbox
    state, copy = tmp_path / "sandbox.json", tmp_path / "copy.json"
    fields: dict[str, Any] = {"image_scale": 0.1, "duration_seconds": 0.5}
    with Sandbox(state_file=state, **fields) as first:
        studio = Studio(first)
        done = studio.run("done")
        running = studio.submit("running [no-consumed]", callback_url=url)
        image = requests.get(done["result"][0]["image"], timeout=10).content
        shutil.copy(state, copy)  # as a kill at this instant would leave it
    with copy.open("a") as file:
        file.write('{"task": {"task_id": "torn')
    with Sandbox(state_file=copy, **fields) as second:
        studio = Studio(second)
        assert second.accepted == 2
        again = studio.query(done["task_id"])
        assert requests.get(again["result"][0]["image"], timeout=10).content == image
        assert "consumed" not in studio.final(running)
        assert studio.credit() == "999.000000"
        new = studio.submit("new")
        until(lambda: received)
    with Sandbox(state_file=copy, **fields) as third:
        assert set(third.tasks) == {done["task_id"], running, new}


def test_a_second_sandbox_leaves_the_first_ones_state_alone(tmp_path: Path) -> None:
    state = tmp_path / "sandbox.json"
    with Sandbox(state_file=state) as first:
        port = int(first.url.rpartition(":")[2])
        with pytest.raises(OSError, match="in use"):
            Sandbox(port=port, state_file=state).start()
        with pytest.raises(JournalError, match="Another sandbox"):
            Sandbox(state_file=state).start()
        assert Studio(first).submit() in state.read_text()


def test_counters_tell_what_was_paid(sandbox: Sandbox, studio: Studio) -> None:
    task_id = studio.submit("twice")
    studio.submit("twice")
    studio.post("refused [bad-request]")
    requests.get(studio.final(task_id)["result"][0]["image"], timeout=10)
    stats = requests.get(f"{studio.url}/sandbox/stats", timeout=10).json()
    assert (stats["submits"], stats["accepted"], stats["files"]) == (3, 2, 1)
    assert stats["by_prompt"] == {"twice": 2} == sandbox.by_prompt
    assert stats["queries"] == sandbox.queries > 0
    task = stats["tasks"][task_id]
    assert (task["prompt"], task["model"], task["status"]) == ("twice", MODEL, "success")
    assert task["finished_at"] - task["accepted_at"] == pytest.approx(0.1)
    studio.control("config", down=True)
    studio.control("reset")
    assert (sandbox.submits, sandbox.tasks, studio.credit()) == (0, {}, "1000.000000")


def test_knobs_turn_while_it_runs(sandbox: Sandbox, studio: Studio) -> None:
    studio.control("config", down=True)
    assert studio.post().status_code == 502
    assert studio.get("/api/user").headers["Content-Type"] == "text/html"
    studio.control("config", down=False, reject_keys=True)
    assert studio.post().status_code == 401
    sandbox.configure(reject_keys=False, credits=0.4)
    assert studio.post().status_code == 402
    assert studio.post(model="google/nano-banana").status_code == 200
    assert studio.control("config", credits=-1).status_code == 400
    assert studio.control("config", nonsense=1).status_code == 400
    assert studio.control("config", duration_seconds=9).json()["duration_seconds"] == 9


def test_a_held_task_ends_when_it_is_released(sandbox: Sandbox, studio: Studio) -> None:
    studio.control("config", duration_seconds=0, hold=["owl", "hare"])
    owl, hare = studio.submit("an owl"), studio.submit("a hare")
    assert studio.run("a fox")["status"] == "success"
    for task_id in (owl, hare):
        data = studio.query(task_id)
        assert (data["status"], data["result"], data["consumed"]) == ("in_progress", None, None)
        assert studio.get(f"/files/response_images/{task_id}_0.png").status_code == 404
    assert sandbox.tasks[owl]["finished_at"] is None
    assert studio.credit() == "999.500000"
    before = time.time()
    assert studio.control("config", hold=["hare"]).json()["hold"] == ["hare"]
    assert studio.query(owl)["status"] == "success"
    assert before <= sandbox.tasks[owl]["finished_at"] <= time.time()
    assert studio.credit() == "999.000000"
    assert studio.query(hare)["status"] == "in_progress"
    sandbox.configure(hold=[])
    assert studio.query(hare)["status"] == "success"


def test_a_release_ends_a_task_at_its_usual_time_at_the_earliest() -> None:
    task = Task("ta-1", "any model", "an owl", Decimal(1), 1000, duration_seconds=60, held=True)
    assert task.finished_at is None
    assert task.release(1010).finished_at == 1060
    assert task.release(1090).finished_at == 1090


def test_a_hold_meets_running_tasks_and_no_ended_ones(sandbox: Sandbox, studio: Studio) -> None:
    sandbox.configure(duration_seconds=60)
    running = studio.submit("a late owl")
    sandbox.configure(duration_seconds=0)
    ended = studio.run("an owl")["task_id"]
    sandbox.configure(hold=["owl"])
    assert studio.query(ended)["status"] == "success"
    assert studio.query(running)["status"] == "pending"
    held = studio.submit("an owl in the middle")
    sandbox.configure(hold=["in the middle"])
    assert studio.query(held)["status"] == "in_progress"


def test_callbacks_wait_for_the_release(sandbox: Sandbox, studio: Studio, mailbox: Any) -> None:
    url, received = mailbox
    sandbox.configure(duration_seconds=0, hold=["owl"])
    held = [
        studio.submit(prompt, callback_url=url)
        for prompt in ("an owl", "an owl [callback-early]", "an owl [callback-twice:0]")
    ]
    free = studio.submit("a fox", callback_url=url)
    until(lambda: received)
    assert [body["task_id"] for _, body in received] == [free]
    sandbox.configure(hold=[])
    until(lambda: len(received) == 5)
    task_ids = [body["task_id"] for _, body in received]
    assert [task_ids.count(task_id) for task_id in held] == [1, 1, 2]
    assert {body["status"] for _, body in received} == {"success"}


def test_a_planned_callback_waits_for_a_hold_that_came_later(
    sandbox: Sandbox, studio: Studio, mailbox: Any
) -> None:
    url, received = mailbox
    sandbox.configure(duration_seconds=0.3)
    held, free = (studio.submit(name, callback_url=url) for name in ("an owl", "a fox"))
    sandbox.configure(hold=["owl"])
    until(lambda: received)
    assert [body["task_id"] for _, body in received] == [free]
    sandbox.configure(hold=[])
    until(lambda: len(received) == 2)
    assert received[1][1]["task_id"] == held


def test_holds_may_change_while_tasks_are_accepted(sandbox: Sandbox, mailbox: Any) -> None:
    url, received = mailbox
    sandbox.configure(duration_seconds=0)
    studio = Studio(sandbox)
    with ThreadPoolExecutor(4) as pool:
        submits = [pool.submit(studio.submit, "an owl", callback_url=url) for _ in range(60)]
        while not all(submit.done() for submit in submits):
            sandbox.configure(hold=["owl"])
            sandbox.configure(hold=[])
    task_ids = {submit.result() for submit in submits}
    until(lambda: len(received) == 60)
    assert {body["task_id"] for _, body in received} == task_ids


@pytest.mark.parametrize(
    ("prompt", "status", "accepted"),
    [("an owl", 200, 1), ("an owl [bad-request]", 400, 0), ("an owl [accepted-502]", 502, 1)],
)
def test_a_held_answer_comes_when_it_is_released(
    sandbox: Sandbox, studio: Studio, prompt: str, status: int, accepted: int
) -> None:
    sandbox.configure(hold_answers=["owl"])
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(studio.post, prompt)
        until(lambda: sandbox.stats()["answers_held"] == 1)
        assert studio.post("a fox").status_code == 200
        assert (sandbox.accepted, answer.done()) == (accepted + 1, False)
        sandbox.configure(hold_answers=[])
        assert answer.result().status_code == status
    assert sandbox.stats()["answers_held"] == 0


def test_a_task_may_end_before_its_submit_is_answered(
    sandbox: Sandbox, studio: Studio, mailbox: Any
) -> None:
    url, received = mailbox
    sandbox.configure(hold_answers=["owl"])
    with ThreadPoolExecutor() as pool:
        task_id = pool.submit(studio.submit, "an owl", callback_url=url)
        until(lambda: received)
        assert not task_id.done()
        sandbox.configure(hold_answers=[])
        assert task_id.result() == received[0][1]["task_id"]


@pytest.mark.parametrize("way", ["reset", "stop"])
def test_a_reset_and_a_stop_release_everything(sandbox: Sandbox, studio: Studio, way: str) -> None:
    sandbox.configure(hold=["owl"], hold_answers=["hare"])
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(studio.post, "a hare")
        until(lambda: sandbox.stats()["answers_held"] == 1)
        getattr(sandbox, way)()
        if way == "reset":
            assert answer.result().status_code == 200
        else:
            assert isinstance(answer.exception(), requests.ConnectionError)
    until(lambda: sandbox.stats()["answers_held"] == 0)
    with Sandbox(image_scale=0.1) if way == "stop" else nullcontext(sandbox) as again:
        knobs = requests.post(f"{again.url}/sandbox/config", timeout=10).json()
        assert (knobs["hold"], knobs["hold_answers"]) == ([], [])


def test_what_was_held_or_released_ends_for_good_after_a_restart(
    tmp_path: Path, mailbox: Any
) -> None:
    url, received = mailbox
    state = tmp_path / "sandbox.json"
    fields: dict[str, Any] = {"state_file": state, "duration_seconds": 0, "image_scale": 0.1}
    with Sandbox(**fields) as first:
        first.configure(hold=["owl", "hare"])
        studio = Studio(first)
        owl, hare = (studio.submit(name, callback_url=url) for name in ("an owl", "a hare"))
        first.configure(hold=["hare"])
        until(lambda: '"called"' in state.read_text())
        ended = first.tasks[owl]
    restarted_at = time.time()
    with Sandbox(**fields) as second:
        studio = Studio(second)
        assert second.tasks[owl] == ended
        assert studio.query(hare)["status"] == "success"
        assert restarted_at <= second.tasks[hare]["finished_at"] <= time.time()
        assert studio.credit() == "999.000000"
        until(lambda: len(received) == 2)
        tasks = second.tasks
    assert [body["task_id"] for _, body in received] == [owl, hare]
    with Sandbox(**fields) as third:
        assert third.tasks == tasks


@pytest.mark.parametrize("name", ["hold", "hold_answers"])
@pytest.mark.parametrize("value", ["owl", [""], [1], [None], {"owl": 1}, True, 7])
def test_a_hold_is_a_list_of_texts(studio: Studio, name: str, value: object) -> None:
    studio.control("config", **{name: ["a fox"]})
    answer = studio.control("config", down=True, **{name: value})
    assert answer.status_code == 400
    assert answer.json()["error"] == f"{name} must be a list of texts, none of them empty"
    knobs = studio.control("config").json()
    assert (knobs[name], knobs["down"]) == (["a fox"], False)


def test_many_connections_are_served_at_once(sandbox: Sandbox) -> None:
    address = ("127.0.0.1", int(sandbox.url.rpartition(":")[2]))
    connections = [socket.create_connection(address, 10) for _ in range(200)]
    request = f"GET /api/user HTTP/1.1\r\nAuthorization: {KEY['Authorization']}\r\n\r\n"
    for connection in connections:
        connection.sendall(request.encode() * 2)  # the second one needs keep-alive
    for connection in connections:
        with connection, connection.makefile("rb") as answer:
            connection.shutdown(socket.SHUT_WR)
            assert answer.read().count(b"HTTP/1.1 200 OK") == 2


def test_stopping_drops_open_connections() -> None:
    sandbox = Sandbox().start()
    with requests.Session() as session:
        assert session.get(sandbox.url, timeout=5).status_code == 200
        started = time.monotonic()
        sandbox.stop()
        assert time.monotonic() - started < 1
        with pytest.raises(requests.ConnectionError):
            session.get(sandbox.url, timeout=5)


def test_the_log_holds_no_key_and_no_image(capfd: pytest.CaptureFixture[str]) -> None:
    with Sandbox(verbose=True, image_scale=0.1) as sandbox:
        Studio(sandbox).post(images=["data:image/png;base64,QUJDRA=="])
    log = until(lambda: capfd.readouterr().err)
    assert "POST /api/image/gen 200" in log
    assert "dk-" not in log
    assert "QUJD" not in log


def test_the_command_lists_the_scenarios(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("sandbox", "--list")
    assert len(capsys.readouterr().out.splitlines()) == len(scenarios.RECIPES)


def test_the_command_serves_until_it_is_told_to_stop(tmp_path: Path) -> None:
    command = [sys.executable, "manage.py", "sandbox", "--port", "0"]
    command += ["--state", str(tmp_path / "state.json")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline().strip()
        url = line.removeprefix("Sandbox upstream at ")
        assert requests.get(url, timeout=5).status_code == 200
        with pytest.raises(CommandError, match="already in use"):
            call_command("sandbox", port=int(url.rpartition(":")[2]), no_state=True)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=3) == 0
