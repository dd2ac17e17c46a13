"""`manage.py run` with real processes: it starts, heals, stops, and says what stands in its way."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from tests.stack import free_ports

ROOT = Path(__file__).parents[2]
FAMILIES = ("GEMPIX_", "DJANGO_", "PYTEST_", "DATABASE_URL", "REDIS_URL")
PROGRAMS = ("gunicorn", "qcluster", "sandbox")
serial = count()

pytestmark = pytest.mark.slow
# One studio at a time: each is nine processes, and several at once only wait for one another.
alone = pytest.mark.xdist_group("studio")


class Studio:
    """A studio in a data folder of its own, and every process that it starts."""

    def __init__(self, folder: Path, port: int, **settings: str) -> None:
        self.folder = folder
        self.port = port
        self.log = folder.with_name(f"{folder.name}.log")
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith(FAMILIES)}
        self.environment |= {
            "GEMPIX_API_KEY": "",  # whatever a developer's .env says
            "GEMPIX_DATA_DIR": str(folder),
            "GEMPIX_PORT": str(port),
            **settings,
        }
        self.supervisor: subprocess.Popen[bytes] | None = None

    def launch(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            self.supervisor = subprocess.Popen(
                [sys.executable, "manage.py", "run"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return self.supervisor

    def start(self) -> subprocess.Popen[bytes]:
        """Launch, and wait until it says that it runs."""
        before = self.said().count("Press Ctrl-C")
        supervisor = self.launch()
        self.until(lambda: self.said().count("Press Ctrl-C") > before, 90)
        return supervisor

    def refused(self) -> str:
        """Launch, and give the last line that it says when it ends by itself, with an error."""
        assert self.launch().wait(timeout=90) == 1, self.said()
        return self.said().splitlines()[-1]

    def said(self) -> str:
        return self.log.read_text() if self.log.exists() else ""

    def until(self, condition: Callable[[], object], seconds: float) -> None:
        ends = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < ends, f"not within {seconds} s; it said:\n{self.said()}"
            time.sleep(0.1)

    def answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def processes(self) -> dict[int, str]:
        """Every live process with our data folder in its environment, and its command line."""
        mark = f"GEMPIX_DATA_DIR={self.folder}".encode()
        found = {}
        for entry in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if mark in (entry / "environ").read_bytes().split(b"\0"):
                    command = (entry / "cmdline").read_bytes()
                    found[int(entry.name)] = command.replace(b"\0", b" ").decode()
        return found

    def leaders(self) -> dict[str, int]:
        """The supervisor's own children, by program."""
        found: dict[str, int] = {}
        assert self.supervisor is not None
        for pid, command in self.processes().items():
            with suppress(OSError):
                stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                if int(stat[1]) == self.supervisor.pid:
                    found |= {name: pid for name in PROGRAMS if name in command}
        return found


@pytest.fixture
def database() -> Iterator[dict[str, str]]:
    """The settings of a database for one studio, as the footing of this run has it."""
    address = os.environ.get("DATABASE_URL")
    if not address:
        yield {}
        return
    name = f"gempix_run_{os.getpid()}_{next(serial)}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield {
            "DATABASE_URL": f"{address.rpartition('/')[0]}/{name}",
            "REDIS_URL": os.environ.get("REDIS_URL", ""),
        }
        drop = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
        connection.execute(drop)


@pytest.fixture
def studio(tmp_path: Path, database: dict[str, str]) -> Iterator[Studio]:
    studio = Studio(tmp_path / "data", free_ports()[0], **database)
    yield studio
    for pid in studio.processes():
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    if studio.supervisor:
        studio.supervisor.wait()


