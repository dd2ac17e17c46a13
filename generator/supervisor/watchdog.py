"""Watches the heartbeat, and asks the web server whether it answers.

A killed idle worker that held the queue's lock wedges the cluster
permanently while its leader is alive: only work that is due and not done shows it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from time import monotonic, sleep

from django.db import close_old_connections, connections

from generator import taskqueue
from generator.queries import studio_status

log = logging.getLogger(__name__)

CHECK_EVERY_SECONDS = 1.0
NUDGE_AFTER_SECONDS = 5.0
NUDGE_EVERY_SECONDS = 5.0
WEDGED_AFTER_SECONDS = 45.0
ASK_EVERY_SECONDS = 5.0
SILENT_AFTER_SECONDS = 45.0


class Watchdog:
    """A separate thread, because a database that is down or locked may block it.

    `overdue_seconds` is the latest result; 0 while the database does not answer, because then
    restarting the cluster would not help.
    """

    def __init__(self) -> None:
        self.overdue_seconds = 0.0
        self._nudged_at = -NUDGE_EVERY_SECONDS
        self._is_away = False

    def start(self) -> None:
        threading.Thread(target=self._watch, name="watchdog", daemon=True).start()

    def is_wedged(self, up_seconds: float) -> bool:
        """Return whether a cluster that has been up for this long must be restarted."""
        return min(self.overdue_seconds, up_seconds) > WEDGED_AFTER_SECONDS

    def _watch(self) -> None:
        while True:
            self.check()
            sleep(CHECK_EVERY_SECONDS)

    def check(self) -> None:
        """Check once, nudge the queue if that is due, and never raise."""
        try:
            close_old_connections()
            self.overdue_seconds = studio_status.overdue_seconds()
            self._nudge_if_due()
        except Exception as error:  # the watchdog survives any database error
            self.overdue_seconds = 0.0
            connections.close_all()
            if not self._is_away:
                log.warning(
                    "the database does not answer (%s); waiting for it", type(error).__name__
                )
            self._is_away = True
        else:
            if self._is_away:
                log.warning("the database answers again")
            self._is_away = False

    def _nudge_if_due(self) -> None:
        may_nudge = monotonic() - self._nudged_at >= NUDGE_EVERY_SECONDS
        if self.overdue_seconds > NUDGE_AFTER_SECONDS and may_nudge:
            self._nudged_at = monotonic()
            taskqueue.nudge()


class WebWatch:
    """A thread that asks the web server. `ask` returns whether it answered, and never raises."""

    def __init__(self, ask: Callable[[], bool]) -> None:
        self._ask = ask
        self._answered_at = monotonic()

    def start(self) -> None:
        threading.Thread(target=self._watch, name="web watch", daemon=True).start()

    def is_silent(self, up_seconds: float) -> bool:
        """Return whether a server that has been up for this long must be restarted."""
        return min(monotonic() - self._answered_at, up_seconds) > SILENT_AFTER_SECONDS

    def _watch(self) -> None:
        while True:
            self.check()
            sleep(ASK_EVERY_SECONDS)

    def check(self) -> None:
        if self._ask():
            self._answered_at = monotonic()
