"""Collections: create, rename, order by hand, delete and restore."""

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
from generator.services import audit

# Between two positions, so that a move writes one row.
GAP = 2**16


class ImageNotInCollection(Exception):
    """The image is not in the collection, or no longer."""


@dataclass(frozen=True, slots=True)
class Move:
    """The positions of an image before and after a move, for `undo_move`."""

    old_position: int
    new_position: int


def create(by: User, name: str, private: bool) -> Collection:
    """Create an empty collection."""
    collection = Collection.objects.create(owner=by, name=name, private=private)
    audit.record(by, "created collection", collection.pk)
    return collection


def update(collection: Collection, name: str, private: bool, *, by: User) -> None:
    """Change a collection's name and visibility."""
    Collection.objects.filter(pk=collection.pk).update(
        name=name, private=private, updated_at=timezone.now()
    )
    audit.record(by, "changed collection", collection.pk)


def set_cover(collection: Collection, image_id: uuid.UUID | None, *, by: User) -> uuid.UUID | None:
    """Set the cover (None: the first image) and return the previous one, for `undo_set_cover`.

    Raise `ImageNotInCollection`.
    """
    with transaction.atomic():
        row = Collection.objects.select_for_update().get(pk=collection.pk)
        _check(row, image_id)
        previous, row.cover_id = row.cover_id, image_id
        row.save(update_fields=["cover"])
        audit.record(by, "set the cover of collection", collection.pk)
    return previous


def undo_set_cover(
    collection: Collection, current: uuid.UUID | None, previous: uuid.UUID | None, *, by: User
) -> bool:
    """Restore the `previous` cover if the cover is still `current`; return whether it was restored.

    Raise `ImageNotInCollection` if the previous cover was removed from the collection.
    """
    _check(collection, previous)
    rows = Collection.objects.filter(pk=collection.pk, cover=current)
    restored = bool(rows.update(cover=previous))
    if restored:
        audit.record(by, "restored the cover of collection", collection.pk)
    return restored


def _check(collection: Collection, image_id: uuid.UUID | None) -> None:
    if image_id and not collection.items.filter(image=image_id).exists():
        raise ImageNotInCollection


def delete(collection: Collection, *, by: User) -> None:
    """Delete a collection, but not its images. `restore` brings it back unchanged."""
    Collection.objects.filter(pk=collection.pk).update(deleted_at=timezone.now())
    audit.record(by, "deleted collection", collection.pk)


def restore(collection: Collection, *, by: User) -> None:
    """Restore a deleted collection."""
    Collection.with_deleted.filter(pk=collection.pk).update(deleted_at=None)
    audit.record(by, "restored collection", collection.pk)


def add_images(
    collection: Collection, ids: Sequence[uuid.UUID], by: User, at: datetime
) -> list[uuid.UUID]:
    """Append images to a collection, in this order; return those that were not in it yet.

    The collection's row is the lock.
    """
    with transaction.atomic():
        Collection.with_deleted.select_for_update().get(pk=collection.pk)
        items = CollectionItem.objects.filter(collection=collection)
        present = set(items.filter(image__in=ids).values_list("image_id", flat=True))
        new = [pk for pk in dict.fromkeys(ids) if pk not in present]
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


def move(
    collection: Collection, image_id: uuid.UUID, before: uuid.UUID | None, *, by: User
) -> Move:
    """Move an image before another one of the collection, or to its end.

    Raise `ImageNotInCollection` for either of them.
    """
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
        audit.record(by, "moved an image in collection", collection.pk)
    return moved


def undo_move(collection: Collection, image_id: uuid.UUID, move: Move, *, by: User) -> bool:
    """Revert a `move`, unless the image was moved again since; return whether it was reverted."""
    rows = collection.items.filter(image=image_id, position=move.new_position)
    reverted = bool(rows.update(position=move.old_position))
    if reverted:
        audit.record(by, "moved an image back in collection", collection.pk)
    return reverted


def _reposition(
    items: QuerySet[CollectionItem], item: CollectionItem, target: CollectionItem | None
) -> Move:
    """Write one row: halfway between its two neighbors. If there is no position left between them,
    renumber all items in their present order first."""
    others = items.exclude(pk=item.pk)
    if target is None:
        last = others.last()
        position = (last.position if last else 0) + GAP
    else:
        earlier = others.filter(position__lt=target.position).last()
        floor = earlier.position if earlier else target.position - 2 * GAP
        twins = others.filter(position=target.position).exclude(pk=target.pk).exists()
        if twins or target.position - floor < 2:
            _renumber(list(items))
            return _reposition(items, items.get(pk=item.pk), items.get(pk=target.pk))
        position = (floor + target.position) // 2
    moved = Move(item.position, position)
    items.filter(pk=item.pk).update(position=position)
    return moved


def _renumber(rows: list[CollectionItem]) -> None:
    for number, row in enumerate(rows, 1):
        row.position = number * GAP
    CollectionItem.objects.bulk_update(rows, ["position"], batch_size=500)


def purge() -> None:
    """Permanently delete collections that were deleted too long ago to be restored."""
    oldest = timezone.now() - timedelta(days=settings.GEMPIX_TRASH_DAYS)
    Collection.with_deleted.filter(deleted_at__lt=oldest).delete()
