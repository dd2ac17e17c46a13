"""Statistics and settings at run time."""

from __future__ import annotations

import pytest
import requests

from generator.sandbox.server import Sandbox
from tests.unit.sandbox.api_client import MODEL, ApiClient


def test_counters_show_what_was_paid(sandbox: Sandbox, api: ApiClient) -> None:
    task_id = api.submit("twice")
    api.submit("twice")
    api.post("refused [bad-request]")
    requests.get(api.final(task_id)["result"][0]["image"], timeout=10)
    stats = requests.get(f"{api.url}/sandbox/stats", timeout=10).json()
    assert (stats["submits"], stats["accepted"], stats["files"]) == (3, 2, 1)
    assert stats["by_prompt"] == {"twice": 2} == sandbox.by_prompt
    assert stats["queries"] == sandbox.queries > 0
    task = stats["tasks"][task_id]
    assert (task["prompt"], task["model"], task["status"]) == ("twice", MODEL, "success")
    assert task["finished_at"] - task["accepted_at"] == pytest.approx(0.1)
    api.control("config", down=True)
    api.control("reset")
    assert (sandbox.submits, sandbox.tasks, api.credit()) == (0, {}, "1000.000000")


def test_settings_change_at_run_time(sandbox: Sandbox, api: ApiClient) -> None:
    api.control("config", down=True)
    assert api.post().status_code == 502
    assert api.get("/api/user").headers["Content-Type"] == "text/html"
    api.control("config", down=False, reject_keys=True)
    assert api.post().status_code == 401
    sandbox.configure(reject_keys=False, credits=0.4)
    assert api.post().status_code == 402
    assert api.post(model="google/gemini-2.5-flash-image").status_code == 200
    assert api.control("config", credits=-1).status_code == 400
    assert api.control("config", nonsense=1).status_code == 400
    assert api.control("config", duration_seconds=9).json()["duration_seconds"] == 9
