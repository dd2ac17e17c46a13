"""One action on one image or on a hundred thousand, and its exact undo.

A small action is done in the transaction of its request. A large one is left to the sweep, which
does one step at a time: each step is a transaction that locks the action's row, moves its cursor
and stores its changes, so when a worker dies another one continues at the same place.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import parse_qsl

from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from generator.models import BulkAction, BulkChange, Collection, Image, User
from generator.models.ids import LAST
from generator.queries import gallery, months, trash
from generator.queries.filters import filters_of
from generator.queries.gallery import searches
from generator.queries.paging import newest_first, relative_to
from generator.services import wakeup
from generator.services.bulk_kinds import KINDS, Ids

log = logging.getLogger(__name__)

AT_ONCE = 200
STEP = 500
MAX_FAILURES = 5
PAUSE_SECONDS = 20
UNDO_FOR = timedelta(days=7)
_pause = {"until": 0.0}


@dataclass(frozen=True, slots=True)
class Selection:
    """Images that were selected one by one, or all that match `filters`."""

    selected_ids: Sequence[uuid.UUID] = field(default_factory=tuple)
    all_matching: bool = False
    filters: str = ""


def images(member: User, selection: Selection, kind: str = "") -> QuerySet[Image]:
    """Return the selected images that this member may see, unordered.

    `RESTORE` selects from the trash, every other kind from outside it.
    """
    if kind == BulkAction.Kind.RESTORE:
        rows = trash.in_trash(member)
    elif selection.all_matching:
        rows = _matching(member, _params(selection))
    else:
        rows = gallery.visible(member)
    return rows if selection.all_matching else rows.filter(pk__in=selection.selected_ids)


def _params(selection: Selection) -> dict[str, str]:
    return dict(parse_qsl(selection.filters, keep_blank_values=True))


def _has_sort_keys(selection: Selection, kind: str = "") -> bool:
    """Return whether the search index finds all that match, ordered by its own key."""
    return kind != BulkAction.Kind.RESTORE and searches(filters_of(_params(selection)))


def _matching(member: User, params: Mapping[str, str]) -> QuerySet[Image]:
    rows = gallery.matching(member, filters_of(params))
    if "collection" in params:
        try:
            return rows.filter(places__collection=uuid.UUID(params.get("collection", "")))
        except ValueError:
            return rows.none()
    return rows


def count(member: User, selection: Selection, kind: str = "") -> int:
    """Return how many images `images` returns, from the months' counts if they know it."""
    params = _params(selection)
    if selection.all_matching and kind != BulkAction.Kind.RESTORE and "collection" not in params:
        stored = months.count_of_images(member, filters_of(params))
        if stored is not None:
            return stored
    return images(member, selection, kind).count()


def parts(member: User, selection: Selection, size: int) -> Iterator[list[uuid.UUID]]:
    """Yield the ids of the images that `images` returns, newest first, `size` at a time.

    Each part is read when it is asked for, from where the last one ended, so images that arrive
    meanwhile are in none.
    """
    if not selection.all_matching:
        selected_ids = sorted(set(selection.selected_ids), reverse=True)
        for start in range(0, len(selected_ids), size):
            rows = images(member, Selection(selected_ids[start : start + size]))
            yield list(rows.order_by("-pk").values_list("pk", flat=True))
        return
    by_sort_key = _has_sort_keys(selection)
    cursor = None if by_sort_key else LAST
    while True:
        rows = images(member, selection)
        if cursor:
            rows = rows.filter(relative_to("lt", by_sort_key, "image", cursor))
        part = list(newest_first(rows, by_sort_key).values_list("pk", flat=True)[:size])
        yield part
        if len(part) < size:
            return
        cursor = part[-1]


def start(
    member: User,
    kind: BulkAction.Kind,
    selection: Selection,
    collection: Collection | None = None,
    new_collection: str = "",
    rating: int = 0,
) -> BulkAction:
    """Apply an action to the selection: at once if it is small, else in the background.

    `new_collection` names a collection to create for it; `rating` is the rating to set. The caller
    has checked whether the member may add to `collection`, or rate.
    """
    selected_ids = sorted(set(selection.selected_ids))
    # Before the transaction, since all other writers wait for it on SQLite.
    total = count(member, selection, kind) if selection.all_matching else len(selected_ids)
    with transaction.atomic():
        if new_collection:
            collection = Collection.objects.create(owner=member, name=new_collection)
        action = BulkAction.objects.create(
            owner=member,
            kind=kind,
            collection=collection,
            made_collection=bool(new_collection),
            rating=rating,
            total=total,
            chosen=[pk.hex for pk in selected_ids],
            filters=selection.filters,
            every=selection.all_matching,
        )
        if action.total <= AT_ONCE:
            _step(action)
        else:
            wakeup.wake()
    return action


