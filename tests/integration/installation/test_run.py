"""`manage.py run` says what stands in its way, in one sentence, and starts nothing.

One real process for each way in which a refusal reaches the operator; the sentences themselves
are in `tests/unit/test_settings.py` and `tests/unit/test_supervisor.py`, a studio that does start
in `tests/journeys/test_restarts.py`.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stack import Stack


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def refusal(folder: Path, **settings: str) -> str:
    """Return the line that a start says when it ends by itself, with an error."""
    studio = Stack(folder, **settings)
    assert studio.launch().wait(timeout=90) == 1, studio.said()
    assert studio.processes() == {}
    assert "Traceback" not in studio.said()
    return studio.said().splitlines()[-1]


def test_a_malformed_setting_is_refused(tmp_path: Path) -> None:
    line = refusal(tmp_path / "data", GEMPIX_PORT="abc")
    assert line == "gempix: GEMPIX_PORT must be a whole number from 1 to 65535."


def test_a_port_in_use_is_refused(tmp_path: Path, busy_port: int) -> None:
    assert refusal(tmp_path / "data", GEMPIX_PORT=str(busy_port)) == (
        f"gempix: port {busy_port} is in use (127.0.0.1:{busy_port}); stop what uses it, "
        "or choose another with GEMPIX_PORT."
    )


def test_a_database_that_cannot_be_reached_is_refused(tmp_path: Path) -> None:
    line = refusal(tmp_path / "data", DATABASE_URL="postgresql://nobody@127.0.0.1:9/x")
    assert line.startswith("gempix: the database cannot be used (DATABASE_URL): ")
