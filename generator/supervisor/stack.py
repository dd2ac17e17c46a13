"""Which programs run, in which order, until a signal says stop."""

from __future__ import annotations

import http.client
import logging
import os
import select
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connections as database_connections

from generator.supervisor import locks, preflight
from generator.supervisor.locks import CannotStart
from generator.supervisor.process import Process
from generator.supervisor.watchdog import Watchdog, WebWatch

log = logging.getLogger(__name__)

READY_SECONDS = 60.0
ANSWER_SECONDS = 3.0
# Ctrl-C ends the studio within 5 s; the rest is for killing and for a busy machine.
INTERRUPT_GRACE_SECONDS = 4.0
# One Ctrl-C or stop may arrive twice at once: from the terminal, and passed on by make.
ECHO_SECONDS = 1.0
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run(*, hold: bool = False) -> None:
    """Run the studio until a signal stops it; with `hold`, generating is paused from the start.
    Raise `CannotStart` with a sentence."""
    folder = settings.GEMPIX_DATA_DIR
    preflight.data_folder(folder)
    claimed = locks.claim(folder)
    try:
        tether = locks.tether(folder)
        preflight.ports()
        preflight.database()
        if hold:
            preflight.hold()
        preflight.images_volume()
        preflight.cache()
        preflight.static_files()
        Stack(tether).run()
    finally:
        os.close(claimed)


class Signals:
    """Signals to wait for: handlers only record them, a socket ends the wait."""

    def __init__(self) -> None:
        self._awake, wake = socket.socketpair()
        self._awake.setblocking(False)
        wake.setblocking(False)
        self._wake = wake
        signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
        self.first: int | None = None
        self.insisted = False
        self._first_at = 0.0
        for signum in STOP_SIGNALS:
            if signum != signal.SIGHUP or signal.getsignal(signum) != signal.SIG_IGN:  # nohup
                signal.signal(signum, self._note)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # a handler, so that it wakes the wait

    def _note(self, signum: int, _frame: Any) -> None:
        if self.first is None:
            self.first, self._first_at = signum, monotonic()
        elif monotonic() - self._first_at > ECHO_SECONDS:
            self.insisted = True

    def wait(self, seconds: float) -> None:
        """Return after this many seconds, or at once on a signal or the end of a child process."""
        if select.select([self._awake], [], [], seconds)[0]:
            with suppress(BlockingIOError):
                self._awake.recv(4096)


class Stack:
    """The running studio. `tether` is the locked descriptor that all its processes inherit."""

    def __init__(self, tether: int) -> None:
        manage = [sys.executable, str(settings.BASE_DIR / "manage.py")]
        self._web = Process("web", web_command(), tether)
        # `run` has just printed what the system checks say; once is enough.
        self._worker = Process("worker", [*manage, "qcluster", "--skip-checks"], tether)
        self._sandbox = Process("sandbox", [*manage, "sandbox"], tether)
        self._processes: list[Process] = []
        self._signals = Signals()
        self._watchdog = Watchdog()
        self._web_watch = WebWatch(self._web_answers)

    def run(self) -> None:
        try:
            self._start()
            while self._signals.first is None:
                self._tick(1.0)
                if self._watchdog.is_wedged(self._worker.up_seconds()):
                    self._worker.restart("it does not do the work that is due")
                if self._web_watch.is_silent(self._web.up_seconds()):
                    self._web.restart("it does not answer")
        finally:
            self._stop()

    def _start(self) -> None:
        """The sandbox before the worker, whose first sweep would meet a closed port."""
        if preflight.wants_sandbox():
            self._processes = [self._sandbox]
            self._await("sandbox", lambda: answers("127.0.0.1", settings.GEMPIX_SANDBOX_PORT, "/"))
        self._processes = [self._web, self._worker, *self._processes]
        self._await("web server", self._web_answers)
        if self._signals.first is None:
            self._watchdog.start()
            self._web_watch.start()
            write(*greeting())

    def _web_answers(self) -> bool:
        host = preflight.reachable(settings.GEMPIX_BIND)
        return answers(host, settings.GEMPIX_PORT, "/healthz")

    def _await(self, what: str, ready: Callable[[], bool]) -> None:
        deadline = monotonic() + READY_SECONDS
        while self._signals.first is None:
            self._tick(0.1)
            if ready():
                return
            if monotonic() > deadline:
                raise CannotStart(
                    f"the {what} did not answer within {READY_SECONDS:g} s; "
                    "the lines above may show why."
                )

    def _tick(self, seconds: float) -> None:
        for process in self._processes:
            process.tick()
        self._signals.wait(seconds)

    def _stop(self) -> None:
        """Stop web and worker first, because a worker's last step may need the sandbox."""
        grace = INTERRUPT_GRACE_SECONDS
        if self._signals.first in (signal.SIGTERM, signal.SIGHUP):
            grace = settings.GEMPIX_STOP_SECONDS
        deadline = monotonic() + grace
        for processes in ([self._web, self._worker], [self._sandbox]):
            for process in processes:
                process.ask_to_end()
            while not all(process.has_ended() for process in processes):
                left = deadline - monotonic()
                if left <= 0 or self._signals.insisted:
                    break
                self._signals.wait(min(left, 1.0))
            for process in processes:
                process.kill()


