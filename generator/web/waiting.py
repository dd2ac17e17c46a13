"""Requests that wait for something to show, instead of being sent again and again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from django.conf import settings
from django.db import connection

from generator import changes
from generator.web.requests import Request

# Below the minute after which proxies usually end a silent request.
LONGEST_SECONDS = 20.0
# When a change was not signaled, its waiters see it after this.
LOOK_AGAIN_SECONDS = 5.0

# Pages are answered as well: waiting takes at most three of four threads.
_room = threading.BoundedSemaphore(max(1, settings.GEMPIX_WEB_THREADS * 3 // 4))


def seconds_of(request: Request) -> float:
    """Return how long this request may wait: as long as possible with `?wait`."""
    return LONGEST_SECONDS if "wait" in request.GET else 0


def until(condition: Callable[[], bool], seconds: float, rest_seconds: float = 0) -> bool:
    """Return whether the condition holds, after waiting for it for up to `seconds`.

    It is evaluated after each commit, but at most once in `rest_seconds`.

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
            looked_at = time.monotonic()
            changes.wait(mark, min(left, LOOK_AGAIN_SECONDS))
            time.sleep(max(0, looked_at + rest_seconds - time.monotonic()))
    finally:
        _room.release()
