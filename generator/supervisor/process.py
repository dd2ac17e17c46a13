"""One program of the stack, in a session of its own, started again when it ends."""

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
LONGEST_DELAY_SECONDS = 30.0
HEALTHY_SECONDS = 60.0  # up for so long, and the next restart is prompt again
RESTART_GRACE_SECONDS = 5.0
# glibc keeps a heap per thread, and what an image needed stays in each: the soak's processes
# grew to 850 MB together.
LEAN = {"MALLOC_ARENA_MAX": "2"}


class Child:
    """`name` is for the log; `argv` starts with an absolute path; `tether` is inherited.

    `keep` is called often and never waits. Times are of the monotonic clock.
    """

    def __init__(self, name: str, argv: Sequence[str], tether: int) -> None:
        self.name = name
        self._argv = list(argv)
        self._tether = tether
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._start_at = 0.0  # when it is due to be started again
        self._kill_at = math.inf  # when a restart that was asked for stops being polite
        self._delay = FIRST_DELAY_SECONDS

    def keep(self) -> None:
        """Do what is due: start, start again, or kill what was asked to end and did not."""
        now = monotonic()
        if self._process is None:
            if now >= self._start_at:
                self._start()
        elif self._ended():
            self._plan_restart(self._reap())
        elif now >= self._kill_at:
            self._signal_group(signal.SIGKILL)
        elif self.up_seconds() > HEALTHY_SECONDS:
            self._delay = FIRST_DELAY_SECONDS

    def up_seconds(self) -> float:
        """How long the program has been up; 0 while it is not, or is ending."""
        ending = self._process is None or self._kill_at < math.inf
        return 0.0 if ending else monotonic() - self._started_at

    def restart(self, reason: str) -> None:
        """Ask the program to end; `keep` starts it again, and kills it when it does not end."""
        log.warning("%s: %s; restarting it", self.name, reason)
        self.ask_to_end()
        self._kill_at = monotonic() + RESTART_GRACE_SECONDS

    def ask_to_end(self) -> None:
        """Tell the leader alone; it knows how to end the rest."""
        if self._process is not None and not self._ended():
            self._process.send_signal(signal.SIGTERM)

    def gone(self) -> bool:
        """Whether the leader has ended (the rest of its group may not have)."""
        return self._process is None or self._ended()

    def kill(self) -> None:
        """End the whole group now, whatever is left of it."""
        if self._process is not None:
            self._signal_group(signal.SIGKILL)
            self._process.wait()
            self._process = None

    def _start(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own programs
            [sys.executable, "-IS", LIFELINE, str(os.getpid()), *self._argv],
            env=LEAN | os.environ,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=[self._tether],
        )
        self._started_at = monotonic()
        self._kill_at = math.inf

    def _ended(self) -> bool:
        """Whether the leader has ended; it is left unreaped, so that its group keeps its id."""
        if self._process is None or self._process.returncode is not None:
            return True
        if sys.platform == "darwin":
            return self._process.poll() is not None
        flags = os.WEXITED | os.WNOHANG | os.WNOWAIT
        return os.waitid(os.P_PID, self._process.pid, flags) is not None

    def _reap(self) -> int:
        """Kill what the leader left behind, then let go of it; returns its exit code."""
        if self._process is None:
            return 0
        self._signal_group(signal.SIGKILL)
        code = self._process.wait()
        self._process = None
        return code

    def _plan_restart(self, code: int) -> None:
        asked = self._kill_at < math.inf
        delay = 0.0 if asked else self._delay
        self._start_at = monotonic() + delay
        if not asked:
            self._delay = min(2 * self._delay, LONGEST_DELAY_SECONDS)
            log.warning("%s ended (%s); starting it again in %g s", self.name, ending(code), delay)

    def _signal_group(self, signum: int) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signum)


def ending(code: int) -> str:
    """An exit code of `subprocess` in words."""
    if code >= 0:
        return f"exit code {code}"
    with suppress(ValueError):
        return f"killed by {signal.Signals(-code).name}"
    return f"killed by signal {-code}"
