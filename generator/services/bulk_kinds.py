"""How each kind of bulk action is applied to images, and how it is reverted.

`apply_x` runs in a transaction over images that the action's member may see, and returns what it
really changed and how many images it skipped because they belong to colleagues. A change carries
the action's own time, so `revert_x` leaves alone what somebody has changed since. It returns how
many images are as they were before.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from generator.models import (
    SHOWN,
    BulkAction,
    BulkChange,
    CollectionItem,
    Favourite,
    Image,
    User,
)
from generator.permissions import Permission
from generator.services import collections, ratings

Ids = Sequence[uuid.UUID]


def changeable(member: User) -> Q:
    """Return the condition for images that this member may trash: their own, or for owner and
    admins all."""
    return Q() if member.can(Permission.MANAGE_WORK) else Q(owner=member)


@dataclass(frozen=True, slots=True)
class StepResult:
    """What one step changed, and how many images it skipped."""

    changes: list[BulkChange]
    skipped: int = 0


def _rows(whose: Q, ids: Ids) -> tuple[QuerySet[Image], int]:
    """Return those of these images that the member may change, and how many are colleagues'."""
    allowed = Image.objects.filter(whose, pk__in=ids, purged_at=None)
    return allowed, len(ids) - allowed.count()


def _locked(rows: QuerySet[Image]) -> list[Image]:
    """Return these rows, locked until the transaction ends."""
    return list(rows.select_for_update(of=("self",)).order_by("pk"))


def _plain(action: BulkAction, images: Ids) -> list[BulkChange]:
    return [BulkChange(action=action, image_id=pk) for pk in images]


def _images(changes: Sequence[BulkChange]) -> list[uuid.UUID]:
    return [change.image_id for change in changes]


# --- the trash


def apply_trash(action: BulkAction, ids: Ids) -> StepResult:
    """Move the images that the member may change to the trash."""
    rows, skipped = _rows(changeable(action.owner), ids)
    changed_ids = [image.pk for image in _locked(rows.filter(SHOWN))]
    Image.objects.filter(pk__in=changed_ids).update(
        trashed_at=action.created_at, trashed_by=action.owner
    )
    return StepResult(_plain(action, changed_ids), skipped)


def revert_trash(action: BulkAction, changes: Sequence[BulkChange]) -> int:
    """Restore only the images that are still in the trash because of this action."""
    rows = Image.objects.filter(
        pk__in=_images(changes),
        trashed_at=action.created_at,
        trashed_by=action.owner,
        purged_at=None,
    )
    return rows.update(trashed_at=None, trashed_by=None)


def apply_restore(action: BulkAction, ids: Ids) -> StepResult:
    """Restore the images that the member may change from the trash."""
    rows, skipped = _rows(changeable(action.owner), ids)
    images = _locked(rows.exclude(SHOWN))
    Image.objects.filter(pk__in=[image.pk for image in images]).update(
        trashed_at=None, trashed_by=None
    )
    changes = [
        BulkChange(
            action=action,
            image=image,
            before=[
                image.trashed_at and image.trashed_at.isoformat(),
                image.trashed_by_id and image.trashed_by_id.hex,
            ],
        )
        for image in images
    ]
    return StepResult(changes, skipped)


def revert_restore(action: BulkAction, changes: Sequence[BulkChange]) -> int:
    """Move the images back into the trash, with their earlier dates of deletion."""
    groups: dict[tuple[str, str], list[uuid.UUID]] = defaultdict(list)
    for change in changes:
        groups[tuple(change.before)].append(change.image_id)
    return sum(
        Image.objects.filter(SHOWN, pk__in=images).update(
            trashed_at=datetime.fromisoformat(at) if at else timezone.now(),
            trashed_by=User.objects.filter(pk=by).first() if by else None,
        )
        for (at, by), images in groups.items()
    )


# --- visibility


def _set_private(action: BulkAction, ids: Ids, private: bool) -> StepResult:
    # Only for its owner: an admin would lose sight of an image that they could not share again.
    rows, skipped = _rows(Q(owner=action.owner), ids)
    changed_ids = [image.pk for image in _locked(rows.filter(private=not private))]
    Image.objects.filter(pk__in=changed_ids).update(private=private)
    return StepResult(_plain(action, changed_ids), skipped)


def apply_private(action: BulkAction, ids: Ids) -> StepResult:
    """Make the member's own images private."""
    return _set_private(action, ids, private=True)


def apply_team(action: BulkAction, ids: Ids) -> StepResult:
    """Share the member's own images with the team."""
    return _set_private(action, ids, private=False)


def revert_visibility(action: BulkAction, changes: Sequence[BulkChange]) -> int:
    """Undo either change of visibility."""
    private = action.kind == BulkAction.Kind.MAKE_PRIVATE
    rows = Image.objects.filter(pk__in=_images(changes), private=private)
    return rows.update(private=not private)


