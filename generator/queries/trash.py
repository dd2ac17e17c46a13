"""The images in the trash that a member may see and restore."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from generator.models import Image
from generator.permissions import Permission, Viewer

TRASH_A_PAGE = 48


def in_trash(viewer: Viewer) -> QuerySet[Image]:
    """Return one's own images in the trash; for owner and admins also those of colleagues, except
    private ones."""
    own = Q(owner=viewer.pk)
    may_see = own | Q(private=False) if viewer.can(Permission.MANAGE_WORK) else own
    # Not `exclude(SHOWN)`: SQLite would not use the index of the trash for it.
    return Image.objects.filter(may_see, trashed_at__isnull=False, purged_at=None)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many images are in the trash, of how many members, and how many are others'."""

    images: int
    people: int
    others: int


def tally(viewer: Viewer) -> Tally:
    """Return the counts of the trash that this member may see."""
    return Tally(
        **in_trash(viewer).aggregate(
            images=Count("pk"),
            people=Count("owner", distinct=True),
            others=Count("pk", filter=~Q(owner=viewer.pk)),
        )
    )


def nearest(viewer: Viewer, image: Image, most: int) -> tuple[list[Image], list[Image]]:
    """Return up to `most` images on each side of this one in the trash, nearest first."""
    at, rows = image.trashed_at, in_trash(viewer).select_related("job__batch")
    later = rows.filter(Q(trashed_at__gt=at) | Q(trashed_at=at, pk__gt=image.pk))
    earlier = rows.filter(Q(trashed_at__lt=at) | Q(trashed_at=at, pk__lt=image.pk))
    return (
        list(later.order_by("trashed_at", "pk")[:most]),
        list(earlier.order_by("-trashed_at", "-pk")[:most]),
    )


def trash_page(
    viewer: Viewer, before: tuple[datetime, uuid.UUID] | None
) -> tuple[list[Image], tuple[datetime, uuid.UUID] | None]:
    """Return the latest deleted images first, and the cursor of the next page (None: last page)."""
    rows = in_trash(viewer)
    if before:
        at, pk = before
        rows = rows.filter(Q(trashed_at__lt=at) | Q(trashed_at=at, pk__lt=pk))
    # Select by keys first, as `paging.first` does.
    keys = rows.order_by("-trashed_at", "-pk").values("pk")[: TRASH_A_PAGE + 1]
    shown: QuerySet[Image, Any] = Image.objects.filter(pk__in=keys)
    shown = shown.select_related("owner", "trashed_by", "job__batch")
    images = list(shown.order_by("-trashed_at", "-pk"))
    page = images[:TRASH_A_PAGE]
    if len(images) <= TRASH_A_PAGE or page[-1].trashed_at is None:
        return page, None
    return page, (page[-1].trashed_at, page[-1].pk)
