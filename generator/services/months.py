"""The months' counts: many small lines become few."""

from __future__ import annotations

from collections import Counter

from django.db import transaction

from generator.models import MonthCount

KEYS = ("month", "owner_id", "model", "shape", "has_references", "private")
STEP = 500


def fold() -> None:
    """Sum the lines that the triggers have written, one line for each kind of image.

    The lines are locked, and only the locked ones are summed and removed: what is written
    meanwhile is left for the next time, and a second fold at once finds nothing to do.
    """
    with transaction.atomic():
        lines = MonthCount.objects.select_for_update().values_list("pk", "pictures", *KEYS)
        sums: Counter[tuple[object, ...]] = Counter()
        gone = []
        for pk, images, *key in lines:
            sums[tuple(key)] += images
            gone.append(pk)
        for start in range(0, len(gone), STEP):
            MonthCount.objects.filter(pk__in=gone[start : start + STEP]).delete()
        MonthCount.objects.bulk_create(
            MonthCount(pictures=images, **dict(zip(KEYS, key, strict=True)))
            for key, images in sums.items()
            if images
        )