def web_command() -> list[str]:
    """Return gunicorn's command, with a listening socket per worker.

    The code is loaded once and shared. One shared socket served 315 to 1,018 requests a second,
    at random; `--reuse-port` 1,096.
    """
    bind = preflight.netloc(settings.GEMPIX_BIND, settings.GEMPIX_PORT)
    command = f"gunicorn gempix_site.wsgi --bind {bind} -k gempix_site.web_worker.Worker"
    command += f" --workers {settings.GEMPIX_WEB_WORKERS} --threads {settings.GEMPIX_WEB_THREADS}"
    command += " --preload --reuse-port --no-control-socket --log-level warning"
    command += " --logger-class gempix_site.web_log.Logger"
    command += f" --timeout 30 --graceful-timeout {max(1, int(settings.GEMPIX_STOP_SECONDS))}"
    # Against slow leaks; rarely, because a worker's end drops connections not yet accepted.
    command += " --max-requests 50000 --max-requests-jitter 10000"
    if os.access("/dev/shm", os.W_OK):  # noqa: S108 - gunicorn's heartbeat file, made safely
        command += " --worker-tmp-dir /dev/shm"  # a busy disk must not look like a hung worker
    return [sys.executable, "-m", *command.split()]


def answers(host: str, port: int, path: str) -> bool:
    """Return whether a GET is answered with 200, within a few seconds."""
    connection = http.client.HTTPConnection(host, port, timeout=ANSWER_SECONDS)
    # A host that Django accepts, whatever address the server is bound to.
    names = [name.lstrip(".") for name in settings.ALLOWED_HOSTS if name != "*"]
    try:
        connection.request("GET", path, headers={"Host": names[0]} if names else {})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def greeting() -> list[str]:
    """Return the studio's URL, what generates its images, and how to create the first account."""
    from generator.services import connections, members

    address = preflight.netloc(preflight.reachable(settings.GEMPIX_BIND), settings.GEMPIX_PORT)
    base = settings.GEMPIX_PUBLIC_URL or f"http://{address}"
    lines = [f"GemPix Studio {settings.GEMPIX_VERSION} is running at {base}"]
    try:
        path, connection = members.setup_path(), connections.read()
    finally:
        database_connections.close_all()
    if connection.sandbox:
        lines.append(
            "The built-in sandbox generates the images. To use the real service, "
            "enter an API key in Settings or put GEMPIX_API_KEY into .env."
        )
    else:
        lines.append(f"{urlsplit(connection.url).netloc} generates the images.")
    if path:
        lines.append(f"No account yet. Create the owner's account at {base}{path}")
    return [*lines, "Press Ctrl-C to stop."]


def write(*lines: str) -> None:
    with suppress(OSError):  # a closed terminal is no reason to stop
        print(*lines, sep="\n", flush=True)
