"""What SQLite's planner knows of the tables. PostgreSQL keeps its own up to date."""

from __future__ import annotations

from typing import Any

from django.db import connections

# Rows read for each index: enough to tell a narrow one from a wide one, in milliseconds.
ROWS_AN_INDEX = 1000


def refresh(using: str = "default", **_signal: Any) -> None:
    """Count anew how selective the indexes are. Without it a history by shape looks at every
    image of that shape for each batch. A remade table (any migration of it) loses what was
    known; open connections read the new figures when they are opened again."""
    connection = connections[using]
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA analysis_limit = {ROWS_AN_INDEX}")
        cursor.execute("ANALYZE")