@alone
def test_it_starts_says_where_and_stops_at_ctrl_c_with_nothing_left(studio: Studio) -> None:
    supervisor = studio.start()
    said = studio.said()
    assert f" is running at http://127.0.0.1:{studio.port}\n" in said
    assert "Pictures are drawn by the built-in sandbox." in said
    assert f"owner's account at http://127.0.0.1:{studio.port}/setup/" in said
    assert studio.answers()
    assert studio.folder.stat().st_mode & 0o777 == 0o700
    assert studio.leaders().keys() == set(PROGRAMS)

    began = time.monotonic()
    supervisor.send_signal(signal.SIGINT)
    assert supervisor.wait(timeout=10) == 0, studio.said()
    assert time.monotonic() - began < 5
    assert studio.processes() == {}
    assert "Traceback" not in studio.said()


@alone
def test_second_start_changes_nothing_that_is_there(studio: Studio) -> None:
    studio.start().send_signal(signal.SIGTERM)
    assert studio.supervisor is not None
    assert studio.supervisor.wait(timeout=30) == 0
    assert studio.processes() == {}
    kept = {name: (studio.folder / name).stat().st_mtime_ns for name in ("secret-key", "static")}
    studio.start()
    for name, changed_at in kept.items():
        assert (studio.folder / name).stat().st_mtime_ns == changed_at


@alone
def test_killed_programs_are_started_again_without_leftovers(studio: Studio) -> None:
    studio.start()
    before = studio.leaders()
    for pid in before.values():
        os.kill(pid, signal.SIGKILL)
    studio.until(lambda: studio.leaders().keys() == set(PROGRAMS), 30)
    studio.until(studio.answers, 30)
    after = studio.leaders()
    assert not set(before.values()) & set(after.values())
    # Nothing works on beside its successor: every process is in a living program's session.
    sessions = {os.getsid(pid) for pid in studio.processes()}
    assert studio.supervisor is not None
    assert sessions == {studio.supervisor.pid, *after.values()}


@alone
def test_killed_supervisor_takes_everything_with_it_and_the_next_one_starts(
    studio: Studio,
) -> None:
    supervisor = studio.start()
    before = studio.processes()
    supervisor.kill()
    supervisor.wait()
    studio.start()
    assert studio.answers()
    assert not before.keys() & studio.processes().keys()


@alone
def test_whole_stack_killed_is_back_at_the_next_start(studio: Studio) -> None:
    supervisor = studio.start()
    before = studio.processes()
    for pid in [supervisor.pid, *studio.leaders().values()]:
        os.kill(pid, signal.SIGKILL)
    supervisor.wait()
    studio.start()
    assert studio.answers()
    assert not before.keys() & studio.processes().keys()


@alone
def test_second_supervisor_on_one_data_folder_is_refused(studio: Studio) -> None:
    first = studio.start()
    second = Studio(studio.folder, free_ports()[0])
    second.log = studio.log.with_name("second.log")
    assert second.refused() == (
        f"gempix: the data folder {studio.folder} is in use by another GemPix Studio "
        f"(process {first.pid}); stop that one first, or choose another folder with "
        "GEMPIX_DATA_DIR."
    )
    assert studio.answers()


@pytest.mark.parametrize("setting", ["GEMPIX_PORT", "GEMPIX_SANDBOX_PORT"])
def test_port_in_use_is_said_in_one_sentence(studio: Studio, setting: str) -> None:
    port = studio.port + (setting != "GEMPIX_PORT")
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        assert studio.refused() == (
            f"gempix: port {port} is in use (127.0.0.1:{port}); stop what uses it, "
            f"or choose another with {setting}."
        )
    assert studio.processes() == {}


@pytest.mark.parametrize("secret", ["", "a secret of the operator's own"])
def test_data_folder_that_cannot_be_written_is_said_in_one_sentence(
    tmp_path: Path, secret: str
) -> None:
    (tmp_path / "file").touch()
    studio = Studio(tmp_path / "file" / "data", free_ports()[0], DJANGO_SECRET_KEY=secret)
    studio.log = tmp_path / "log"
    assert studio.refused().startswith(f"gempix: the data folder {studio.folder} (GEMPIX_DATA_DIR)")
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
    studio = Studio(tmp_path / "data", free_ports()[0], **{setting: value})
    line = studio.refused()
    assert line.startswith("gempix: ")
    assert sentence in line
    assert "Traceback" not in studio.said()
