"""A clock that a test sets, so that nothing waits for time to pass."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from generator.worker import sweep
from tests.waiting import PATIENCE

# A pass ends by itself when nothing is due any more; this is for what is due and may not go out.
PASS_SECONDS = 0.15


class Clock:
    """The one clock of the studio and the sandbox in this process; it moves when it is told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        # Ahead of the real one, by which the rows' defaults go: a new job is due at once.
        self.start = timezone.now() + timedelta(hours=1)
        self.ahead = 0.0
        monkeypatch.setattr(timezone, "now", self.now)
        monkeypatch.setattr(time, "time", lambda: self.now().timestamp())
        # A sweep that waits for what is due next would wait for the real clock.
        monkeypatch.setattr(sweep, "LINGER_SECONDS", 0)

    def now(self) -> datetime:
        return self.start + timedelta(seconds=self.ahead)

    def sweep(self, seconds: float, step: float) -> None:
        """Do what comes due within so many seconds of this clock."""
        ends = self.ahead + seconds
        while self.ahead < ends:
            sweep.run(PASS_SECONDS)
            self.ahead += step

    def sweep_until(self, condition: Callable[[], bool], step: float = 1) -> None:
        """Sweep until this holds; fail when it does not within a quarter of an hour of this clock.

        Not of the real one, so that a busy machine is given as many passes as a quiet one.
        """
        ends = self.ahead + 900 * PATIENCE
        while not condition():
            assert self.ahead < ends, "the sweep did not get there in time"
            self.sweep(step, step)
