"""Waiting until something is committed, by any process, instead of asking for it again and again.

A process that waits has one thread for it, on a database connection of its own: SQLite is asked
for `PRAGMA data_version`, which costs microseconds; PostgreSQL notifies (`models.triggers`). The
thread ends when nobody has waited for a while.

The rows stay the truth. A waiter looks at them again after a while, whatever the signal says, so
a lost one costs no more than that.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from typing import Any

from django.db import DatabaseError, connections

log = logging.getLogger(__name__)

# How often SQLite is asked.
LOOK_SECONDS = 0.005
# How long PostgreSQL's notices are awaited before looking whether anybody still waits.
NOTICE_SECONDS = 0.5
# The watching thread outlives its last waiter by this.
LINGER_SECONDS = 3.0
# After a failure.
RETRY_SECONDS = 5.0
CHANNEL = "gempix_changes"

_news = threading.Condition()


class _State:
    """What the threads of this process share, under `_news`."""

    def __init__(self) -> None:
        self.count = 0
        self.closed = False
        self.waiting = 0
        self.waited_at = 0.0
        self.retry_at = 0.0
        self.thread: threading.Thread | None = None


_state = _State()


def mark() -> int:
    """Return what to `wait` from. Take it before reading the rows: what is committed in between
    then ends the wait at once."""
    with _news:
        _state.waited_at = time.monotonic()
        if not _state.closed and _state.thread is None and time.monotonic() >= _state.retry_at:
            _start()
        return _state.count


def wait(since: int, seconds: float) -> bool:
    """Wait until something was committed or announced after `mark`, at most so many seconds.

    Return False if no change was signaled; there may have been one nevertheless.
    """
    ends = time.monotonic() + seconds
    with _news:
        _state.waiting += 1
        while _state.count == since and not _state.closed:
            left = ends - time.monotonic()
            if left <= 0 or not _news.wait(left):
                break
        _state.waiting -= 1
        _state.waited_at = time.monotonic()
        return _state.count != since


def announce() -> None:
    """Wake the waiters of this process, for what no commit tells them."""
    with _news:
        _state.count += 1
        _news.notify_all()


def close() -> None:
    """End all waits of this process, now and later, since it is about to stop."""
    with _news:
        _state.closed = True
        _news.notify_all()


def is_closed() -> bool:
    """Return whether this process is about to stop."""
    return _state.closed


def _start() -> None:
    try:
        source = _Sqlite() if connections["default"].vendor == "sqlite" else _Postgres()
    except DatabaseError as error:
        log.warning("no signal of changes for now: %s", error)
        _state.retry_at = time.monotonic() + RETRY_SECONDS
        return
    _state.thread = threading.Thread(target=_watch, args=(source, _state), daemon=True)
    _state.thread.name = "changes"
    _state.thread.start()


def _watch(source: _Sqlite | _Postgres, state: _State) -> None:
    try:
        while True:
            changed = source.changed()
            with _news:
                if changed:
                    state.count += 1
                    _news.notify_all()
                unused = time.monotonic() - state.waited_at if not state.waiting else 0
                if state.closed or unused > LINGER_SECONDS:
                    _stop_watching(state)
                    return
    except Exception as error:  # whatever it was, the next waiter needs another thread
        log.warning("the signal of changes was lost for now: %s", error)
        with _news:
            state.retry_at = time.monotonic() + RETRY_SECONDS
            _stop_watching(state)
    finally:
        source.close()


def _stop_watching(state: _State) -> None:
    """Forget the thread. Who waits, or has a mark, looks at the rows and starts another one."""
    state.thread = None
    state.count += 1
    _news.notify_all()


class _Source:
    """A database connection of the watching thread alone."""

    def __init__(self) -> None:
        self._wrapper = connections["default"].copy()
        self._wrapper.inc_thread_sharing()
        self._wrapper.ensure_connection()
        self._connection: Any = self._wrapper.connection

    def close(self) -> None:
        self._wrapper.close()


class _Sqlite(_Source):
    def __init__(self) -> None:
        super().__init__()
        self._version = self._read()

    def _read(self) -> int:
        # https://www.sqlite.org/pragma.html#pragma_data_version: changes with the commit of any
        # other connection.
        row: tuple[int] = self._connection.execute("PRAGMA data_version").fetchone()
        return row[0]

    def changed(self) -> bool:
        time.sleep(LOOK_SECONDS)
        before, self._version = self._version, self._read()
        return self._version != before


class _Postgres(_Source):
    def __init__(self) -> None:
        super().__init__()
        self._connection.execute(f"LISTEN {CHANNEL}")

    def changed(self) -> bool:
        notices = self._connection.notifies(timeout=NOTICE_SECONDS, stop_after=1)
        return any(True for _ in notices)


def _forget() -> None:
    """Start afresh in a forked process, which has neither the thread nor its connection."""
    global _news, _state
    _news, _state = threading.Condition(), _State()


os.register_at_fork(after_in_child=_forget)
