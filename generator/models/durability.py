"""What must survive a power cut before anything else happens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def on_disk() -> Iterator[None]:
    """Let the transactions of this block be on the disk when they are committed.

    PostgreSQL always does so. SQLite with a write-ahead log and `synchronous=NORMAL` does not: that
    makes every other commit cheap, but a power cut may undo the last ones
    (https://www.sqlite.org/pragma.html#pragma_synchronous). Within a transaction, whose commit is
    another's concern, nothing changes.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    _set("FULL")
    try:
        yield
    finally:
        _set("NORMAL")


def _set(level: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA synchronous={level}")
