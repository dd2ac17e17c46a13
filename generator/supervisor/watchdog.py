"""Watches the heartbeat. A killed idle worker that held the queue's lock wedges the cluster for
good, with its leader alive: only work that is due and not done gives that away."""

from __future__ import annotations

import logging
import threading
from time import monotonic, sleep

from django.db import close_old_connections, connections

from generator import taskqueue
from generator.queries import studio_status

log = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 1.0
NUDGE_AFTER_SECONDS = 5.0
NUDGE_EVERY_SECONDS = 5.0
WEDGED_AFTER_SECONDS = 45.0


class Watch:
    """A thread of its own, because a database that is away or locked may keep it waiting.

    `overdue_seconds` is the newest finding; 0 while the database does not answer, since then
    restarting the cluster would not help.
    """

    def __init__(self) -> None:
        self.overdue_seconds = 0.0
        self._nudged_at = -NUDGE_EVERY_SECONDS
        self._blind = False

    def start(self) -> None:
        threading.Thread(target=self._watch, name="watch", daemon=True).start()

    def sees_wedged(self, up_seconds: float) -> bool:
        """Whether a cluster that has been up for so long is to be restarted."""
        return min(self.overdue_seconds, up_seconds) > WEDGED_AFTER_SECONDS

    def _watch(self) -> None:
        while True:
            self.look()
            sleep(LOOK_EVERY_SECONDS)

    def look(self) -> None:
        """Look once, nudge the queue if that is due, and never raise."""
        try:
            close_old_connections()
            self.overdue_seconds = studio_status.overdue_seconds()
            self._nudge_if_due()
        except Exception as error:  # the watchdog outlives whatever is wrong with the database
            self.overdue_seconds = 0.0
            connections.close_all()
            if not self._blind:
                log.warning(
                    "the database does not answer (%s); waiting for it", type(error).__name__
                )
            self._blind = True
        else:
            if self._blind:
                log.warning("the database answers again")
            self._blind = False

    def _nudge_if_due(self) -> None:
        rested = monotonic() - self._nudged_at >= NUDGE_EVERY_SECONDS
        if self.overdue_seconds > NUDGE_AFTER_SECONDS and rested:
            self._nudged_at = monotonic()
            taskqueue.nudge()
