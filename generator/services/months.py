"""The months' counts: many small lines merged into few."""

from __future__ import annotations

import uuid
from collections import Counter

from django.db import transaction

from generator.models import MonthCount

KEYS = ("month", "owner_id", "model", "shape", "has_references", "private")
# Lines merged in one transaction, while other writers wait.
STEP = 2000
# Lines removed in one statement.
CHUNK = 500


def fold() -> None:
    """Merge the lines that the triggers have written into one line for each kind of image.

    Do so in short transactions: the lines of one member in one month, which are of few kinds, the
    oldest first. What a step merges becomes their newest lines, so their last step covers all that
    are left.
    """
    groups = MonthCount.objects.order_by("month").values_list("month", "owner_id").distinct()
    for month, owner_id in list(groups):
        while _fold_some(month, owner_id):
            pass


def _fold_some(month: str, owner_id: uuid.UUID) -> bool:
    """Merge some of these lines; return whether others are left to be merged.

    The lines are locked, and only the locked ones are summed and removed: lines written meanwhile
    are left for the next time, and a concurrent fold finds nothing to do.
    """
    with transaction.atomic():
        rows = MonthCount.objects.select_for_update().filter(month=month, owner=owner_id)
        lines = list(rows.order_by("pk").values_list("pk", "pictures", *KEYS)[:STEP])
        sums: Counter[tuple[object, ...]] = Counter()
        for _pk, images, *key in lines:
            sums[tuple(key)] += images
        merged = [
            MonthCount(pictures=images, **dict(zip(KEYS, key, strict=True)))
            for key, images in sums.items()
            if images
        ]
        if len(merged) == len(lines):
            return False
        folded = [pk for pk, *_line in lines]
        for start in range(0, len(folded), CHUNK):
            MonthCount.objects.filter(pk__in=folded[start : start + CHUNK]).delete()
        MonthCount.objects.bulk_create(merged)
    # A step that removes few lines would be followed by many.
    return len(lines) == STEP and len(merged) <= STEP // 2
