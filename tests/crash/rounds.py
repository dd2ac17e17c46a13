"""Rounds of: a worker presses and sweeps until it is killed, another heals, and all is judged.

Both are forks of this process on a SQLite file of the workshop's own; the sandbox is a process.
Neither Django's connection nor a thread lives here, so forking is safe.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import requests

from generator.supervisor.process import LIFELINE
from tests.stack import ROOT, answers, free_ports, until

# Leases last 30 s; whoever follows a killed worker starts after them, by its own clock.
LATER = timedelta(seconds=40)
HEALS_WITHIN_SECONDS = 60


@dataclass(frozen=True)
class Verdict:
    """One round. `killed` says whether the point was reached; `wrong` what is not right."""

    killed: bool
    ends: tuple[str, ...]
    wrong: tuple[str, ...]


class Workshop:
    """Where rounds take place; make one with `workshop()`."""

    def __init__(self, folder: Path, sandbox_url: str) -> None:
        self.folder, self.sandbox_url = folder, sandbox_url
        self.pristine = folder.with_name("pristine.sqlite3")
        self.rounds = 0

    def round(self, arm: Callable[[], None], *, words: str = "", count: int = 1) -> Verdict:
        """Press for `count` images in a worker that `arm` has prepared to be killed, then heal.

        `words` are the sandbox's, for the prompt.
        """
        self.rounds += 1
        self._clear()
        prompt = f"crash {self.rounds} {words}"
        code, _nothing = in_fork(partial(_work, arm, prompt, count))
        assert code in (0, -signal.SIGKILL), f"the worker ended by itself with {code}"
        healed, report = in_fork(partial(_heal, prompt, count, self.sandbox_url))
        assert healed == 0, "the healing worker broke"
        return Verdict(code != 0, tuple(report["ends"]), tuple(report["wrong"]))

    def walk(self, arm: Callable[[], None], look: Callable[[], Any], **press: Any) -> Any:
        """A round that nobody kills; gives what `look` finds in the worker afterwards."""
        self.rounds += 1
        self._clear()
        prompt = f"crash {self.rounds} {press.get('words', '')}"
        code, found = in_fork(partial(_work, arm, prompt, press.get("count", 1), look))
        assert code == 0
        return found

    def _clear(self) -> None:
        shutil.rmtree(self.folder / "pictures", ignore_errors=True)
        for name in ("studio.sqlite3-wal", "studio.sqlite3-shm"):
            (self.folder / name).unlink(missing_ok=True)
        shutil.copyfile(self.pristine, self.folder / "studio.sqlite3")


@contextmanager
def workshop() -> Iterator[Workshop]:
    """Set Django up on an empty studio with a quick sandbox beside it; once a process."""
    port, _other = free_ports()
    with tempfile.TemporaryDirectory(prefix="gempix-crash-") as place:
        folder = Path(place) / "data"
        folder.mkdir()
        os.environ.pop("DATABASE_URL", None)
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "GEMPIX_DATA_DIR": str(folder),
            "GEMPIX_SANDBOX_PORT": str(port),
            "GEMPIX_LOG_LEVEL": "CRITICAL",
        }
        import django

        django.setup()
        made = Workshop(folder, f"http://127.0.0.1:{port}")
        assert in_fork(_prepare)[0] == 0
        shutil.copyfile(folder / "studio.sqlite3", made.pristine)
        sandbox = subprocess.Popen(
            [
                *(sys.executable, "-IS", LIFELINE, str(os.getpid()), sys.executable),
                *("manage.py", "sandbox", "--port", str(port)),
                *("--duration", "0.2", "--image-scale", "0.1"),
            ],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
        )
        try:
            until(lambda: answers(f"{made.sandbox_url}/sandbox/stats"), "the sandbox answers")
            yield made
        finally:
            sandbox.kill()
            sandbox.wait()


def in_fork(task: Callable[[], Any]) -> tuple[int, Any]:
    """Run it in a process of its own; gives the exit code, negative for a signal, and what the
    task gave, if it came to its end."""
    readable, writable = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(readable)
        code = 1
        try:
            answer = json.dumps(task())
            with os.fdopen(writable, "w") as pipe:
                pipe.write(answer)
            code = 0
        except BaseException:
            sys.excepthook(*sys.exc_info())
        finally:
            os._exit(code)
    os.close(writable)
    with os.fdopen(readable) as pipe:
        said = pipe.read()
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return code, json.loads(said) if code == 0 else None


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


# --- what happens in the forks


def _prepare() -> None:
    from django.core.management import call_command
    from django.db import connection

    from generator.models import Role, User

    call_command("migrate", verbosity=0)
    User.objects.create_user("mina", role=Role.MEMBER)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _press(prompt: str, count: int) -> None:
    from generator import catalog
    from generator.models import User
    from generator.services import batches

    request = batches.GenerationRequest(prompt, catalog.offered()[0], count)
    batches.create(User.objects.get(), request, "one press")


def _sweep_until_rest(seconds: float) -> None:
    from generator import state
    from generator.models import Job
    from generator.worker import sweep

    ends = time.monotonic() + seconds
    while Job.objects.filter(status__in=state.ACTIVE).exists() and time.monotonic() < ends:
        sweep.run(20)


def _work(
    arm: Callable[[], None], prompt: str, count: int, look: Callable[[], Any] = lambda: None
) -> Any:
    arm()
    _press(prompt, count)
    _sweep_until_rest(30)
    sys.settrace(None)
    return look()


def _heal(prompt: str, count: int, sandbox_url: str) -> dict[str, list[str]]:
    """As 40 s later: the member presses again if nothing came of it, and a clean worker sweeps."""
    from django.utils import timezone

    from generator import state
    from generator.models import Batch, Job
    from generator.state import Status
    from tests import promises

    at_kill = list(Job.objects.values_list("status", flat=True))
    now = timezone.now
    timezone.now = lambda: now() + LATER
    _press(prompt, count)
    _sweep_until_rest(HEALS_WITHIN_SECONDS)
    stats = requests.get(f"{sandbox_url}/sandbox/stats", timeout=10).json()
    wrong = promises.broken({prompt: stats["by_prompt"].get(prompt, 0)})
    ends = list(Job.objects.order_by("index").values_list("status", flat=True))
    unclear = ends.count(Status.UNCONFIRMED)
    if unclear > at_kill.count(Status.SUBMITTING):
        wrong.append(f"{unclear} unclear, but at the kill the jobs were {at_kill}")
    if Batch.objects.count() != 1 or len(ends) != count:
        wrong.append(f"one press for {count} made {ends}")
    wrong += [f"a job was lost: {end}" for end in ends if end in state.ACTIVE]
    right = {Status.SUCCEEDED, Status.UNCONFIRMED} | state.ACTIVE
    wrong += [f"a job ended as {end}" for end in ends if end not in right]
    return {"ends": ends, "wrong": wrong}
