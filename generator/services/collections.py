"""Collections: made, named, ordered by hand, deleted and brought back."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from generator.models import Collection, CollectionItem, User

# Between two places, so that a move writes one row.
GAP = 2**16


class ImageNotInCollection(Exception):
    """The image that is meant does not lie in the collection (any more)."""


@dataclass(frozen=True, slots=True)
class Move:
    """From which position to which an image went, for `unmove`."""

    old_position: int
    new_position: int


def create(owner: User, name: str, private: bool) -> Collection:
    return Collection.objects.create(owner=owner, name=name, private=private)


def update(collection: Collection, name: str, private: bool) -> None:
    Collection.objects.filter(pk=collection.pk).update(
        name=name, private=private, updated_at=timezone.now()
    )


def set_cover(collection: Collection, image_id: uuid.UUID | None) -> uuid.UUID | None:
    """Let this image of it stand for it; None: whichever is its first. Gives what was chosen
    before, for `unset_cover`. Raises `ImageNotInCollection`."""
    with transaction.atomic():
        row = Collection.objects.select_for_update().get(pk=collection.pk)
        _check(row, image_id)
        then, row.cover_id = row.cover_id, image_id
        row.save(update_fields=["cover"])
    return then


def undo_set_cover(collection: Collection, now: uuid.UUID | None, then: uuid.UUID | None) -> bool:
    """Take `set_cover` back, unless somebody has chosen again since; whether it is as it was.
    Raises `ImageNotInCollection` when what was chosen then was taken out."""
    _check(collection, then)
    rows = Collection.objects.filter(pk=collection.pk, cover=now)
    return bool(rows.update(cover=then))


def _check(collection: Collection, image_id: uuid.UUID | None) -> None:
    if image_id and not collection.items.filter(image=image_id).exists():
        raise ImageNotInCollection


def delete(collection: Collection) -> None:
    """Put it away; its images stay where they are. `restore` brings it back as it was."""
    Collection.objects.filter(pk=collection.pk).update(deleted_at=timezone.now())


def restore(collection: Collection) -> None:
    Collection.with_deleted.filter(pk=collection.pk).update(deleted_at=None)


def add_images(
    collection: Collection, ids: Sequence[uuid.UUID], by: User, at: datetime
) -> list[uuid.UUID]:
    """Put images at the end of a collection, in this order; gives those that were not in it.

    The collection's row is the lock.
    """
    with transaction.atomic():
        Collection.with_deleted.select_for_update().get(pk=collection.pk)
        items = CollectionItem.objects.filter(collection=collection)
        there = set(items.filter(image__in=ids).values_list("image_id", flat=True))
        new = [pk for pk in dict.fromkeys(ids) if pk not in there]
        last = items.aggregate(last=Max("position"))["last"] or 0
        CollectionItem.objects.bulk_create(
            CollectionItem(
                collection=collection,
                image_id=pk,
                position=last + number * GAP,
                added_by=by,
                added_at=at,
            )
            for number, pk in enumerate(new, 1)
        )
        Collection.objects.filter(pk=collection.pk).update(updated_at=timezone.now())
        return new


def move(collection: Collection, image_id: uuid.UUID, before: uuid.UUID | None) -> Move:
    """Put an image before another one of the collection, or at its end. Raises `ImageNotInCollection` for
    either of them."""
    with transaction.atomic():
        Collection.objects.select_for_update().get(pk=collection.pk)
        items = collection.items.order_by("position", "pk")
        item = items.filter(image=image_id).first()
        target = items.filter(image=before).first() if before else None
        if item is None or (before and target is None):
            raise ImageNotInCollection
        moved = Move(item.position, item.position)
        if item != target:
            moved = _reposition(items, item, target)
        Collection.objects.filter(pk=collection.pk).update(updated_at=timezone.now())
    return moved


def undo_move(collection: Collection, image_id: uuid.UUID, moved: Move) -> bool:
    """Take a `move` back, unless the image was moved again since; whether it is as it was."""
    rows = collection.items.filter(image=image_id, position=move.new_position)
    return bool(rows.update(position=move.old_position))


def _reposition(
    items: QuerySet[CollectionItem], item: CollectionItem, target: CollectionItem | None
) -> Move:
    """Write one row: halfway between the two neighbours. When that is used up, all of them get new
    positions in their order before."""
    others = items.exclude(pk=item.pk)
    if target is None:
        last = others.last()
        now = (last.position if last else 0) + GAP
    else:
        earlier = others.filter(position__lt=target.position).last()
        floor = earlier.position if earlier else target.position - 2 * GAP
        twins = others.filter(position=target.position).exclude(pk=target.pk).exists()
        if twins or target.position - floor < 2:
            _renumber(list(items))
            return _reposition(items, items.get(pk=item.pk), items.get(pk=target.pk))
        now = (floor + target.position) // 2
    moved = Move(item.position, now)
    items.filter(pk=item.pk).update(position=now)
    return moved


def _renumber(rows: list[CollectionItem]) -> None:
    for number, row in enumerate(rows, 1):
        row.position = number * GAP
    CollectionItem.objects.bulk_update(rows, ["position"], batch_size=500)


def purge() -> None:
    """Remove for good what was deleted so long ago that nobody brings it back."""
    oldest = timezone.now() - timedelta(days=settings.GEMPIX_TRASH_DAYS)
    Collection.with_deleted.filter(deleted_at__lt=oldest).delete()