def undo(member: User, pk: uuid.UUID) -> BulkAction | None:
    """Revert exactly what the member's action changed; return None if they have no such action.

    A second undo finds nothing to revert. An action that is still running stops where it is.
    """
    with transaction.atomic():
        action = _locked(BulkAction.objects.filter(owner=member, pk=pk))
        if action is None or action.undone_at is not None:
            return action
        action.undone_at = timezone.now()
        action.finished_at = None
        action.save(update_fields=["undone_at", "finished_at"])
        if action.changed <= AT_ONCE:
            _step(action)
        else:
            wakeup.wake()
    return action


def work() -> bool:
    """Do one step of an unfinished action, for the sweep; return whether there was one.

    A step that fails changes nothing, is logged, and must not delay the jobs.
    """
    if time.monotonic() < _pause["until"]:
        return False
    waiting = BulkAction.objects.filter(finished_at=None).order_by("failures", "pk")
    pk = waiting.values_list("pk", flat=True).first()
    if pk is None:
        return False
    try:
        with transaction.atomic():
            action = _locked(BulkAction.objects.filter(pk=pk, finished_at=None))
            if action is not None:
                _step(action)
    except Exception:
        if not connection.is_usable():
            raise
        log.exception("a step of bulk action %s failed", pk)
        _pause["until"] = time.monotonic() + PAUSE_SECONDS
        _count_failure(pk)
    return True


def unfinished() -> bool:
    """Return whether any action waits for the sweep."""
    return BulkAction.objects.filter(finished_at=None).exists()


def purge() -> None:
    """Remove actions that are too old to be undone."""
    oldest = timezone.now() - UNDO_FOR
    BulkAction.objects.filter(finished_at__lt=oldest).delete()


def _count_failure(pk: uuid.UUID) -> None:
    rows = BulkAction.objects.filter(pk=pk)
    rows.update(failures=F("failures") + 1)
    rows.filter(failures__gte=MAX_FAILURES).update(finished_at=timezone.now())


def _locked(rows: QuerySet[BulkAction]) -> BulkAction | None:
    return rows.select_for_update(of=("self",)).select_related("owner", "collection").first()


def _step(action: BulkAction) -> None:
    """Process the next few images, in the caller's transaction."""
    if action.undone_at is None:
        _forward(action)
    else:
        _backward(action)
    action.failures = 0
    counts = ["done", "changed", "left_out", "given_back"]
    action.save(update_fields=[*counts, "cursor", "failures", "finished_at"])


def _forward(action: BulkAction) -> None:
    ids, seen, last = _next(action)
    apply, _revert = KINDS[action.kind]
    result = apply(action, ids)
    BulkChange.objects.bulk_create(result.changes)
    action.done += seen
    action.changed += len(result.changes)
    action.left_out += result.skipped
    action.cursor = last
    if last is None or seen < STEP:
        action.finished_at = timezone.now()


def _next(action: BulkAction) -> tuple[Ids, int, uuid.UUID | None]:
    """Return the ids of the next step that are visible, how many selected images the step covers,
    and the last one of them."""
    selection = Selection(all_matching=action.every, filters=action.filters)
    if not action.every:
        remaining = [
            pk for pk in map(uuid.UUID, action.chosen) if not action.cursor or pk > action.cursor
        ]
        part = remaining[:STEP]
        rows = images(action.owner, Selection(part), action.kind)
        return list(rows.values_list("pk", flat=True)), len(part), part[-1] if part else None
    # Images that arrive after the request are not selected: their ids are higher than the action's.
    rows = images(action.owner, selection, action.kind).filter(pk__lt=action.pk)
    # In the order of the index that finds them, so that a step reads only its own images.
    by_sort_key = _has_sort_keys(selection, action.kind)
    if action.cursor:
        rows = rows.filter(relative_to("gt", by_sort_key, "image", action.cursor))
    ordered = newest_first(rows, by_sort_key).reverse()
    ids = list(ordered.values_list("pk", flat=True)[:STEP])
    return ids, len(ids), ids[-1] if ids else None


def _backward(action: BulkAction) -> None:
    """Revert the latest changes first, and remove their rows."""
    _apply, revert = KINDS[action.kind]
    changes = list(action.changes.order_by("-pk")[:STEP])
    action.given_back += revert(action, changes)
    action.changes.filter(pk__in=[change.pk for change in changes]).delete()
    if len(changes) == STEP:
        return
    action.finished_at = timezone.now()
    created = action.collection if action.made_collection else None
    if created and not created.items.exists():
        Collection.objects.filter(pk=created.pk).update(deleted_at=timezone.now())
