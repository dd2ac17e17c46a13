"""Images that go for good: after `GEMPIX_TRASH_DAYS`, or when somebody empties his trash.

First the row says so (`purged_at`), and nobody sees the image any more; then its files go; then
the row itself. A crash between leaves a row that the next run finds, never a row that is shown
without its file, and never a file without a row. Where images were made from it, the row stays
without its files, so that what was sent remains on record.
"""

from __future__ import annotations

import time
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now
from django.utils import timezone

from generator import taskqueue
from generator.media import storage
from generator.models import SHOWN, Image, Reference, User
from generator.queries import trash
from generator.services.bulk_kinds import changeable

PART = 200


def empty(member: User) -> int:
    """Give up for good what lies in the member's trash; gives how many images those are."""
    with transaction.atomic():
        rows = trash.in_trash(member).filter(changeable(member))
        count = Image.objects.filter(pk__in=rows.values("pk"), trashed_at__lte=Now()).update(
            purged_at=timezone.now()
        )
        if count:
            taskqueue.nudge_maintenance()
    return count


def expire() -> int:
    """The same with what has lain in the trash for too long; gives how many."""
    oldest = timezone.now() - timedelta(days=settings.GEMPIX_TRASH_DAYS)
    rows = Image.objects.exclude(SHOWN).filter(trashed_at__lt=oldest, purged_at=None)
    return rows.update(purged_at=timezone.now())


def purge(budget_seconds: float) -> bool:
    """Remove the files of what was given up, and then the rows; whether some are left for the
    next run. Harmless at any time and any number of times."""
    ends = time.monotonic() + budget_seconds
    while time.monotonic() < ends:
        used = Reference.objects.filter(image=OuterRef("pk"))
        rows = Image.objects.filter(purged_at__isnull=False, size_bytes__gt=0)
        part = list(rows.annotate(used=Exists(used)).order_by("pk")[:PART])
        if not part:
            return False
        for image in part:
            storage.remove(image.file, image.thumbnail_widths)
        with transaction.atomic():
            kept = [image.pk for image in part if image.used]
            Image.objects.filter(pk__in=kept).update(size_bytes=0, thumbnail_widths=[], note="")
            Image.objects.filter(pk__in=[image.pk for image in part if not image.used]).delete()
    return True
