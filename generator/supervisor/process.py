"""One program of the stack, in a session of its own, restarted when it ends."""

from __future__ import annotations

import logging
import math
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from time import monotonic

log = logging.getLogger(__name__)

LIFELINE = str(Path(__file__).with_name("lifeline.py"))
FIRST_DELAY_SECONDS = 1.0
MAX_DELAY_SECONDS = 30.0
HEALTHY_SECONDS = 60.0  # after this long, the next restart is prompt again
RESTART_GRACE_SECONDS = 5.0
# glibc keeps a heap per thread, and what an image needed stays in each: together, the processes
# grew to 850 MB in the soak test.
MEMORY_SETTINGS = {"MALLOC_ARENA_MAX": "2"}


class Process:
    """`name` is for the log; `argv` starts with an absolute path; `tether` is inherited.

    `tick` is called often and never waits. Times are of the monotonic clock.
    """

    def __init__(self, name: str, argv: Sequence[str], tether: int) -> None:
        self.name = name
        self._argv = list(argv)
        self._tether = tether
        self._popen: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._start_at = 0.0  # when the next start is due
        self._kill_at = math.inf  # when a requested restart stops being polite
        self._delay = FIRST_DELAY_SECONDS

    def tick(self) -> None:
        """Do what is due: start, restart, or kill what was asked to end and did not."""
        now = monotonic()
        if self._popen is None:
            if now >= self._start_at:
                self._start()
        elif self.has_ended():
            self._plan_restart(self.kill())
        elif now >= self._kill_at:
            self._kill_group()
        elif self.up_seconds() > HEALTHY_SECONDS:
            self._delay = FIRST_DELAY_SECONDS

    def up_seconds(self) -> float:
        """Return how long the program has been up; 0 while it is down or ending."""
        is_ending = self._popen is None or self._kill_at < math.inf
        return 0.0 if is_ending else monotonic() - self._started_at

    def restart(self, reason: str) -> None:
        """Ask the program to end; `tick` starts it again, and kills it when it does not end."""
        log.warning("%s: %s; restarting it", self.name, reason)
        self.ask_to_end()
        self._kill_at = monotonic() + RESTART_GRACE_SECONDS

    def ask_to_end(self) -> None:
        """Signal the leader alone; it ends the rest of its group."""
        if self._popen is not None and not self.has_ended():
            self._popen.send_signal(signal.SIGTERM)

    def has_ended(self) -> bool:
        """Return whether the leader has ended; the rest of its group may not have.

        It is left unreaped, so that its group keeps its id.
        """
        if self._popen is None or self._popen.returncode is not None:
            return True
        if sys.platform == "darwin":
            return self._popen.poll() is not None
        flags = os.WEXITED | os.WNOHANG | os.WNOWAIT
        return os.waitid(os.P_PID, self._popen.pid, flags) is not None

    def kill(self) -> int:
        """Kill whatever is left of the group, and return the leader's exit code."""
        if self._popen is None:
            return 0
        self._kill_group()
        code = self._popen.wait()
        self._popen = None
        return code

    def _start(self) -> None:
        self._popen = subprocess.Popen(  # noqa: S603 - our own programs
            [sys.executable, "-IS", LIFELINE, str(os.getpid()), *self._argv],
            env=MEMORY_SETTINGS | os.environ,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=[self._tether],
        )
        self._started_at = monotonic()
        self._kill_at = math.inf

    def _plan_restart(self, code: int) -> None:
        if self._kill_at < math.inf:  # it was asked to end
            self._start_at = monotonic()
            return
        self._start_at = monotonic() + self._delay
        log.warning("%s ended (%s); restarting it in %g s", self.name, ending(code), self._delay)
        self._delay = min(2 * self._delay, MAX_DELAY_SECONDS)

    def _kill_group(self) -> None:
        if self._popen is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._popen.pid, signal.SIGKILL)


def ending(code: int) -> str:
    """Return an exit code of `subprocess` in words."""
    if code >= 0:
        return f"exit code {code}"
    with suppress(ValueError):
        return f"killed by {signal.Signals(-code).name}"
    return f"killed by signal {-code}"
