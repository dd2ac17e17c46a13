"""A studio of real processes for a test: web server, worker and sandbox, on ports and in a data
folder of its own, and on the footing of this run (SQLite, or `DATABASE_URL` and `REDIS_URL`)."""

from __future__ import annotations

import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import redis
import requests
from psycopg import sql

from generator.supervisor.process import LIFELINE
from tests import groundwork
from tests.waiting import Value
from tests.waiting import until as until

ROOT = Path(__file__).parents[1]
FAMILIES = ("GEMPIX_", "DJANGO_", "PYTEST_", "DATABASE_URL", "REDIS_URL")
QUICK = {
    "GEMPIX_SANDBOX_SECONDS": "1",
    # Small images, since what is looked at here is whether they come.
    "GEMPIX_SANDBOX_SIZE_PERCENT": "25",
    "GEMPIX_POLL_FIRST_SECONDS": "0.5",
    "GEMPIX_POLL_MIN_SECONDS": "0.3",
    "GEMPIX_POLL_MAX_SECONDS": "1",
}
PARTS = ("sandbox", "worker", "web")
RUNS = "Press Ctrl-C"
serial = count()


class Stack:
    """Either `run()`, the whole studio under its supervisor, or `start()` and `kill()` of parts.

    Every process is in a session of its part's own, so that a part can be killed whole.
    """

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.log = folder.with_name(f"{folder.name}.log")
        web, sandbox = free_ports()
        self.address = f"127.0.0.1:{web}"
        self.url = f"http://{self.address}"
        self.sandbox_url = f"http://127.0.0.1:{sandbox}"
        ours = {k: v for k, v in os.environ.items() if not k.startswith(FAMILIES)}
        place = {
            "GEMPIX_API_KEY": "",  # whatever a developer's .env says
            "GEMPIX_DATA_DIR": str(folder),
            "GEMPIX_PORT": str(web),
            "GEMPIX_SANDBOX_PORT": str(sandbox),
        }
        self.environment = ours | QUICK | place | settings
        if settings.get("GEMPIX_PUBLIC_URL") == "own":
            self.environment["GEMPIX_PUBLIC_URL"] = self.url
        self._started: dict[str, subprocess.Popen[bytes]] = {}
        self._held: list[str] = []
        self._held_answers: list[str] = []

    # --- starting

    def run(self) -> None:
        """`manage.py run`, until it says that it runs."""
        groundwork.copy_to(self.folder, self.environment)
        self.run_bare()

    def run_bare(self) -> subprocess.Popen[bytes]:
        """The same from what is in the data folder, and nothing if it is the first time."""
        before = self.said().count(RUNS)
        supervisor = self.launch()

        def runs() -> bool:
            assert supervisor.poll() is None, f"it ended:\n{self.said()}"
            return self.said().count(RUNS) > before

        self.until(runs, "the studio runs", 120)
        return supervisor

    def launch(self) -> subprocess.Popen[bytes]:
        """`manage.py run`, whatever becomes of it."""
        return self._launch("supervisor", "manage.py", "run")

    def prepare(self) -> None:
        """What `run` does before it starts anything; for a stack that is started in parts."""
        groundwork.copy_to(self.folder, self.environment)
        self.manage("shell", "-c", groundwork.LAY)

    def start(self, *parts: str) -> None:
        """Start these parts, and wait until those that listen answer."""
        server = f"gunicorn gempix_site.wsgi --bind {self.address} --workers 2"
        server += " -k gempix_site.web_worker.Worker --threads 4 --preload"
        server += " --reuse-port --no-control-socket --log-level warning"
        commands = {
            "sandbox": ("manage.py", "sandbox"),
            "worker": ("manage.py", "qcluster"),
            "web": ("-m", *server.split()),
        }
        for part in parts:
            self._launch(part, *commands[part])
        addresses = {"web": f"{self.url}/healthz", "sandbox": f"{self.sandbox_url}/sandbox/stats"}
        for part in addresses.keys() & set(parts):
            self.until(partial(answers, addresses[part]), f"the {part} answers", 90)

    def _launch(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            self._started[name] = subprocess.Popen(
                # Ends with this process, even if that is killed in the middle of a test.
                [sys.executable, "-IS", LIFELINE, str(os.getpid()), sys.executable, *arguments],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return self._started[name]

    def manage(self, *arguments: str, **environment: str) -> str:
        """The output of a management command."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=self.environment | environment,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    # --- ending

    def kill(self, *parts: str) -> None:
        """`kill -9` of these parts at once, each with every process that it started."""
        leaders = [self.leaders()[part] for part in parts]
        for leader in leaders:
            os.killpg(leader, signal.SIGKILL)
        for part in parts:
            if part in self._started:
                self._started.pop(part).wait()
        # The kernel clears killed processes away one by one, forks perhaps after their leader.
        self.until(lambda: not any(map(lives_in, leaders)), f"{parts} are gone", 20)

    def kill_leaders(self, *parts: str) -> None:
        """`kill -9` of the first process of these parts alone; what it has started is left."""
        leaders = self.leaders()
        for part in parts:
            os.kill(leaders[part], signal.SIGKILL)
        for part in parts:
            if part in self._started:
                self._started.pop(part).wait()

    def end(self, part: str = "supervisor", signum: int = signal.SIGINT) -> None:
        """Ask one part to end, and wait until it has."""
        process = self._started.pop(part)
        process.send_signal(signum)
        assert process.wait(timeout=60) == 0, self.said()

    def close(self, signum: int = signal.SIGINT) -> None:
        """End everything; fails when a process outlives its leader."""
        try:
            if "supervisor" in self._started:
                self.end(signum=signum)
            for part in reversed(PARTS):
                if part in self._started:
                    self.end(part, signal.SIGTERM)
            self.until(lambda: not self.processes(), "every process has ended", 20)
        finally:
            self.clear()

    def clear(self) -> None:
        """`kill -9` of everything that is left."""
        for pid in self.processes():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for process in self._started.values():
            process.wait()

    # --- looking

    def until(
        self,
        condition: Callable[[], Value | None],
        what: str,
        seconds: float = 60,
        pause_seconds: float = 0.1,
    ) -> Value:
        """As the function; when it fails, with what the processes have said."""
        try:
            return until(condition, what, seconds, between=partial(time.sleep, pause_seconds))
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.said()[-6000:]}") from None

    def said(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def setup_url(self) -> str:
        """The address at which the owner's account is made, as `run` says it; else nothing."""
        found = re.search(r"owner's account at (\S+)", self.said())
        return found[1] if found else ""

    def processes(self) -> dict[int, str]:
        """Every live process with our data folder in its environment, and its command line."""
        mark = f"GEMPIX_DATA_DIR={self.folder}".encode()
        found = {}
        for entry in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if mark in (entry / "environ").read_bytes().split(b"\0"):
                    command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                    found[int(entry.name)] = command
        return found

    def leaders(self) -> dict[str, int]:
        """The first process of each part, which leads its session, by the part's name."""
        words = {"web": "gunicorn", "worker": "qcluster", "sandbox": " sandbox", "run": " run"}
        found: dict[str, int] = {}
        for pid, command in self.processes().items():
            with suppress(OSError):
                if os.getsid(pid) == pid:
                    found |= {part: pid for part, word in words.items() if word in command}
        if "run" in found:
            found["supervisor"] = found.pop("run")
        return found

    def answers(self) -> bool:
        return answers(f"{self.url}/healthz")

    # --- the sandbox's own account of things

    def stats(self) -> dict[str, Any]:
        answer = requests.get(f"{self.sandbox_url}/sandbox/stats", timeout=10)
        answer.raise_for_status()
        return dict(answer.json())

    def paid(self, prompt: str) -> int:
        """How often a submit with this prompt was accepted, and so is billed."""
        return int(self.stats()["by_prompt"].get(prompt, 0))

    def configure(self, **knobs: Any) -> None:
        """Turn the sandbox's knobs."""
        address = f"{self.sandbox_url}/sandbox/config"
        requests.post(address, json=knobs, timeout=10).raise_for_status()

    @contextmanager
    def holding(self, *words: str) -> Iterator[None]:
        """Keep tasks with one of these texts in their prompt from ending.

        Blocks of different texts nest. A sandbox that is started again holds nothing until the
        next block begins or ends.
        """
        with self._holding(self._held, words):
            yield

    @contextmanager
    def holding_answers(self, *words: str) -> Iterator[None]:
        """Keep back the answers to submits with one of these texts in their prompt."""
        with self._holding(self._held_answers, words):
            yield

    def release(self) -> None:
        """Release everything that is held, also in the middle of a block."""
        self._held.clear()
        self._held_answers.clear()
        self._hold()

    @contextmanager
    def _holding(self, texts: list[str], words: Iterable[str]) -> Iterator[None]:
        texts += words
        try:
            self._hold()
            yield
        finally:
            for word in words:
                with suppress(ValueError):  # released before
                    texts.remove(word)
            # One that is gone holds nothing.
            with suppress(requests.ConnectionError):
                self._hold()

    def _hold(self) -> None:
        self.configure(hold=self._held, hold_answers=self._held_answers)

    def originals(self, prompt: str) -> list[bytes]:
        """The files that the sandbox drew for this prompt."""
        tasks = self.stats()["tasks"].items()
        names = [f"{task_id}_0.png" for task_id, task in tasks if task["prompt"] == prompt]
        files = [
            requests.get(f"{self.sandbox_url}/files/response_images/{name}", timeout=30)
            for name in names
        ]
        assert all(file.ok for file in files)
        return [file.content for file in files]


def alive(pid: int) -> bool:
    """Whether the process runs; one that has ended and is not reaped does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def lives_in(session: int) -> bool:
    """Whether any process of this session runs."""
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if os.getsid(int(entry.name)) == session and alive(int(entry.name)):
                return True
    return False


def answers(address: str) -> bool:
    try:
        return requests.get(address, timeout=2).ok
    except requests.RequestException:
        return False


def free_ports() -> tuple[int, int]:
    """Two ports that nobody listens on, neighbours, as a studio's and its sandbox's are. Below
    those that the system gives to connections, one of which could take it before the server has
    it, or while that is started again."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as one, socket.socket() as two, suppress(OSError):
            one.bind(("127.0.0.1", port))
            two.bind(("127.0.0.1", port + 1))
            return port, port + 1


@contextmanager
def footing() -> Iterator[dict[str, str]]:
    """Settings of a database and a cache for one stack, as this run of the tests has them."""
    address = os.environ.get("DATABASE_URL", "")
    if not address:
        yield {}
        return
    name = f"gempix_stack_{os.getpid()}_{next(serial)}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    place = urlsplit(address)._replace(path=f"/{name}").geturl()
    try:
        with cache() as redis_url:
            yield {"DATABASE_URL": place, "REDIS_URL": redis_url}
    finally:
        with psycopg.connect(address, autocommit=True) as connection:
            drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            connection.execute(drop)


@contextmanager
def cache() -> Iterator[str]:
    """A Redis database of this test runner's own, without the keys of an earlier stack. Not the
    given one: the other tests empty that before each test."""
    given = os.environ.get("REDIS_URL", "")
    if not given:
        yield ""
        return
    worker = int(re.sub(r"\D", "", os.environ.get("PYTEST_XDIST_WORKER", "0")))
    parts = urlsplit(given)
    number = int(parts.path.strip("/") or 0)
    url = parts._replace(path=f"/{(number + 1 + worker) % 16}").geturl()
    with redis.Redis.from_url(url) as client:
        for key in client.scan_iter("gempix:*"):
            client.delete(key)
        yield url
        for key in client.scan_iter("gempix:*"):
            client.delete(key)
