"""Waiting for a database that is down or locked, so that an answer in hand is not lost."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import InterfaceError, OperationalError, connection

log = logging.getLogger(__name__)

P = ParamSpec("P")
Result = TypeVar("Result")

# Together with a sweep's budget and its longest call this stays under the queue's timeout.
MAX_WAIT_SECONDS = 90
RETRY_SECONDS = 1


def retry_on_outage(step: Callable[P, Result], *args: P.args, **kwargs: P.kwargs) -> Result:
    """Call a step that is harmless the second time, and retry it while the database is down.

    Raise the database's own error if it stays down for `MAX_WAIT_SECONDS`, or at once within a
    transaction, whose beginning would be lost.
    """
    ends = time.monotonic() + MAX_WAIT_SECONDS
    while True:
        try:
            return step(*args, **kwargs)
        except (OperationalError, InterfaceError) as error:
            if connection.in_atomic_block or time.monotonic() >= ends:
                raise
            log.warning("the database is down, waiting for it: %s", error)
            connection.close()
            time.sleep(RETRY_SECONDS)
