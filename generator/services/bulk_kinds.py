"""What each kind of bulk action does to images, and how that is taken back.

`apply` runs in a transaction over images that the action's member sees, and gives what it
really changed and how many belong to colleagues. A change is marked with the action's own time,
so that undoing touches nothing that somebody has changed since; it gives how many images are as
they were.
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
    """Images that are this member's to throw away: his own; for owner and admins everybody's."""
    return Q() if member.can(Permission.MANAGE_WORK) else Q(owner=member)


@dataclass(frozen=True, slots=True)
class Done:
    """What a step did."""

    changes: list[BulkChange]
    left_out: int = 0


def _rows(whose: Q, ids: Ids) -> tuple[QuerySet[Image], int]:
    """The images of these that the member may change, and how many are colleagues'."""
    allowed = Image.objects.filter(whose, pk__in=ids, purged_at=None)
    return allowed, len(ids) - allowed.count()


def _locked(rows: QuerySet[Image]) -> list[Image]:
    """These rows as nobody else changes them any more until the transaction ends."""
    return list(rows.select_for_update(of=("self",)).order_by("pk"))


def _plain(action: BulkAction, images: Ids) -> list[BulkChange]:
    return [BulkChange(action=action, image_id=pk) for pk in images]


def _images(changes: Sequence[BulkChange]) -> list[uuid.UUID]:
    return [change.image_id for change in changes]


# --- the trash


def trash(action: BulkAction, ids: Ids) -> Done:
    rows, left_out = _rows(changeable(action.owner), ids)
    found = [image.pk for image in _locked(rows.filter(SHOWN))]
    Image.objects.filter(pk__in=found).update(trashed_at=action.created_at, trashed_by=action.owner)
    return Done(_plain(action, found), left_out)


def untrash(action: BulkAction, changes: Sequence[BulkChange]) -> int:
    """Those alone that still lie in the trash because of this action."""
    rows = Image.objects.filter(
        pk__in=_images(changes),
        trashed_at=action.created_at,
        trashed_by=action.owner,
        purged_at=None,
    )
    return rows.update(trashed_at=None, trashed_by=None)


def restore(action: BulkAction, ids: Ids) -> Done:
    rows, left_out = _rows(changeable(action.owner), ids)
    found = _locked(rows.exclude(SHOWN))
    Image.objects.filter(pk__in=[image.pk for image in found]).update(
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
        for image in found
    ]
    return Done(changes, left_out)


def unrestore(action: BulkAction, changes: Sequence[BulkChange]) -> int:
    """Back into the trash, where they go on from the day they had reached."""
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


def _show(action: BulkAction, ids: Ids, private: bool) -> Done:
    # Its maker's alone: an admin would lose from sight what he could not show again.
    rows, left_out = _rows(Q(owner=action.owner), ids)
    found = [image.pk for image in _locked(rows.filter(private=not private))]
    Image.objects.filter(pk__in=found).update(private=private)
    return Done(_plain(action, found), left_out)


def make_private(action: BulkAction, ids: Ids) -> Done:
    return _show(action, ids, private=True)


def make_team(action: BulkAction, ids: Ids) -> Done:
    return _show(action, ids, private=False)


def unshow(action: BulkAction, changes: Sequence[BulkChange]) -> int:
    private = action.kind == BulkAction.Kind.MAKE_PRIVATE
    rows = Image.objects.filter(pk__in=_images(changes), private=private)
    return rows.update(private=not private)


# --- favourites


def favourite(action: BulkAction, ids: Ids) -> Done:
    """Which marks are new is read back, since another press may make the same ones now."""
    Favourite.objects.bulk_create(
        (
            Favourite(user=action.owner, image_id=pk, created_at=action.created_at)
            for pk in sorted(ids)
        ),
        ignore_conflicts=True,
    )
    new = Favourite.objects.filter(user=action.owner, image__in=ids, created_at=action.created_at)
    return Done(_plain(action, list(new.values_list("image_id", flat=True))))


def unfavourite(action: BulkAction, ids: Ids) -> Done:
    rows = Favourite.objects.filter(user=action.owner, image__in=ids)
    found = list(rows.select_for_update().order_by("pk"))
    Favourite.objects.filter(pk__in=[mark.pk for mark in found]).delete()
    return Done(
        [
            BulkChange(action=action, image_id=mark.image_id, before=[mark.created_at.isoformat()])
            for mark in found
        ]
    )


def take_marks(action: BulkAction, changes: Sequence[BulkChange]) -> int:
    rows = Favourite.objects.filter(
        user=action.owner, image__in=_images(changes), created_at=action.created_at
    )
    return rows.delete()[0]


def give_marks(action: BulkAction, changes: Sequence[BulkChange]) -> int:
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
    # Who has marked one anew since has what this gives back.
    return len(changes)


# --- collections


def collect(action: BulkAction, ids: Ids) -> Done:
    if action.collection is None or action.collection.deleted_at:
        return Done([])
    new = collections.place(action.collection, ids, action.owner, action.created_at)
    return Done(_plain(action, new))


def uncollect(action: BulkAction, ids: Ids) -> Done:
    rows = CollectionItem.objects.filter(collection=action.collection_id, image__in=ids)
    found = list(rows.select_for_update(of=("self",)).order_by("pk"))
    CollectionItem.objects.filter(pk__in=[item.pk for item in found]).delete()
    changes = [
        BulkChange(
            action=action,
            image_id=item.image_id,
            before=[item.position, item.added_by_id.hex, item.added_at.isoformat()],
        )
        for item in found
    ]
    return Done(changes)


def take_out(action: BulkAction, changes: Sequence[BulkChange]) -> int:
    rows = CollectionItem.objects.filter(
        collection=action.collection_id,
        image__in=_images(changes),
        added_by=action.owner,
        added_at=action.created_at,
    )
    return rows.delete()[0]


def put_back(action: BulkAction, changes: Sequence[BulkChange]) -> int:
    """Each at the place where it was."""
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


def rate(action: BulkAction, ids: Ids) -> Done:
    return Done(ratings.give(action, ids))


Apply = Callable[[BulkAction, Ids], Done]
Undo = Callable[[BulkAction, Sequence[BulkChange]], int]
Kind = BulkAction.Kind
KINDS: dict[str, tuple[Apply, Undo]] = {
    Kind.TRASH: (trash, untrash),
    Kind.RESTORE: (restore, unrestore),
    Kind.FAVOURITE: (favourite, take_marks),
    Kind.UNFAVOURITE: (unfavourite, give_marks),
    Kind.COLLECT: (collect, take_out),
    Kind.UNCOLLECT: (uncollect, put_back),
    Kind.MAKE_PRIVATE: (make_private, unshow),
    Kind.MAKE_TEAM: (make_team, unshow),
    Kind.RATE: (rate, ratings.take_back),
}
