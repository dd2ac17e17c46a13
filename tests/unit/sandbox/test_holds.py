"""Held tasks and held answers."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import requests

from generator.sandbox.server import Sandbox
from generator.sandbox.tasks import Task
from tests.unit.sandbox.api_client import ApiClient
from tests.waiting import until


def test_a_held_task_ends_when_it_is_released(sandbox: Sandbox, api: ApiClient) -> None:
    api.control("config", duration_seconds=0, hold=["owl", "hare"])
    owl, hare = api.submit("an owl"), api.submit("a hare")
    assert api.run("a fox")["status"] == "success"
    for task_id in (owl, hare):
        data = api.query(task_id)
        assert (data["status"], data["result"], data["consumed"]) == ("in_progress", None, None)
        assert api.get(f"/files/response_images/{task_id}_0.png").status_code == 404
    assert sandbox.tasks[owl]["finished_at"] is None
    assert api.credit() == "999.500000"
    before = time.time()
    assert api.control("config", hold=["hare"]).json()["hold"] == ["hare"]
    assert api.query(owl)["status"] == "success"
    assert before <= sandbox.tasks[owl]["finished_at"] <= time.time()
    assert api.credit() == "999.000000"
    assert api.query(hare)["status"] == "in_progress"
    sandbox.configure(hold=[])
    assert api.query(hare)["status"] == "success"


def test_a_release_ends_a_task_at_its_usual_time_at_the_earliest() -> None:
    task = Task("ta-1", "any model", "an owl", Decimal(1), 1000, duration_seconds=60, held=True)
    assert task.finished_at is None
    assert task.release(1010).finished_at == 1060
    assert task.release(1090).finished_at == 1090


def test_a_hold_meets_running_tasks_and_no_ended_ones(sandbox: Sandbox, api: ApiClient) -> None:
    sandbox.configure(duration_seconds=60)
    running = api.submit("a late owl")
    sandbox.configure(duration_seconds=0)
    ended = api.run("an owl")["task_id"]
    sandbox.configure(hold=["owl"])
    assert api.query(ended)["status"] == "success"
    assert api.query(running)["status"] == "pending"
    held = api.submit("an owl in the middle")
    sandbox.configure(hold=["in the middle"])
    assert api.query(held)["status"] == "in_progress"


def test_callbacks_wait_for_the_release(sandbox: Sandbox, api: ApiClient, mailbox: Any) -> None:
    url, received = mailbox
    sandbox.configure(duration_seconds=0, hold=["owl"])
    held = [
        api.submit(prompt, callback_url=url)
        for prompt in ("an owl", "an owl [callback-early]", "an owl [callback-twice:0]")
    ]
    free = api.submit("a fox", callback_url=url)
    until(lambda: received)
    assert [body["task_id"] for _, body in received] == [free]
    sandbox.configure(hold=[])
    until(lambda: len(received) == 5)
    task_ids = [body["task_id"] for _, body in received]
    assert [task_ids.count(task_id) for task_id in held] == [1, 1, 2]
    assert {body["status"] for _, body in received} == {"success"}


def test_a_planned_callback_waits_for_a_hold_that_came_later(
    sandbox: Sandbox, api: ApiClient, mailbox: Any
) -> None:
    url, received = mailbox
    sandbox.configure(duration_seconds=0.3)
    held, free = (api.submit(name, callback_url=url) for name in ("an owl", "a fox"))
    sandbox.configure(hold=["owl"])
    until(lambda: received)
    assert [body["task_id"] for _, body in received] == [free]
    sandbox.configure(hold=[])
    until(lambda: len(received) == 2)
    assert received[1][1]["task_id"] == held


def test_holds_may_change_while_tasks_are_accepted(sandbox: Sandbox, mailbox: Any) -> None:
    url, received = mailbox
    sandbox.configure(duration_seconds=0)
    api = ApiClient(sandbox)
    with ThreadPoolExecutor(4) as pool:
        submits = [pool.submit(api.submit, "an owl", callback_url=url) for _ in range(60)]
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
    sandbox: Sandbox, api: ApiClient, prompt: str, status: int, accepted: int
) -> None:
    sandbox.configure(hold_answers=["owl"])
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(api.post, prompt)
        until(lambda: sandbox.stats()["answers_held"] == 1)
        assert api.post("a fox").status_code == 200
        assert (sandbox.accepted, answer.done()) == (accepted + 1, False)
        sandbox.configure(hold_answers=[])
        assert answer.result().status_code == status
    assert sandbox.stats()["answers_held"] == 0


def test_a_task_may_end_before_its_submit_is_answered(
    sandbox: Sandbox, api: ApiClient, mailbox: Any
) -> None:
    url, received = mailbox
    sandbox.configure(hold_answers=["owl"])
    with ThreadPoolExecutor() as pool:
        task_id = pool.submit(api.submit, "an owl", callback_url=url)
        until(lambda: received)
        assert not task_id.done()
        sandbox.configure(hold_answers=[])
        assert task_id.result() == received[0][1]["task_id"]


@pytest.mark.parametrize("way", ["reset", "stop"])
def test_a_reset_and_a_stop_release_everything(sandbox: Sandbox, api: ApiClient, way: str) -> None:
    sandbox.configure(hold=["owl"], hold_answers=["hare"])
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(api.post, "a hare")
        until(lambda: sandbox.stats()["answers_held"] == 1)
        getattr(sandbox, way)()
        if way == "reset":
            assert answer.result().status_code == 200
        else:
            assert isinstance(answer.exception(), requests.ConnectionError)
    until(lambda: sandbox.stats()["answers_held"] == 0)
    with Sandbox(image_scale=0.1) if way == "stop" else nullcontext(sandbox) as again:
        settings = requests.post(f"{again.url}/sandbox/config", timeout=10).json()
        assert (settings["hold"], settings["hold_answers"]) == ([], [])


def test_what_was_held_or_released_ends_for_good_after_a_restart(
    tmp_path: Path, mailbox: Any
) -> None:
    url, received = mailbox
    state = tmp_path / "sandbox.json"
    fields: dict[str, Any] = {"state_file": state, "duration_seconds": 0, "image_scale": 0.1}
    with Sandbox(**fields) as first:
        first.configure(hold=["owl", "hare"])
        api = ApiClient(first)
        owl, hare = (api.submit(name, callback_url=url) for name in ("an owl", "a hare"))
        first.configure(hold=["hare"])
        until(lambda: '"called"' in state.read_text())
        ended = first.tasks[owl]
    restarted_at = time.time()
    with Sandbox(**fields) as second:
        api = ApiClient(second)
        assert second.tasks[owl] == ended
        assert api.query(hare)["status"] == "success"
        assert restarted_at <= second.tasks[hare]["finished_at"] <= time.time()
        assert api.credit() == "999.000000"
        until(lambda: len(received) == 2)
        tasks = second.tasks
    assert [body["task_id"] for _, body in received] == [owl, hare]
    with Sandbox(**fields) as third:
        assert third.tasks == tasks


@pytest.mark.parametrize("name", ["hold", "hold_answers"])
@pytest.mark.parametrize("value", ["owl", [""], [1], [None], {"owl": 1}, True, 7])
def test_a_hold_is_a_list_of_texts(api: ApiClient, name: str, value: object) -> None:
    api.control("config", **{name: ["a fox"]})
    answer = api.control("config", down=True, **{name: value})
    assert answer.status_code == 400
    assert answer.json()["error"] == f"{name} must be a list of non-empty strings"
    settings = api.control("config").json()
    assert (settings[name], settings["down"]) == (["a fox"], False)
