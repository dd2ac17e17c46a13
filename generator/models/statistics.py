"""SQLite's planner statistics. PostgreSQL keeps its own up to date."""

from __future__ import annotations

from typing import Any

from django.db import connections

# Rows read for each index: enough to tell a narrow one from a wide one, in milliseconds.
ROWS_AN_INDEX = 1000


def refresh(using: str = "default", **_signal: Any) -> None:
    """Measure again how selective the indexes are.

    Without this, a history filtered by shape looks at every image of that shape for each batch. A
    rebuilt table (any migration of it) loses its statistics; open connections read the new ones
    when they are reopened.
    """
    connection = connections[using]
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA analysis_limit = {ROWS_AN_INDEX}")
        cursor.execute("ANALYZE")
