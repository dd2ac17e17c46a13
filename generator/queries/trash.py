"""What lies in the trash, as far as a member may see and restore it."""

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
    """One's own; for owner and admins also what the team's others threw away. A colleague's
    private image stays his alone, here too."""
    own = Q(owner=viewer.pk)
    seen = own | Q(private=False) if viewer.can(Permission.MANAGE_WORK) else own
    # Not `exclude(SHOWN)`: SQLite does not see that the index of the trash has these.
    return Image.objects.filter(seen, trashed_at__isnull=False, purged_at=None)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many images lie in the trash, of how many people, and how many of them are others'."""

    images: int
    people: int
    others: int


def tally(viewer: Viewer) -> Tally:
    """What of the trash this member sees."""
    return Tally(
        **in_trash(viewer).aggregate(
            images=Count("pk"),
            people=Count("owner", distinct=True),
            others=Count("pk", filter=~Q(owner=viewer.pk)),
        )
    )


def nearest(viewer: Viewer, image: Image, most: int) -> tuple[list[Image], list[Image]]:
    """Up to `most` images on either side of this one in the trash, nearest first."""
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
    """The last thrown away first, and the boundary of the next page (None: this is the last)."""
    rows = in_trash(viewer)
    if before:
        at, pk = before
        rows = rows.filter(Q(trashed_at__lt=at) | Q(trashed_at=at, pk__lt=pk))
    # By their keys first, as `paging.first` does.
    keys = rows.order_by("-trashed_at", "-pk").values("pk")[: TRASH_A_PAGE + 1]
    shown: QuerySet[Image, Any] = Image.objects.filter(pk__in=keys)
    shown = shown.select_related("owner", "trashed_by", "job__batch")
    found = list(shown.order_by("-trashed_at", "-pk"))
    kept = found[:TRASH_A_PAGE]
    if len(found) <= TRASH_A_PAGE or kept[-1].trashed_at is None:
        return kept, None
    return kept, (kept[-1].trashed_at, kept[-1].pk)
