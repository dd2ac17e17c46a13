"""The months' counts: many small lines merged into few."""

from __future__ import annotations

from collections import Counter

from django.db import transaction

from generator.models import MonthCount

KEYS = ("month", "owner_id", "model", "shape", "has_references", "private")
STEP = 500


def fold() -> None:
    """Merge the lines that the triggers have written into one line for each kind of image.

    The lines are locked, and only the locked ones are summed and removed: lines written meanwhile
    are left for the next time, and a concurrent fold finds nothing to do.
    """
    with transaction.atomic():
        lines = MonthCount.objects.select_for_update().values_list("pk", "pictures", *KEYS)
        sums: Counter[tuple[object, ...]] = Counter()
        folded = []
        for pk, images, *key in lines:
            sums[tuple(key)] += images
            folded.append(pk)
        for start in range(0, len(folded), STEP):
            MonthCount.objects.filter(pk__in=folded[start : start + STEP]).delete()
        MonthCount.objects.bulk_create(
            MonthCount(pictures=images, **dict(zip(KEYS, key, strict=True)))
            for key, images in sums.items()
            if images
        )
