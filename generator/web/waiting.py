"""Requests that wait for something to show, instead of being sent again and again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from django.conf import settings
from django.db import connection

from generator import changes

# Below the minute after which proxies usually end a silent request.
LONGEST_SECONDS = 20.0
# When a change was not signaled, its waiters see it after this.
LOOK_AGAIN_SECONDS = 5.0

# Pages are answered as well: waiting takes at most three of four threads.
_room = threading.BoundedSemaphore(max(1, settings.GEMPIX_WEB_THREADS * 3 // 4))


def until(condition: Callable[[], bool], seconds: float) -> bool:
    """Return whether the condition holds, after waiting for it for up to `seconds`.

    Answer at once if they are 0, if too many requests of this process wait already, or if it is
    about to stop. On PostgreSQL no connection is held meanwhile.
    """
    if seconds <= 0 or not _room.acquire(blocking=False):
        return condition()
    try:
        ends = time.monotonic() + min(seconds, LONGEST_SECONDS)
        while True:
            mark = changes.mark()
            if condition():
                return True
            left = ends - time.monotonic()
            if left <= 0 or changes.is_closed():
                return False
            if connection.vendor == "postgresql" and not connection.in_atomic_block:
                connection.close()
            changes.wait(mark, min(left, LOOK_AGAIN_SECONDS))
    finally:
        _room.release()
