"""Triggers that keep the search table and the months' counts in step with their tables, and that
announce changes on PostgreSQL (`generator.changes`).

Installed by a migration and again after every `migrate`: on SQLite, a later migration that rebuilds
a table silently drops its triggers.
"""

from __future__ import annotations

from typing import Any

from django.db import connections, transaction

from generator.changes import CHANNEL

COUNTED = ("month", "owner_id", "model", "shape", "has_references", "private")


def _count(row: str, images: int) -> str:
    """Return SQL that adds a line for this row if it is outside the trash."""
    values = ", ".join(f"{row}.{name}" for name in COUNTED)
    return (
        f"INSERT INTO generator_monthcount ({', '.join(COUNTED)}, pictures) "
        f"SELECT {values}, {images} WHERE {row}.trashed_at IS NULL;"
    )


_SAME = " AND ".join(
    ["(OLD.trashed_at IS NULL) = (NEW.trashed_at IS NULL)"]
    + [f"OLD.{name} = NEW.{name}" for name in COUNTED]
)
_FORGET = (
    "INSERT INTO generator_search (generator_search, rowid, words, image_id, batch_id) "
    "VALUES ('delete', OLD.place, OLD.words, OLD.image_id, OLD.batch_id);"
)
_LEARN = (
    "INSERT INTO generator_search (rowid, words, image_id, batch_id) "
    "VALUES (NEW.place, NEW.words, NEW.image_id, NEW.batch_id);"
)

SQLITE = {
    "generator_image_counted": ("INSERT ON generator_image", _count("NEW", 1)),
    "generator_image_uncounted": ("DELETE ON generator_image", _count("OLD", -1)),
    "generator_image_recounted": (
        f"UPDATE ON generator_image WHEN NOT ({_SAME})",
        _count("OLD", -1) + _count("NEW", 1),
    ),
    "generator_entry_learnt": ("INSERT ON generator_searchentry", _LEARN),
    "generator_entry_forgotten": ("DELETE ON generator_searchentry", _FORGET),
    "generator_entry_changed": ("UPDATE ON generator_searchentry", _FORGET + _LEARN),
}

POSTGRESQL = f"""
CREATE OR REPLACE FUNCTION generator_count_image() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND {_SAME.replace("OLD", "old").replace("NEW", "new")} THEN
        RETURN NULL;
    END IF;
    IF TG_OP <> 'INSERT' THEN {_count("old", -1)} END IF;
    IF TG_OP <> 'DELETE' THEN {_count("new", 1)} END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER generator_image_counted
AFTER INSERT OR UPDATE OR DELETE ON generator_image
FOR EACH ROW EXECUTE FUNCTION generator_count_image();
CREATE OR REPLACE FUNCTION generator_announce() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('{CHANNEL}', '');
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER generator_job_announced
AFTER INSERT OR UPDATE ON generator_job
FOR EACH STATEMENT EXECUTE FUNCTION generator_announce();
CREATE OR REPLACE TRIGGER generator_bulk_announced
AFTER INSERT OR UPDATE ON generator_bulkaction
FOR EACH STATEMENT EXECUTE FUNCTION generator_announce();
"""


def install(using: str = "default", **_signal: Any) -> None:
    """Create the triggers, in place of those of an earlier version."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if "generator_searchentry" not in connection.introspection.table_names(cursor):
            return  # migrated back to a version without a search
        if connection.vendor == "postgresql":
            cursor.execute(POSTGRESQL)
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        existing = dict(cursor.fetchall())
        for name in existing:
            if name.startswith("generator_") and name not in SQLITE:
                cursor.execute(f"DROP TRIGGER {name}")
        for name, (when, then) in SQLITE.items():
            wanted = f"CREATE TRIGGER {name} AFTER {when} BEGIN {then} END"
            if existing.get(name) != wanted:
                # Together, since an image that is written between the two would not be counted.
                with transaction.atomic(using):
                    cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
                    cursor.execute(wanted)
