"""The state file: what outlives a kill, and who may use it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import requests

from generator.sandbox.journal import JournalError
from generator.sandbox.server import Sandbox
from tests.unit.sandbox.api_client import ApiClient
from tests.waiting import until


def test_tasks_outlive_a_kill(tmp_path: Path, mailbox: Any) -> None:
    url, received = mailbox
    state, copy = tmp_path / "sandbox.json", tmp_path / "copy.json"
    fields: dict[str, Any] = {"image_scale": 0.1, "duration_seconds": 0.5}
    with Sandbox(state_file=state, **fields) as first:
        api = ApiClient(first)
        done = api.run("done")
        running = api.submit("running [no-consumed]", callback_url=url)
        image = requests.get(done["result"][0]["image"], timeout=10).content
        shutil.copy(state, copy)  # as a kill at this instant would leave it
    with copy.open("a") as file:
        file.write('{"task": {"task_id": "torn')
    with Sandbox(state_file=copy, **fields) as second:
        api = ApiClient(second)
        assert second.accepted == 2
        again = api.query(done["task_id"])
        assert requests.get(again["result"][0]["image"], timeout=10).content == image
        assert "consumed" not in api.final(running)
        assert api.credit() == "999.000000"
        new = api.submit("new")
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
        assert ApiClient(first).submit() in state.read_text()
