"""Bringing the tables to this version: one process at a time, and never backwards."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader

from generator.models import Gate

# Any constant that no other program on the same server uses: "GemPix" as a number.
LOCK_KEY = 0x47656D506978
# A migration of a million rows takes minutes.
LONGEST_WAIT_SECONDS = 600
LOOK_SECONDS = 0.2


class CannotMigrate(Exception):
    """Why the tables cannot be brought to this version, as a sentence for the operator."""


@contextmanager
def lock() -> Iterator[None]:
    """Hold the right to migrate. Wait for another process that has it; raise `CannotMigrate` if it
    does not end."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:

            def try_lock() -> bool:
                cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK_KEY])
                return bool(cursor.fetchone()[0])

            _wait_for(try_lock)
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK_KEY])
        return
    settings.GEMPIX_DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (settings.GEMPIX_DATA_DIR / "migrate.lock").open("w") as file:
        _wait_for(lambda: _flocked(file.fileno()))
        yield  # closing the file releases it


def _flocked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _wait_for(try_lock: Callable[[], bool]) -> None:
    ends = time.monotonic() + LONGEST_WAIT_SECONDS
    while not try_lock():
        if time.monotonic() >= ends:
            raise CannotMigrate("another process has been changing the tables for too long.")
        time.sleep(LOOK_SECONDS)


def refuse_newer_tables() -> None:
    """Raise `CannotMigrate` if a newer version has changed the tables: this one would run into
    columns that it does not know, with every press."""
    loader = MigrationLoader(connection)
    unknown = sorted(
        name
        for app, name in loader.applied_migrations
        if app == "generator" and (app, name) not in loader.disk_migrations
    )
    # Of a merged history only the known successor counts.
    replaced = {key for migration in loader.disk_migrations.values() for key in migration.replaces}
    unknown = [name for name in unknown if ("generator", name) not in replaced]
    if unknown:
        raise CannotMigrate(
            f"the database was last used by {_last_user()}. This is GemPix Studio "
            f"{settings.GEMPIX_VERSION}, which does not know the newer tables ({unknown[-1]}). "
            "Start the newer version, or restore the backup that was made before the upgrade "
            "(docs/operate.md)."
        )


def _last_user() -> str:
    try:
        version = Gate.objects.values_list("version", flat=True).filter(pk=1).first()
    except DatabaseError:
        version = ""  # so new that this is kept elsewhere
    return f"GemPix Studio {version}" if version else "a newer version"


def remember_version() -> None:
    """Keep the name of the version that uses the tables, for one that is older."""
    Gate.objects.filter(pk=1).exclude(version=settings.GEMPIX_VERSION).update(
        version=settings.GEMPIX_VERSION
    )
