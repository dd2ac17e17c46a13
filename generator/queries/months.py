"""The months of a gallery or a history, with the number of images in each, to jump to."""

from __future__ import annotations

import hashlib
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.cache import cache
from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from generator.models import MonthCount
from generator.models.ids import id_floor, made_at
from generator.permissions import Viewer
from generator.queries import gallery, history
from generator.queries.filters import Filters, month_floor
from generator.queries.paging import newest_first

# Without a stored count, up to this many rows are counted; beyond it, months have no counts.
MOST_COUNTED = 500
# Fewer in a history, where each batch is checked for each of its images.
MOST_BATCHES_COUNTED = 200
MONTHS_CACHE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Month:
    """`2026-11`; `count` is None where counting would take too long."""

    month: str
    count: int | None

    @property
    def first(self) -> date:
        return date.fromisoformat(f"{self.month}-01")

    @property
    def cursor(self) -> uuid.UUID:
        """Return the cursor of the page that begins with this month's last image."""
        return id_floor(month_floor(self.month))


def of_images(viewer: Viewer, filters: Filters) -> Sequence[Month]:
    """Return the months with matching images, ignoring the filters' own days; newest first."""
    undated = filters.replace(month="", since=None, until=None)
    if _is_counted(undated):
        return _counted(viewer, undated)
    rows = newest_first(gallery.matching(viewer, undated), gallery.searches(undated))
    return _count_rows(viewer, rows, MOST_COUNTED)


def of_batches(viewer: Viewer, filters: Filters) -> Sequence[Month]:
    """Return the same for the batches of a history; cached for a minute."""
    undated = filters.replace(month="", since=None, until=None)
    key = f"months:{viewer.pk}:{hashlib.sha256(undated.query().encode()).hexdigest()}"
    cached: Sequence[Month] | None = cache.get(key)
    if cached is None:
        cached = _of_batches(viewer, undated)
        cache.set(key, cached, MONTHS_CACHE_SECONDS)
    return cached


def _of_batches(viewer: Viewer, undated: Filters) -> Sequence[Month]:
    rows = newest_first(history.matching(viewer, undated), history.searches(undated))
    return _count_rows(viewer, rows, MOST_BATCHES_COUNTED)


def count_of_images(viewer: Viewer, filters: Filters) -> int | None:
    """Return how many images match, if the stored counts answer these filters; else None."""
    if not _is_counted(filters) or filters.since or filters.until:
        return None
    return sum(month.count or 0 for month in _counted(viewer, filters))


def _is_counted(filters: Filters) -> bool:
    """Return whether the stored counts answer these filters."""
    return not (filters.q or filters.favourites or filters.collection or filters.rating)


def _counted(viewer: Viewer, filters: Filters) -> list[Month]:
    rows = MonthCount.objects.filter(Q(private=False) | Q(owner=viewer.pk))
    if filters.private:
        rows = rows.filter(private=True, owner=viewer.pk)
    if filters.month:
        rows = rows.filter(month=filters.month)
    if filters.member:
        rows = rows.filter(owner__username=filters.member)
    if filters.model:
        rows = rows.filter(model=filters.model)
    if filters.shape:
        rows = rows.filter(shape=filters.shape)
    if filters.references:
        rows = rows.filter(has_references=True)
    sums = rows.values_list("month").annotate(sum=Sum("pictures")).filter(sum__gt=0)
    return [Month(month, count) for month, count in sums.order_by("-month")]


def _count_rows(viewer: Viewer, rows: QuerySet[Any], most: int) -> list[Month]:
    """Count these rows by month; if there are too many, return the team's months without counts."""
    ids = list(rows.values_list("pk", flat=True)[: most + 1])
    if len(ids) > most:
        return [Month(month.month, None) for month in _counted(viewer, Filters())]
    counts = Counter(timezone.localtime(made_at(pk)).strftime("%Y-%m") for pk in ids)
    return [Month(month, count) for month, count in sorted(counts.items(), reverse=True)]
