"""The months of a gallery or a history, with how much each has, to jump to."""

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

# Where no counter knows, so many are counted one by one; of more, the months alone are told.
MOST_COUNTED = 500
# Fewer of a history, where a batch is asked about each of its images.
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
        """The boundary of the page that begins with this month's last image."""
        return id_floor(month_floor(self.month))


def of_images(viewer: Viewer, filters: Filters) -> Sequence[Month]:
    """Months with images that match the filters, whatever days those ask for; newest first."""
    undated = filters.replace(month="", since=None, until=None)
    if _is_counted(undated):
        return _counted(viewer, undated)
    found = newest_first(gallery.matching(viewer, undated), gallery.searches(undated))
    return _told(viewer, found, MOST_COUNTED)


def of_batches(viewer: Viewer, filters: Filters) -> Sequence[Month]:
    """The same for the batches of a history; remembered for a minute."""
    undated = filters.replace(month="", since=None, until=None)
    key = f"months:{viewer.pk}:{hashlib.sha256(undated.query().encode()).hexdigest()}"
    known: Sequence[Month] | None = cache.get(key)
    if known is None:
        known = _of_batches(viewer, undated)
        cache.set(key, known, MONTHS_CACHE_SECONDS)
    return known


def _of_batches(viewer: Viewer, undated: Filters) -> Sequence[Month]:
    found = newest_first(history.matching(viewer, undated), history.searches(undated))
    return _told(viewer, found, MOST_BATCHES_COUNTED)


def _is_counted(filters: Filters) -> bool:
    """Whether the months' counts know the answer."""
    return not (filters.q or filters.favourites or filters.collection or filters.rating)


def _counted(viewer: Viewer, filters: Filters) -> list[Month]:
    rows = MonthCount.objects.filter(Q(private=False) | Q(owner=viewer.pk))
    if filters.private:
        rows = rows.filter(private=True, owner=viewer.pk)
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


def _told(viewer: Viewer, found: QuerySet[Any], most: int) -> list[Month]:
    """Counted one by one; when there are too many, the team's months without counts."""
    ids = list(found.values_list("pk", flat=True)[: most + 1])
    if len(ids) > most:
        return [Month(month.month, None) for month in _counted(viewer, Filters())]
    counts = Counter(timezone.localtime(made_at(pk)).strftime("%Y-%m") for pk in ids)
    return [Month(month, count) for month, count in sorted(counts.items(), reverse=True)]
