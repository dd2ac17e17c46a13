"""The team's rating of images: one number each, whoever set it last.

Called by a step of a bulk action, in its transaction. The index follows each change.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence

from generator.models import BulkAction, BulkChange, Image
from generator.services import search


def apply(action: BulkAction, ids: Sequence[uuid.UUID]) -> list[BulkChange]:
    """Set the action's rating on these images; return a change with the old rating for each."""
    rows = Image.objects.filter(pk__in=ids).exclude(rating=action.rating)
    images = list(rows.select_for_update(of=("self",)).order_by("pk"))
    ids = [image.pk for image in images]
    Image.objects.filter(pk__in=ids).update(rating=action.rating)
    search.reindex(ids)
    return [BulkChange(action=action, image=image, before=[image.rating]) for image in images]


def revert(action: BulkAction, changes: Sequence[BulkChange]) -> int:
    """Restore the earlier ratings of these images, except those rated again since; return how many.

    A rating does not record which action set it, so a later change of the same image tells. The
    images are locked before the look-up, so no change comes between.
    """
    rows = Image.objects.filter(pk__in=[change.image_id for change in changes])
    locked = list(rows.select_for_update(of=("self",)).order_by("pk"))
    same = {image.pk for image in locked if image.rating == action.rating} - _rated_since(changes)
    before: dict[int, list[uuid.UUID]] = defaultdict(list)
    for change in changes:
        if change.image_id in same:
            before[change.before[0]].append(change.image_id)
    for rating, images in before.items():
        Image.objects.filter(pk__in=images).update(rating=rating)
    search.reindex(sorted(same))
    return len(same)


def _rated_since(changes: Iterable[BulkChange]) -> set[uuid.UUID]:
    """Return the images of these changes that a later action has rated and nobody has reverted."""
    at = {change.image_id: change.pk for change in changes}
    later = BulkChange.objects.filter(
        image__in=at, action__kind=BulkAction.Kind.RATE, pk__gt=min(at.values(), default=0)
    )
    rows = later.values_list("image_id", "pk")
    return {image for image, pk in rows if pk > at[image]}
