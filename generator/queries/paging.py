"""Pages by key: some rows, and where the next page begins.

Rows that the search index found go by their place in it (`by_place`), all others by their key;
either grows with the time of making.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import F, OuterRef, QuerySet, Subquery

from generator.models import Batch, Image, SearchEntry

Row = TypeVar("Row", Batch, Image)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows, and the cursor of the next page (None: this is the last)."""

    rows: Sequence[Row]
    next_cursor: uuid.UUID | None


def cut(found: Sequence[Row], size: int) -> Page[Row]:
    """A page of what was fetched with one row more than it holds."""
    kept = found[:size]
    return Page(kept, kept[-1].pk if len(found) > size else None)


def newest_first(found: QuerySet[Row], by_place: bool) -> QuerySet[Row]:
    return found.order_by("-hit__place" if by_place else "-pk")


def first(found: QuerySet[Row], by_place: bool, most: int, *, newest: bool = True) -> QuerySet[Row]:
    """The first `most` of these rows from the newest, or from the oldest; other tables may be
    joined to what this gives, and not to `found`.

    They are found by their keys alone. Otherwise a planner may begin with the other table: SQLite
    fetched all pictures of each member and sorted them, PostgreSQL all that a phrase matches.
    """
    ordered = newest_first(found, by_place)
    keys = (ordered if newest else ordered.reverse()).values("pk")[:most]
    rows = found.model._default_manager.filter(pk__in=keys)
    entry = SearchEntry.objects.filter(**{str(found.model._meta.model_name): OuterRef("pk")})
    order = Subquery(entry.values("pk")) if by_place else F("pk")
    return rows.order_by(order.desc() if newest else order.asc())
