"""How long a statement waits for a lock that another process has."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Let each statement of this thread's connection wait at most this long for a lock, instead of
    SQLite's usual time or, on PostgreSQL, for ever. It then raises `OperationalError`."""
    milliseconds = int(seconds * 1000)
    sqlite = connection.vendor == "sqlite"
    setting = "PRAGMA busy_timeout =" if sqlite else "SET lock_timeout ="
    usual = int(settings.SQLITE_OPTIONS["timeout"] * 1000) if sqlite else 0
    with connection.cursor() as cursor:
        cursor.execute(f"{setting} {milliseconds}")
    try:
        yield
    finally:
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute(f"{setting} {usual}")
