"""`manage.py run` with real processes: it starts, heals, stops, and says what stands in its way."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stack import PARTS, Stack, footing

pytestmark = pytest.mark.slow
# One studio at a time: each is nine processes, and several at once only wait for one another.
alone = pytest.mark.xdist_group("studio")


def refused(studio: Stack) -> str:
    """The last line that a start says when it ends by itself, with an error."""
    assert studio.launch().wait(timeout=90) == 1, studio.said()
    return studio.said().splitlines()[-1]


def programs(studio: Stack) -> dict[str, int]:
    """What the supervisor has started, by name."""
    return {part: pid for part, pid in studio.leaders().items() if part != "supervisor"}


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Stack]:
    with footing() as settings:
        studio = Stack(tmp_path / "data", **settings)
        yield studio
        studio.clear()


@alone
def test_it_starts_says_where_and_stops_at_ctrl_c_with_nothing_left(studio: Stack) -> None:
    supervisor = studio.run_bare()
    said = studio.said()
    assert f" is running at {studio.url}\n" in said
    assert "Pictures are drawn by the built-in sandbox." in said
    assert studio.setup_url().startswith(f"{studio.url}/setup/")
    assert studio.answers()
    assert studio.folder.stat().st_mode & 0o777 == 0o700
    assert programs(studio).keys() == set(PARTS)

    began = time.monotonic()
    supervisor.send_signal(signal.SIGINT)
    assert supervisor.wait(timeout=10) == 0, studio.said()
    assert time.monotonic() - began < 5
    assert studio.processes() == {}
    assert "Traceback" not in studio.said()


@alone
def test_second_start_changes_nothing_that_is_there(studio: Stack) -> None:
    studio.run_bare()
    studio.end(signum=signal.SIGTERM)
    assert studio.processes() == {}
    kept = {name: (studio.folder / name).stat().st_mtime_ns for name in ("secret-key", "static")}
    studio.run_bare()
    for name, changed_at in kept.items():
        assert (studio.folder / name).stat().st_mtime_ns == changed_at


@alone
def test_killed_programs_are_started_again_without_leftovers(studio: Stack) -> None:
    supervisor = studio.run_bare()
    before = programs(studio)
    for pid in before.values():
        os.kill(pid, signal.SIGKILL)
    studio.until(lambda: programs(studio).keys() == set(PARTS), "all have started again", 30)
    studio.until(studio.answers, "it answers", 30)
    after = programs(studio)
    assert not set(before.values()) & set(after.values())
    # Nothing works on beside its successor: every process is in a living program's session.
    sessions = {os.getsid(pid) for pid in studio.processes()}
    assert sessions == {supervisor.pid, *after.values()}


@alone
def test_killed_supervisor_takes_everything_with_it_and_the_next_one_starts(
    studio: Stack,
) -> None:
    supervisor = studio.run_bare()
    before = studio.processes()
    supervisor.kill()
    supervisor.wait()
    studio.run_bare()
    assert studio.answers()
    assert not before.keys() & studio.processes().keys()


@alone
def test_whole_stack_killed_is_back_at_the_next_start(studio: Stack) -> None:
    supervisor = studio.run_bare()
    before = studio.processes()
    for pid in studio.leaders().values():
        os.kill(pid, signal.SIGKILL)
    supervisor.wait()
    studio.run_bare()
    assert studio.answers()
    assert not before.keys() & studio.processes().keys()


@alone
def test_second_supervisor_on_one_data_folder_is_refused(studio: Stack) -> None:
    first = studio.run_bare()
    second = Stack(studio.folder)
    second.log = studio.log.with_name("second.log")
    assert refused(second) == (
        f"gempix: the data folder {studio.folder} is in use by another GemPix Studio "
        f"(process {first.pid}); stop that one first, or choose another folder with "
        "GEMPIX_DATA_DIR."
    )
    assert studio.answers()


@pytest.mark.parametrize("setting", ["GEMPIX_PORT", "GEMPIX_SANDBOX_PORT"])
def test_port_in_use_is_said_in_one_sentence(studio: Stack, setting: str) -> None:
    port = int(studio.environment[setting])
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        assert refused(studio) == (
            f"gempix: port {port} is in use (127.0.0.1:{port}); stop what uses it, "
            f"or choose another with {setting}."
        )
    assert studio.processes() == {}


@pytest.mark.parametrize("secret", ["", "a secret of the operator's own"])
def test_data_folder_that_cannot_be_written_is_said_in_one_sentence(
    tmp_path: Path, secret: str
) -> None:
    (tmp_path / "file").touch()
    studio = Stack(tmp_path / "file" / "data", DJANGO_SECRET_KEY=secret)
    studio.log = tmp_path / "log"
    assert refused(studio).startswith(f"gempix: the data folder {studio.folder} (GEMPIX_DATA_DIR)")
    assert "Traceback" not in studio.said()


@pytest.mark.parametrize(
    ("setting", "value", "sentence"),
    [
        ("GEMPIX_PORT", "abc", "GEMPIX_PORT must be a whole number from 1 to 65535."),
        ("GEMPIX_PORT", "70000", "GEMPIX_PORT must be a whole number from 1 to 65535."),
        ("GEMPIX_BIND", "192.0.2.1", "see GEMPIX_BIND and GEMPIX_PORT."),
        ("GEMPIX_PUBLIC_URL", "studio", "GEMPIX_PUBLIC_URL must be an address such as"),
        ("GEMPIX_TIME_ZONE", "Mars/Olympus", "GEMPIX_TIME_ZONE must be"),
        ("GEMPIX_LOG_LEVEL", "loud", "GEMPIX_LOG_LEVEL must be"),
        ("DATABASE_URL", "postgresql://nobody@127.0.0.1:9/x", "the database cannot be used"),
    ],
)
def test_malformed_setting_is_said_in_one_sentence(
    tmp_path: Path, setting: str, value: str, sentence: str
) -> None:
    studio = Stack(tmp_path / "data", **{setting: value})
    line = refused(studio)
    assert line.startswith("gempix: ")
    assert sentence in line
    assert "Traceback" not in studio.said()
