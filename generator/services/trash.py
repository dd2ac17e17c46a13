"""Permanent deletion of images: after `GEMPIX_TRASH_DAYS`, or when a member empties their trash.

In three steps: mark the row (`purged_at`), which hides the image; delete its files; delete the row.
A crash in between leaves a row for the next run, never a visible row without its file, and never a
file without a row. If other images were made from it, the row stays without its files, so that what
was sent remains on record.
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
    """Permanently delete the images in the member's trash; return how many."""
    with transaction.atomic():
        rows = trash.in_trash(member).filter(changeable(member))
        count = Image.objects.filter(pk__in=rows.values("pk"), trashed_at__lte=Now()).update(
            purged_at=timezone.now()
        )
        if count:
            taskqueue.nudge_maintenance()
    return count


def expire() -> int:
    """Do the same with images that have been in the trash for too long; return how many."""
    oldest = timezone.now() - timedelta(days=settings.GEMPIX_TRASH_DAYS)
    rows = Image.objects.exclude(SHOWN).filter(trashed_at__lt=oldest, purged_at=None)
    return rows.update(purged_at=timezone.now())


def purge(budget_seconds: float) -> bool:
    """Delete the files of purged images, and then their rows; return whether some are left.

    Harmless at any time and any number of times.
    """
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
            used_ids = [image.pk for image in part if image.used]
            Image.objects.filter(pk__in=used_ids).update(size_bytes=0, thumbnail_widths=[], note="")
            Image.objects.filter(pk__in=[image.pk for image in part if not image.used]).delete()
    return True
