"""`manage.py run` says what prevents its start and starts nothing.

One real process for each way in which a refusal reaches the operator; the messages themselves are
in `tests/unit/test_settings.py`, `test_checks.py` and `test_supervisor.py`, a studio that does
start in `tests/journeys/test_restarts.py`.
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
    """Return the last line of a start that ends by itself, with an error."""
    studio = Stack(folder, **settings)
    assert studio.launch().wait(timeout=90) == 1, studio.said()
    assert studio.processes() == {}
    assert "Traceback" not in studio.said()
    return studio.said().splitlines()[-1]


def test_a_malformed_setting_is_refused(tmp_path: Path) -> None:
    line = refusal(tmp_path / "data", GEMPIX_PORT="abc")
    assert line == "gempix: GEMPIX_PORT must be a whole number from 1 to 65535."


def test_settings_that_break_a_promise_are_refused_and_misspelled_ones_named(
    tmp_path: Path,
) -> None:
    studio = Stack(tmp_path / "data", GEMPIX_POLL_FIRST_SECONDS="1500", GEMPIX_API_KYE="dk-secret")
    assert studio.launch().wait(timeout=90) == 1, studio.said()
    log = studio.said()
    assert "gempix.E004) GEMPIX_POLL_FIRST_SECONDS (1500) is too long" in log
    assert "HINT: Lower GEMPIX_POLL_FIRST_SECONDS to 1090 or less." in log
    assert "HINT: Did you mean GEMPIX_API_KEY?" in log
    assert "dk-secret" not in log
    assert "Traceback" not in log


def test_a_port_in_use_is_refused(tmp_path: Path, busy_port: int) -> None:
    assert refusal(tmp_path / "data", GEMPIX_PORT=str(busy_port)) == (
        f"gempix: port {busy_port} is in use (127.0.0.1:{busy_port}); stop what uses it, "
        "or choose another with GEMPIX_PORT."
    )


def test_a_database_that_cannot_be_reached_is_refused(tmp_path: Path) -> None:
    line = refusal(tmp_path / "data", DATABASE_URL="postgresql://nobody@127.0.0.1:9/x")
    assert line.startswith("gempix: the database cannot be used (DATABASE_URL): ")