# --- favourites


def apply_favourite(action: BulkAction, ids: Ids) -> StepResult:
    """Mark the images as the member's favourites.

    Which marks are new is read back, since a concurrent request may create the same ones.
    """
    Favourite.objects.bulk_create(
        (
            Favourite(user=action.owner, image_id=pk, created_at=action.created_at)
            for pk in sorted(ids)
        ),
        ignore_conflicts=True,
    )
    new = Favourite.objects.filter(user=action.owner, image__in=ids, created_at=action.created_at)
    return StepResult(_plain(action, list(new.values_list("image_id", flat=True))))


def apply_unfavourite(action: BulkAction, ids: Ids) -> StepResult:
    """Remove the member's marks, keeping their dates for an undo."""
    rows = Favourite.objects.filter(user=action.owner, image__in=ids)
    marks = list(rows.select_for_update().order_by("pk"))
    Favourite.objects.filter(pk__in=[mark.pk for mark in marks]).delete()
    return StepResult(
        [
            BulkChange(action=action, image_id=mark.image_id, before=[mark.created_at.isoformat()])
            for mark in marks
        ]
    )


def revert_favourite(action: BulkAction, changes: Sequence[BulkChange]) -> int:
    """Remove only the marks that this action created."""
    rows = Favourite.objects.filter(
        user=action.owner, image__in=_images(changes), created_at=action.created_at
    )
    return rows.delete()[0]


def revert_unfavourite(action: BulkAction, changes: Sequence[BulkChange]) -> int:
    """Restore the marks with their dates."""
    Favourite.objects.bulk_create(
        (
            Favourite(
                user=action.owner,
                image_id=change.image_id,
                created_at=datetime.fromisoformat(change.before[0]),
            )
            for change in changes
        ),
        ignore_conflicts=True,
    )
    # An image that was marked again since is in its earlier state as well.
    return len(changes)


# --- collections


def apply_collect(action: BulkAction, ids: Ids) -> StepResult:
    """Append the images to the action's collection."""
    if action.collection is None or action.collection.deleted_at:
        return StepResult([])
    new = collections.add_images(action.collection, ids, action.owner, action.created_at)
    return StepResult(_plain(action, new))


def apply_uncollect(action: BulkAction, ids: Ids) -> StepResult:
    """Remove the images from the action's collection, keeping their positions for an undo."""
    rows = CollectionItem.objects.filter(collection=action.collection_id, image__in=ids)
    items = list(rows.select_for_update(of=("self",)).order_by("pk"))
    CollectionItem.objects.filter(pk__in=[item.pk for item in items]).delete()
    changes = [
        BulkChange(
            action=action,
            image_id=item.image_id,
            before=[item.position, item.added_by_id.hex, item.added_at.isoformat()],
        )
        for item in items
    ]
    return StepResult(changes)


def revert_collect(action: BulkAction, changes: Sequence[BulkChange]) -> int:
    """Remove only the items that this action created."""
    rows = CollectionItem.objects.filter(
        collection=action.collection_id,
        image__in=_images(changes),
        added_by=action.owner,
        added_at=action.created_at,
    )
    return rows.delete()[0]


def revert_uncollect(action: BulkAction, changes: Sequence[BulkChange]) -> int:
    """Put each image back at its earlier position."""
    collection = action.collection
    if collection is None:
        return 0
    CollectionItem.objects.bulk_create(
        (
            CollectionItem(
                collection=collection,
                image_id=change.image_id,
                position=change.before[0],
                added_by_id=change.before[1],
                added_at=datetime.fromisoformat(change.before[2]),
            )
            for change in changes
        ),
        ignore_conflicts=True,
    )
    return len(changes)


# --- the rating


def apply_rating(action: BulkAction, ids: Ids) -> StepResult:
    """Set the action's rating."""
    return StepResult(ratings.apply(action, ids))


Apply = Callable[[BulkAction, Ids], StepResult]
Revert = Callable[[BulkAction, Sequence[BulkChange]], int]
Kind = BulkAction.Kind
KINDS: dict[str, tuple[Apply, Revert]] = {
    Kind.TRASH: (apply_trash, revert_trash),
    Kind.RESTORE: (apply_restore, revert_restore),
    Kind.FAVOURITE: (apply_favourite, revert_favourite),
    Kind.UNFAVOURITE: (apply_unfavourite, revert_unfavourite),
    Kind.COLLECT: (apply_collect, revert_collect),
    Kind.UNCOLLECT: (apply_uncollect, revert_uncollect),
    Kind.MAKE_PRIVATE: (apply_private, revert_visibility),
    Kind.MAKE_TEAM: (apply_team, revert_visibility),
    Kind.RATE: (apply_rating, ratings.revert),
}
