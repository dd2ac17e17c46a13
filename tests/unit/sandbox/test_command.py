"""The `sandbox` command."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from django.core.management import CommandError, call_command

from generator.sandbox import scenarios

ROOT = Path(__file__).parents[3]


def test_the_command_lists_the_scenarios(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("sandbox", "--list")
    assert len(capsys.readouterr().out.splitlines()) == len(scenarios.RECIPES)


def test_the_command_serves_until_it_is_stopped(tmp_path: Path) -> None:
    command = [sys.executable, "manage.py", "sandbox", "--port", "0"]
    command += ["--state", str(tmp_path / "state.json")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline().strip()
        url = line.removeprefix("Sandbox at ")
        assert requests.get(url, timeout=5).status_code == 200
        with pytest.raises(CommandError, match="already in use"):
            call_command("sandbox", port=int(url.rpartition(":")[2]), no_state=True)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=3) == 0
