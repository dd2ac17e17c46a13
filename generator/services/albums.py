"""Collections: made, named, ordered by hand, deleted and brought back."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from generator.models import Collection, CollectionItem, User

# Between two places, so that a move writes one row.
GAP = 2**16


def create(owner: User, name: str, private: bool) -> Collection:
    return Collection.objects.create(owner=owner, name=name, private=private)


def change(collection: Collection, name: str, private: bool) -> None:
    Collection.objects.filter(pk=collection.pk).update(
        name=name, private=private, updated_at=timezone.now()
    )


def set_cover(collection: Collection, image_id: uuid.UUID) -> bool:
    """Let this picture of it stand for it; False when it does not lie in it."""
    if not collection.items.filter(image=image_id).exists():
        return False
    Collection.objects.filter(pk=collection.pk).update(cover=image_id)
    return True


def delete(collection: Collection) -> None:
    """Put it away; its pictures stay where they are. `restore` brings it back as it was."""
    Collection.objects.filter(pk=collection.pk).update(deleted_at=timezone.now())


def restore(collection: Collection) -> None:
    Collection.with_deleted.filter(pk=collection.pk).update(deleted_at=None)


def place(
    collection: Collection, ids: Sequence[uuid.UUID], by: User, at: datetime
) -> list[uuid.UUID]:
    """Put pictures at the end of a collection, in this order; gives those that were not in it.

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


def move(collection: Collection, image_id: uuid.UUID, before: uuid.UUID | None) -> bool:
    """Put a picture before another one of the collection, or at its end; False when one of them
    does not lie in it (any more)."""
    with transaction.atomic():
        Collection.objects.select_for_update().get(pk=collection.pk)
        items = collection.items.order_by("position", "pk")
        item = items.filter(image=image_id).first()
        target = items.filter(image=before).first() if before else None
        if item is None or (before and target is None):
            return False
        if item != target:
            _place(items, item, target)
        Collection.objects.filter(pk=collection.pk).update(updated_at=timezone.now())
    return True


def _place(
    items: QuerySet[CollectionItem], item: CollectionItem, target: CollectionItem | None
) -> None:
    """Write one row: halfway between the two neighbours; all of them anew when that is used up."""
    others = items.exclude(pk=item.pk)
    if target is None:
        last = others.last()
        item.position = (last.position if last else 0) + GAP
    else:
        earlier = others.filter(position__lt=target.position).last()
        floor = earlier.position if earlier else target.position - 2 * GAP
        twins = others.filter(position=target.position).exclude(pk=target.pk).exists()
        if twins or target.position - floor < 2:
            return _renumber([*_until(others, target), item, *_from(others, target)])
        item.position = (floor + target.position) // 2
    item.save(update_fields=["position"])
    return None


def _until(others: QuerySet[CollectionItem], target: CollectionItem) -> list[CollectionItem]:
    rows = list(others)
    return rows[: rows.index(target)]


def _from(others: QuerySet[CollectionItem], target: CollectionItem) -> list[CollectionItem]:
    rows = list(others)
    return rows[rows.index(target) :]


def _renumber(rows: list[CollectionItem]) -> None:
    for number, row in enumerate(rows, 1):
        row.position = number * GAP
    CollectionItem.objects.bulk_update(rows, ["position"], batch_size=500)


def tidy() -> None:
    """Remove for good what was deleted so long ago that nobody brings it back."""
    oldest = timezone.now() - timedelta(days=settings.GEMPIX_TRASH_DAYS)
    Collection.with_deleted.filter(deleted_at__lt=oldest).delete()
