"""What a query answers while a task runs and when it has ended."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from typing import Any

import pytest
import requests
from PIL import Image

from tests.unit.sandbox.api_client import ApiClient
from tests.waiting import until


def test_a_task_goes_through_all_statuses_and_ends_as_documented(api: ApiClient) -> None:
    api.control("config", duration_seconds=3)
    task_id = api.submit("a lighthouse")
    seen: list[str] = []
    while not seen or seen[-1] != "success":
        data = api.query(task_id)
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


def test_an_unknown_task_is_not_found(api: ApiClient) -> None:
    answer = api.get("/api/task/query", task_id="ta-none")
    assert (answer.status_code, answer.json()["message"]) == (404, "task not found")
    assert api.get("/api/task/query").status_code == 400
    assert api.get("/api/else").status_code == 404
    assert api.get("/api/image/gen").status_code == 405


@pytest.mark.parametrize(
    ("word", "is_so"),
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
def test_an_ending_can_be_chosen(api: ApiClient, word: str, is_so: Callable[..., Any]) -> None:
    assert is_so(api.run(f"a cat [{word.upper()}]"))


def test_a_result_can_be_a_data_uri(api: ApiClient) -> None:
    head, _, data = api.run("a cat [data-uri]")["result"][0]["image"].partition(",")
    assert head == "data:image/png;base64"
    assert Image.open(io.BytesIO(base64.b64decode(data))).size == (102, 102)


def test_a_young_task_can_be_unknown_and_a_task_can_be_lost(api: ApiClient) -> None:
    late, lost = api.submit("[late-index:0.3]"), api.submit("[lost]")
    assert api.get("/api/task/query", task_id=late).status_code == 404
    until(lambda: api.get("/api/task/query", task_id=late).status_code == 200)
    assert api.get("/api/task/query", task_id=lost).status_code == 404


def test_queries_can_fail_for_a_while(api: ApiClient) -> None:
    task_id = api.submit("[html-502-query:2]")
    answers = [api.get("/api/task/query", task_id=task_id) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [502, 502, 200]
