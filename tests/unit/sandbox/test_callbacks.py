"""Callbacks: once, twice, late, early, forged, never."""

from __future__ import annotations

from typing import Any

import requests

from tests.unit.sandbox.api_client import ApiClient
from tests.waiting import until


def test_a_callback_is_flat_and_comes_once(api: ApiClient, mailbox: Any) -> None:
    url, received = mailbox
    data = api.run("a cat", callback_url=url)
    until(lambda: received)
    (path, body), *more = received
    assert (path, more) == ("/callbacks/7/tokena/", [])
    del data["created_at"]
    assert body == data


def test_callbacks_can_come_twice_or_late_or_never(api: ApiClient, mailbox: Any) -> None:
    url, received = mailbox
    words = {"callback-none": 0, "failed": 1, "callback-twice:0.1": 2, "callback-late:0.2": 1}
    expected = {api.submit(f"[{w}]", callback_url=url): times for w, times in words.items()}
    until(lambda: len(received) == 4)
    received_ids = [body["task_id"] for _, body in received]
    assert {task_id: received_ids.count(task_id) for task_id in expected} == expected


def test_a_callback_can_come_before_the_answer(api: ApiClient, mailbox: Any) -> None:
    url, received = mailbox
    task_id = api.submit("[callback-early]", callback_url=url)
    assert [body["task_id"] for _, body in received] == [task_id]
    assert api.query(task_id)["status"] == "success"


def test_forged_callbacks_come_before_the_right_one(api: ApiClient, mailbox: Any) -> None:
    url, received = mailbox
    other = api.submit("another")
    task_id = api.submit("[callback-forged]", callback_url=url)
    until(lambda: len(received) == 3)
    paths, bodies = zip(*received, strict=True)
    assert paths == ("/callbacks/7/tokena/", "/callbacks/7/tokenb/", "/callbacks/7/tokena/")
    assert [body["task_id"] for body in bodies] == [other, task_id, task_id]
    forged, true = bodies[0]["result"][0]["image"], bodies[2]["result"][0]["image"]
    assert requests.get(forged, timeout=10).content != requests.get(true, timeout=10).content
