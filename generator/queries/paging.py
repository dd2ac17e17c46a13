"""Pages by key: some rows, and where the next page begins.

Rows that the search index found go by their place in it (`by_sort_key`), all others by their key;
either grows with the time of making.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from generator.models import Batch, Image, SearchEntry
from generator.models.ids import LAST
from generator.models.search import sort_key

Row = TypeVar("Row", Batch, Image)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows, the cursor of the next page (None: this is the last), and whether there is
    anything newer than these."""

    rows: Sequence[Row]
    next_cursor: uuid.UUID | None
    has_newer: bool = False


def cut(found: Sequence[Row], size: int) -> Page[Row]:
    """A page of what `down` gave, with one row more than it holds."""
    kept = found[:size]
    has_newer = bool(kept) and vars(kept[0]).get("has_newer", False)
    return Page(kept, kept[-1].pk if len(found) > size else None, has_newer)


def cut_above(found: Sequence[Row], size: int) -> Page[Row]:
    """The same of what `up` gave; another page is behind it, from where one came."""
    kept = found[:size][::-1]
    return Page(kept, kept[-1].pk if kept else None, len(found) > size)


def down(
    found: QuerySet[Row], by_sort_key: bool, most: int, **row: uuid.UUID | None
) -> QuerySet[Row]:
    """The first `most` of these from the newest or, with a cursor (`image=`, `batch=`), of those
    that are older; then each with `has_newer`: whether any of these is not older."""
    (cursor,) = row.values()
    if cursor is None:
        return first(found if by_sort_key else found.filter(pk__lt=LAST), by_sort_key, most)
    at = {name: pk for name, pk in row.items() if pk}
    older = first(found.filter(beside("lt", by_sort_key, **at)), by_sort_key, most)
    rest = first(found.filter(beside("gte", by_sort_key, **at)), by_sort_key, 1, newest=False)
    return older.annotate(has_newer=Exists(rest))


def up(found: QuerySet[Row], by_sort_key: bool, most: int, **row: uuid.UUID) -> QuerySet[Row]:
    """Up to `most` of these that are newer than this image or batch, the nearest first."""
    return first(found.filter(beside("gt", by_sort_key, **row)), by_sort_key, most, newest=False)


def beside(lookup: str, by_sort_key: bool, **row: uuid.UUID) -> Q:
    """What stands so to this image or batch (`image=`, `batch=`), or to a boundary that is none:
    `lt` is older, `gt` newer."""
    (identifier,) = row.values()
    return Q(
        **{f"hit__place__{lookup}": place_of_row(**row)}
        if by_sort_key
        else {f"pk__{lookup}": identifier}
    )


def place_of_row(**row: uuid.UUID) -> Coalesce:
    """Where this image or batch, or a boundary that is none, stands in the search index."""
    (identifier,) = row.values()
    entry = SearchEntry.objects.filter(**row).values("pk")
    return Coalesce(Subquery(entry), Value(sort_key(identifier)))


def newest_first(found: QuerySet[Row], by_sort_key: bool) -> QuerySet[Row]:
    return found.order_by("-hit__place" if by_sort_key else "-pk")


def first(
    found: QuerySet[Row], by_sort_key: bool, most: int, *, newest: bool = True
) -> QuerySet[Row]:
    """The first `most` of these rows from the newest, or from the oldest; other tables may be
    joined to what this gives, and not to `found`.

    They are found by their keys alone. Otherwise a planner may begin with the other table: SQLite
    fetched all images of each member and sorted them, PostgreSQL all that a phrase matches.
    """
    ordered = newest_first(found, by_sort_key)
    keys = (ordered if newest else ordered.reverse()).values("pk")[:most]
    rows = found.model._default_manager.filter(pk__in=keys)
    entry = SearchEntry.objects.filter(**{str(found.model._meta.model_name): OuterRef("pk")})
    order = Subquery(entry.values("pk")) if by_sort_key else F("pk")
    return rows.order_by(order.desc() if newest else order.asc())
