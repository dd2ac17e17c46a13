"""The supervisor's parts, with small programs in place of the studio's."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError

from generator import taskqueue
from generator.queries import studio_status
from generator.supervisor import locks, preflight, process, stack, watchdog
from generator.supervisor.locks import CannotStart
from generator.supervisor.process import Process
from tests.stack import ROOT, free_ports
from tests.waiting import until

Programs = Callable[[str], Process]


def tick_until(each: Process, condition: Callable[[], object]) -> None:
    def tick() -> object:
        each.tick()
        return condition()

    until(tick)


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Programs]:
    """Run a shell script as a process; each start of it adds its pid to `started`."""
    made: list[Process] = []
    tether = os.open(tmp_path / "tether", os.O_RDWR | os.O_CREAT)

    def make(script: str) -> Process:
        script = f"echo $$ >> {tmp_path}/started\n{script}"
        made.append(Process("program", ["/bin/sh", "-c", script], tether))
        return made[-1]

    yield make
    for each in made:
        each.kill()
    os.close(tether)


@pytest.fixture
def started(tmp_path: Path) -> Callable[[], list[int]]:
    def pids() -> list[int]:
        file = tmp_path / "started"
        return [int(line) for line in file.read_text().split()] if file.exists() else []

    return pids


def test_process_that_dies_is_restarted(
    program: Programs, started: Callable[[], list[int]], caplog: pytest.LogCaptureFixture
) -> None:
    each = program("sleep 60")
    each.tick()
    until(started)
    os.kill(started()[0], signal.SIGKILL)
    until(each.has_ended)
    each.tick()
    assert "program ended (killed by SIGKILL); restarting it in 1 s" in caplog.text
    each.tick()
    assert len(started()) == 1, "not before its time"
    tick_until(each, lambda: len(started()) == 2)


def test_process_that_keeps_dying_is_restarted_ever_more_rarely(
    program: Programs, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(process, "FIRST_DELAY_SECONDS", 0.02)
    monkeypatch.setattr(process, "MAX_DELAY_SECONDS", 0.08)
    each = program("exit 3")
    tick_until(each, lambda: len(caplog.records) == 4)
    delays = [record.getMessage().split(" in ")[1] for record in caplog.records]
    assert delays == ["0.02 s", "0.04 s", "0.08 s", "0.08 s"]


def test_process_that_was_healthy_is_restarted_promptly(
    program: Programs, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(process, "FIRST_DELAY_SECONDS", 0.02)
    monkeypatch.setattr(process, "HEALTHY_SECONDS", 0.1)
    each = program("sleep 0.4")
    tick_until(each, lambda: len(caplog.records) == 3)
    assert all("in 0.02 s" in record.getMessage() for record in caplog.records)


def test_what_a_dead_leader_leaves_behind_is_killed(
    program: Programs, started: Callable[[], list[int]], tmp_path: Path
) -> None:
    each = program(f"sleep 60 & echo $! > {tmp_path}/orphan; wait")
    each.tick()
    until(lambda: (tmp_path / "orphan").exists() and (tmp_path / "orphan").read_text().strip())
    orphan = int((tmp_path / "orphan").read_text())
    os.kill(started()[0], signal.SIGKILL)
    until(each.has_ended)
    assert is_running(orphan)
    each.tick()
    until(lambda: not is_running(orphan))


def test_process_that_ignores_a_restart_is_killed(
    program: Programs,
    started: Callable[[], list[int]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(process, "RESTART_GRACE_SECONDS", 0.3)
    each = program(f"trap '' TERM; touch {tmp_path}/ready; while :; do sleep 60; done")
    each.tick()
    until((tmp_path / "ready").exists)
    each.restart("it does not do the work that is due")
    assert each.up_seconds() == 0
    tick_until(each, lambda: len(started()) == 2)
    assert not is_running(started()[0])
    assert caplog.messages == ["program: it does not do the work that is due; restarting it"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux signals the end of a parent")
def test_process_ends_with_its_parent() -> None:
    script = (
        "import os, subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-IS', sys.argv[1], str(os.getpid()),"
        " '/bin/sleep', '60'])\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    reading, writing = os.pipe()
    pid = os.posix_spawn(
        sys.executable,
        [sys.executable, "-c", script, process.LIFELINE],
        os.environ,
        file_actions=[(os.POSIX_SPAWN_DUP2, writing, 1)],
    )
    orphan = int(os.read(reading, 20))
    until(lambda: b"sleep" in Path(f"/proc/{orphan}/cmdline").read_bytes().split(b"\0")[0])
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    until(lambda: not is_running(orphan))
    os.close(reading)
    os.close(writing)


@pytest.fixture
def busy_port() -> Iterator[int]:
    """A port that another gunicorn holds, as ours does: with SO_REUSEPORT."""
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


@pytest.mark.parametrize("bind", ["127.0.0.1", "0.0.0.0", "localhost"])
def test_port_in_use_is_named_with_its_setting(busy_port: int, bind: str) -> None:
    with pytest.raises(CannotStart, match=rf"port {busy_port} is in use .*GEMPIX_PORT"):
        preflight.free_port(bind, busy_port, "GEMPIX_PORT")


def test_port_whose_last_connections_linger_is_free() -> None:
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        client = socket.create_connection(("127.0.0.1", port))
        accepted, _ = server.accept()
        accepted.close()  # the server closes first: its side waits in TIME_WAIT
        assert client.recv(1) == b""
        client.close()
    preflight.free_port("127.0.0.1", port, "GEMPIX_PORT")


def refusal(settings: Any, **changes: object) -> str:
    """Return what `manage.py run` ends with, before it has started anything."""
    for name, value in changes.items():
        setattr(settings, name, value)
    with pytest.raises(SystemExit) as refused:
        call_command("run")
    return str(refused.value.code)


@pytest.mark.parametrize("name", ["GEMPIX_PORT", "GEMPIX_SANDBOX_PORT"])
def test_run_refuses_a_port_in_use(settings: Any, busy_port: int, name: str) -> None:
    settings.GEMPIX_PORT, settings.GEMPIX_SANDBOX_PORT = free_ports()
    assert refusal(settings, **{name: busy_port}) == (
        f"gempix: port {busy_port} is in use (127.0.0.1:{busy_port}); stop what uses it, "
        f"or choose another with {name}."
    )


@pytest.mark.parametrize(
    ("bind", "sentence"),
    [
        ("192.0.2.1", "check GEMPIX_BIND and GEMPIX_PORT."),
        ("no such host", "GEMPIX_BIND must be an address of this machine, not no such host."),
    ],
)
def test_run_refuses_an_address_of_another_machine(settings: Any, bind: str, sentence: str) -> None:
    line = refusal(settings, GEMPIX_BIND=bind)
    assert line.startswith("gempix: ")
    assert line.endswith(sentence)


def test_run_refuses_a_data_folder_that_cannot_be_made(settings: Any, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    folder = tmp_path / "file" / "data"
    assert refusal(settings, GEMPIX_DATA_DIR=folder) == (
        f"gempix: the data folder {folder} (GEMPIX_DATA_DIR) is not writable: Not a directory."
    )


def test_run_refuses_a_data_folder_that_another_one_has(settings: Any, tmp_path: Path) -> None:
    first = locks.claim(tmp_path)
    assert refusal(settings, GEMPIX_DATA_DIR=tmp_path) == (
        f"gempix: the data folder {tmp_path} is in use by another GemPix Studio "
        f"(process {os.getpid()}); stop that one first, or choose another folder with "
        "GEMPIX_DATA_DIR."
    )
    os.close(first)
    os.close(locks.claim(tmp_path))


def test_data_folder_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    preflight.data_folder(tmp_path / "a" / "data")
    assert (tmp_path / "a" / "data").stat().st_mode & 0o777 == 0o700


def test_data_folder_that_others_can_read_is_closed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "data"
    (folder / "pictures").mkdir(parents=True)
    (folder / "studio.sqlite3").touch()
    for path in (folder, folder / "pictures"):
        path.chmod(0o755)
    (folder / "studio.sqlite3").chmod(0o644)
    preflight.data_folder(folder)
    paths = (folder, folder / "pictures", folder / "studio.sqlite3")
    assert [path.stat().st_mode & 0o777 for path in paths] == [0o700, 0o700, 0o600]
    assert "other accounts of this machine could read" in caplog.text
    caplog.clear()
    preflight.data_folder(folder)
    assert caplog.text == ""


def test_what_the_commands_write_is_for_their_account_alone(tmp_path: Path) -> None:
    code = "import os; print(oct(os.umask(0)))"
    command = [sys.executable, "manage.py", "shell", "-v0", "-c", code]
    environment = os.environ | {"GEMPIX_DATA_DIR": str(tmp_path)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.stdout.strip() == "0o77", done.stderr


def test_processes_of_a_killed_run_are_ended_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier = locks.tether(tmp_path)
    orphan = os.posix_spawn(
        "/bin/sleep", ["sleep", "60"], {}, file_actions=[(os.POSIX_SPAWN_DUP2, earlier, 9)]
    )
    os.close(earlier)
    tether = locks.tether(tmp_path, grace=0.2)
    assert os.waitstatus_to_exitcode(os.waitpid(orphan, 0)[1]) == -signal.SIGKILL
    os.close(tether)


@pytest.fixture
def nudges(monkeypatch: pytest.MonkeyPatch) -> list[None]:
    calls: list[None] = []
    monkeypatch.setattr(taskqueue, "nudge", lambda: calls.append(None))
    return calls


def test_overdue_work_is_nudged_but_not_at_every_check(
    nudges: list[None], monkeypatch: pytest.MonkeyPatch
) -> None:
    watcher = watchdog.Watchdog()
    for overdue, expected in ((0, 0), (4.9, 0), (5.1, 1), (6.1, 1)):
        monkeypatch.setattr(studio_status, "overdue_seconds", lambda value=overdue: value)
        watcher.check()
        assert len(nudges) == expected
    monkeypatch.setattr(watchdog, "NUDGE_EVERY_SECONDS", 0)
    watcher.check()
    assert len(nudges) == 2


@pytest.mark.parametrize(
    ("overdue", "up", "wedged"), [(46, 46, True), (46, 44, False), (44, 99, False), (99, 0, False)]
)
def test_cluster_is_wedged_when_work_is_overdue_and_it_had_time(
    overdue: float, up: float, wedged: bool
) -> None:
    watcher = watchdog.Watchdog()
    watcher.overdue_seconds = overdue
    assert watcher.is_wedged(up) is wedged


@pytest.mark.parametrize(
    ("silent", "up", "expected"), [(46, 46, True), (46, 44, False), (44, 99, False), (99, 0, False)]
)
def test_web_server_is_silent_when_it_had_time_to_answer(
    monkeypatch: pytest.MonkeyPatch, silent: float, up: float, expected: bool
) -> None:
    now = 1000.0
    monkeypatch.setattr(watchdog, "monotonic", lambda: now)
    replies = [True, False]
    watch = watchdog.WebWatch(lambda: replies.pop(0))
    watch.check()
    now += silent
    watch.check()
    assert watch.is_silent(up) is expected


def test_silent_web_server_is_restarted(monkeypatch: pytest.MonkeyPatch) -> None:
    signals = SimpleNamespace(first=None)
    restarted: list[str] = []

    class Program:
        def __init__(self, name: str, *_: object) -> None:
            self.name = name

        def up_seconds(self) -> float:
            return 60.0

        def restart(self, _reason: str) -> None:
            restarted.append(self.name)
            signals.first = signal.SIGINT

    monkeypatch.setattr(stack, "Process", Program)
    monkeypatch.setattr(stack, "Signals", lambda: signals)
    monkeypatch.setattr(stack.Stack, "_start", lambda _: None)
    monkeypatch.setattr(stack.Stack, "_stop", lambda _: None)
    monkeypatch.setattr(stack.Stack, "_tick", lambda *_: None)
    monkeypatch.setattr(watchdog, "SILENT_AFTER_SECONDS", -1.0)
    stack.Stack(0).run()
    assert restarted == ["web"]


def test_database_outage_is_logged_once_and_survived(
    nudges: list[None], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)

    def away() -> float:
        raise OperationalError("gone")

    watcher = watchdog.Watchdog()
    watcher.overdue_seconds = 50
    # A connection that another test of this process left may not be looked at here.
    monkeypatch.setattr(watchdog, "close_old_connections", lambda: None)
    monkeypatch.setattr(studio_status, "overdue_seconds", away)
    watcher.check()
    watcher.check()
    assert watcher.overdue_seconds == 0
    monkeypatch.setattr(studio_status, "overdue_seconds", lambda: 0.0)
    watcher.check()
    watcher.check()
    assert caplog.messages == [
        "the database does not answer (OperationalError); waiting for it",
        "the database answers again",
    ]


def test_checks_speak_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """`run` has checked the settings; its worker must not print the same warnings again."""
    commands: dict[str, list[str]] = {}
    monkeypatch.setattr(
        stack, "Process", lambda name, argv, _tether: commands.setdefault(name, list(argv))
    )
    monkeypatch.setattr(stack, "Signals", lambda: None)
    stack.Stack(0)
    assert "--skip-checks" in commands["worker"]
