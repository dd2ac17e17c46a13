"""Pages by key: some rows, and where the next page begins.

Rows from the search index are ordered by their sort key (`by_sort_key`), all others by their
primary key; both grow with the creation time.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from generator.models import Batch, Image, SearchEntry
from generator.models.ids import LAST
from generator.models.search import sort_key

Row = TypeVar("Row", Batch, Image)
# The kind of row that a cursor is an id of.
Kind = Literal["image", "batch"]


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows, the cursor of the next page (None: this is the last), and whether there are newer
    rows."""

    rows: Sequence[Row]
    next_cursor: uuid.UUID | None
    has_newer: bool = False


def cut(rows: Sequence[Row], size: int) -> Page[Row]:
    """Return a page of the rows from `older`, which are one more than the page holds."""
    page = rows[:size]
    has_newer = bool(page) and vars(page[0]).get("has_newer", False)
    return Page(page, page[-1].pk if len(rows) > size else None, has_newer)


def cut_above(rows: Sequence[Row], size: int) -> Page[Row]:
    """Do the same with the rows from `newer`; the reader came from the page after this one."""
    page = rows[:size][::-1]
    return Page(page, page[-1].pk if page else None, len(rows) > size)


def older(
    rows: QuerySet[Row], by_sort_key: bool, limit: int, kind: Kind, cursor: uuid.UUID | None
) -> QuerySet[Row]:
    """Return the newest `limit` of the rows or, with a cursor, of those older than it.

    With a cursor each has `has_newer`: whether any of the rows is not older.
    """
    if cursor is None:
        return first(rows if by_sort_key else rows.filter(pk__lt=LAST), by_sort_key, limit)
    is_older = relative_to("lt", by_sort_key, kind, cursor)
    is_not_older = relative_to("gte", by_sort_key, kind, cursor)
    page = first(rows.filter(is_older), by_sort_key, limit)
    others = first(rows.filter(is_not_older), by_sort_key, 1, newest=False)
    return page.annotate(has_newer=Exists(others))


def newer(
    rows: QuerySet[Row], by_sort_key: bool, limit: int, kind: Kind, cursor: uuid.UUID
) -> QuerySet[Row]:
    """Return up to `limit` rows that are newer than the cursor, the nearest first."""
    is_newer = relative_to("gt", by_sort_key, kind, cursor)
    return first(rows.filter(is_newer), by_sort_key, limit, newest=False)


def relative_to(lookup: str, by_sort_key: bool, kind: Kind, identifier: uuid.UUID) -> Q:
    """Return the condition for rows older (`lt`) or newer (`gt`) than this identifier."""
    if by_sort_key:
        return Q(**{f"hit__place__{lookup}": sort_key_of(kind, identifier)})
    return Q(**{f"pk__{lookup}": identifier})


def sort_key_of(kind: Kind, identifier: uuid.UUID) -> Coalesce:
    """Return the sort key of this image or batch, or of a boundary that is neither."""
    entry = SearchEntry.objects.filter(**{kind: identifier}).values("pk")
    return Coalesce(Subquery(entry), Value(sort_key(identifier)))


def newest_first(rows: QuerySet[Row], by_sort_key: bool) -> QuerySet[Row]:
    """Order rows by their key, newest first."""
    return rows.order_by("-hit__place" if by_sort_key else "-pk")


def first(
    rows: QuerySet[Row], by_sort_key: bool, limit: int, *, newest: bool = True
) -> QuerySet[Row]:
    """Return the first `limit` of these rows from the newest, or from the oldest.

    Join other tables to the result, not to `rows`: the page is selected by its keys alone.
    Otherwise a planner may begin with the other table: SQLite fetched all images of each member
    and sorted them, PostgreSQL all that match a phrase.
    """
    ordered = newest_first(rows, by_sort_key)
    keys = (ordered if newest else ordered.reverse()).values("pk")[:limit]
    page = rows.model._default_manager.filter(pk__in=keys)
    entry = SearchEntry.objects.filter(**{str(rows.model._meta.model_name): OuterRef("pk")})
    order = Subquery(entry.values("pk")) if by_sort_key else F("pk")
    return page.order_by(order.desc() if newest else order.asc())
