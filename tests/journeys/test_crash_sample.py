"""A sample of `make crash`: a worker killed at lines spread over a job's whole life."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.stack import ROOT

pytestmark = pytest.mark.xdist_group("journeys-crash")


def test_worker_killed_at_any_line_loses_nothing_and_pays_nothing_twice() -> None:
    command = [sys.executable, "-m", "tests.crash.lines", "--every", "150"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    assert ", 0 wrong;" in done.stdout
