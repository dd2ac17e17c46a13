"""An action on one or many images, its progress, and its undo."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from generator.models import BEST, BulkAction, Collection
from generator.permissions import Permission
from generator.queries import gallery
from generator.queries.filters import filters_of
from generator.services import bulk
from generator.views.messages import sentence
from generator.web import access, htmx, waiting
from generator.web.params import ids_in
from generator.web.requests import MemberRequest
from generator.web.responses import redirect_with_message, safe_next, toast
from generator.web.selection import InvalidSelection, selection_in

Kind = BulkAction.Kind
# The event that tells the page's scripts that images have changed.
EVENT = "gempix:images-changed"
MOST_NAME_CHARACTERS = 120
# What each kind sets on an image: only the last of several such actions keeps its toast.
SETS = {
    Kind.FAVOURITE: "favourite",
    Kind.UNFAVOURITE: "favourite",
    Kind.MAKE_PRIVATE: "visibility",
    Kind.MAKE_TEAM: "visibility",
    Kind.RATE: "rating",
}


@require_POST
def create(request: MemberRequest) -> HttpResponse:
    """Start the action. Answer with a toast, or with the page `next` for plain forms."""
    # A button has only one value: `collect:<id>` carries the collection, `rate:<n>` the rating.
    word, _colon, target = request.POST.get("kind", "").partition(":")
    try:
        kind = Kind(word)
    except ValueError:
        return HttpResponseBadRequest(_("This page is out of date. Reload it."))
    try:
        selection = selection_in(request.POST)
        collection, name = _collection(request, kind, target)
        rating = _rating(request, kind, target)
    except InvalidSelection as refusal:
        text = str(refusal)
        return toast(request, text, safe_next(request), tone="warning", status=422)
    member = request.user
    action = bulk.start(member, kind, selection, collection, name, rating)
    return _answer(request, action, _changed(action))


def _collection(request: MemberRequest, kind: Kind, target: str) -> tuple[Collection | None, str]:
    """Return the collection, or the name of a new one. Raise `InvalidSelection`, `Http404`, and
    `PermissionDenied`."""
    if kind not in (Kind.COLLECT, Kind.UNCOLLECT):
        return None, ""
    name = request.POST.get("collection_name", "").replace("\0", "").strip()
    if name and kind == Kind.COLLECT and not target:
        access.check(request, Permission.ORGANIZE)
        return None, name[:MOST_NAME_CHARACTERS]
    raw = target or request.POST.get("collection", "")
    if not raw:
        raise InvalidSelection(_("Choose a collection or name a new one."))
    (pk,) = ids_in([raw])
    return access.filled_collection(request, pk), ""


def _rating(request: MemberRequest, kind: Kind, target: str) -> int:
    """Return the rating; 0 removes it. Raise `InvalidSelection` and `PermissionDenied`."""
    if kind != Kind.RATE:
        return 0
    access.check(request, Permission.ORGANIZE)
    if target not in map(str, range(BEST + 1)):
        raise InvalidSelection(_("This page is out of date. Reload it."))
    return int(target)


@require_safe
def matching(request: MemberRequest) -> HttpResponse:
    """Count the images that "All matches" or "All images" selects. Requested once something is
    selected, since a gallery need not count what it does not show."""
    place = request.GET.get("place")
    kind = Kind.RESTORE if place == "trash" else ""
    selection = bulk.Selection(all_matching=True, filters=request.GET.urlencode())
    count = bulk.count(request.user, selection, kind)
    # A collection's page shows all of it, so that its name there is not a filter.
    is_filtered = place == "gallery" and bool(filters_of(request.GET))
    context = {"count": count, "is_filtered": is_filtered}
    return render(request, "generator/fragments/bulk_matching.html", context)


@require_safe
def progress(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Show the progress, in a toast that asks until the action has finished.

    With `wait` the answer comes when there is more than what the toast has, or after a while.
    """
    have = request.GET.get("have", "")
    action = access.bulk_action(request, pk)
    context = _context(request, action)

    def has_moved() -> bool:
        nonlocal action, context
        action = access.bulk_action(request, pk)
        context = _context(request, action)
        return action.finished_at is not None or have != f"{action.done}-{context['done']}"

    waiting.until(has_moved, waiting.seconds_of(request))
    if not htmx.wanted(request):
        return render(request, "generator/bulk.html", context)
    answer = render(request, "generator/fragments/bulk_toast.html", context)
    if action.finished_at is None:
        return answer
    return htmx.announcing(answer, EVENT, _detail(action, _changed(action)))


@require_POST
def undo(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Undo what it changed; a second press does nothing more."""
    action = access.bulk_action(request, pk)
    changed = _changed(action)
    undone = bulk.undo(request.user, action.pk) or action
    return _answer(request, undone, changed, replaces=True)


def _changed(action: BulkAction) -> list[str] | None:
    """Return the images that it changed; None if they are too many to list."""
    if action.total > bulk.AT_ONCE:
        return None
    return [str(pk) for pk in action.changes.values_list("image_id", flat=True)]


def _detail(action: BulkAction, changed: list[str] | None) -> dict[str, Any]:
    rated = action.kind == Kind.RATE and changed
    return {
        "action": str(action.pk),
        "kind": action.kind,
        "undone": action.undone_at is not None,
        "images": changed,
        "collection": str(action.collection_id or ""),
        # Undo restores each image's own rating.
        "ratings": gallery.ratings(rated) if rated else {},
    }


def _context(request: MemberRequest, action: BulkAction) -> dict[str, Any]:
    left = action.changes.count() if action.undone_at else action.total - action.done
    whole = action.changed if action.undone_at else action.total
    return {
        "action": action,
        "undo_url": reverse("generator:bulk-undo", args=[action.pk]),
        "sentence": sentence(action),
        "about": _about(action),
        "whole": whole,
        "done": max(0, whole - left),
        "next": safe_next(request) if request.method == "POST" else reverse("generator:gallery"),
    }


def _about(action: BulkAction) -> str:
    """Return what it set on which image; empty if later actions do not replace its toast."""
    if action.kind not in SETS or len(action.chosen) != 1:
        return ""
    return f"{SETS[Kind(action.kind)]} {action.chosen[0]}"


def _answer(
    request: MemberRequest, action: BulkAction, changed: list[str] | None, replaces: bool = False
) -> HttpResponse:
    if not htmx.wanted(request):
        return _redirect(request, action)
    answer = render(request, "generator/fragments/bulk_toast.html", _context(request, action))
    if action.finished_at is not None:
        htmx.announcing(answer, EVENT, _detail(action, changed))
    if replaces:
        return htmx.replacing(answer, "closest [data-toast]")
    return htmx.adding(answer, "#toasts")


def _redirect(request: MemberRequest, action: BulkAction) -> HttpResponse:
    if action.finished_at is None:
        return redirect("generator:bulk-progress", action.pk)
    can_undo = action.changed and not action.undone_at
    undo_url = reverse("generator:bulk-undo", args=[action.pk]) if can_undo else ""
    text = sentence(action) + "."
    return redirect_with_message(request, text, safe_next(request), undo_url=undo_url)
