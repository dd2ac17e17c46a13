"""An action on one or many images, its progress, and its undo."""

from __future__ import annotations

import re
import uuid
from typing import Any

from django.contrib import messages
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseRedirect,
    QueryDict,
)
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from generator.models import BEST, BulkAction, Collection
from generator.permissions import Permission
from generator.queries import gallery
from generator.services import bulk
from generator.views.messages import sentence
from generator.web import access, htmx

Kind = BulkAction.Kind
# The event that tells the page's scripts that images have changed.
EVENT = "images-changed"
MOST_NAME_CHARACTERS = 120
# What each kind sets on an image: only the last of several such actions keeps its toast.
SETS = {
    Kind.FAVOURITE: "favourite",
    Kind.UNFAVOURITE: "favourite",
    Kind.MAKE_PRIVATE: "visibility",
    Kind.MAKE_TEAM: "visibility",
    Kind.RATE: "rating",
}


class Unusable(Exception):
    """A request that cannot be carried out; the text says why."""


def selection_of(params: QueryDict) -> bulk.Selection:
    """Return the images that a form selects: every `image`, each with one or more
    comma-separated ids, or `all` with the `filters` of the page. Raise `Unusable`."""
    if params.get("all"):
        return bulk.Selection(all_matching=True, filters=params.get("filters", "").lstrip("?"))
    try:
        raw = ",".join(params.getlist("image"))
        images = [uuid.UUID(part) for part in re.split(r"[,\s]+", raw) if part]
    except ValueError:
        raise Unusable(_("This page is out of date. Reload it.")) from None
    if not images:
        raise Unusable(_("Select at least one image first."))
    return bulk.Selection(images)


def safe_next(request: HttpRequest) -> str:
    """Return the page that a plain form or URL leads back to; the gallery if it is not ours."""
    target = request.POST.get("next", "") or request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        return target
    return reverse("generator:gallery")


def led_back(request: HttpRequest, why: object) -> HttpResponseRedirect:
    """Redirect to the page that sent a plain form, with a warning that says why."""
    messages.warning(request, str(why))
    return redirect(safe_next(request))


@require_POST
def create(request: HttpRequest) -> HttpResponse:
    """Start the action. Answer with a toast, or with the page `next` for plain forms."""
    # A button has only one value: `collect:<id>` carries the collection, `rate:<n>` the rating.
    word, _colon, target = request.POST.get("kind", "").partition(":")
    try:
        kind = Kind(word)
    except ValueError:
        return HttpResponseBadRequest(_("This page is out of date. Reload it."))
    try:
        selection = selection_of(request.POST)
        collection, name = _collection(request, kind, target)
        rating = _rating(request, kind, target)
    except Unusable as refusal:
        return _refused(request, str(refusal))
    member = access.member_of(request)
    action = bulk.start(member, kind, selection, collection, name, rating)
    return _toast(request, action, _changed(action))


def _collection(request: HttpRequest, kind: Kind, target: str) -> tuple[Collection | None, str]:
    """Return the collection, or the name of a new one. Raise `Unusable`, `Http404`, and
    `PermissionDenied`."""
    if kind not in (Kind.COLLECT, Kind.UNCOLLECT):
        return None, ""
    name = request.POST.get("collection_name", "").replace("\0", "").strip()
    if name and kind == Kind.COLLECT and not target:
        access.check(request, Permission.ORGANIZE)
        return None, name[:MOST_NAME_CHARACTERS]
    raw = target or request.POST.get("collection", "")
    if not raw:
        raise Unusable(_("Choose a collection or name a new one."))
    try:
        return access.filled_collection(request, uuid.UUID(raw)), ""
    except ValueError:
        raise Http404 from None


def _rating(request: HttpRequest, kind: Kind, target: str) -> int:
    """Return the rating; 0 removes it. Raise `Unusable` and `PermissionDenied`."""
    if kind != Kind.RATE:
        return 0
    access.check(request, Permission.ORGANIZE)
    if target not in map(str, range(BEST + 1)):
        raise Unusable(_("This page is out of date. Reload it."))
    return int(target)


@require_safe
def matching(request: HttpRequest) -> HttpResponse:
    """Count the images that "All matches" selects. Requested once something is selected, since a
    gallery need not count what it does not show."""
    kind = Kind.RESTORE if request.GET.get("place") == "trash" else ""
    selection = bulk.Selection(all_matching=True, filters=request.GET.urlencode())
    count = bulk.images(access.member_of(request), selection, kind).count()
    return render(request, "generator/fragments/bulk_matching.html", {"count": count})


@require_safe
def progress(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Show the progress, in a toast that polls until the action has finished."""
    action = access.bulk_action(request, pk)
    context = _context(request, action)
    if not htmx.wanted(request):
        return render(request, "generator/bulk.html", context)
    answer = render(request, "generator/fragments/bulk_toast.html", context)
    if action.finished_at is None:
        return answer
    return htmx.announcing(answer, EVENT, _detail(action, _changed(action)))


@require_POST
def undo(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Undo what it changed; a second press does nothing more."""
    action = access.bulk_action(request, pk)
    changed = _changed(action)
    undone = bulk.undo(access.member_of(request), action.pk) or action
    return _toast(request, undone, changed, replacing=True)


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


def _context(request: HttpRequest, action: BulkAction) -> dict[str, Any]:
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


def _toast(
    request: HttpRequest, action: BulkAction, changed: list[str] | None, replacing: bool = False
) -> HttpResponse:
    if not htmx.wanted(request):
        return _plain(request, action)
    answer = render(request, "generator/fragments/bulk_toast.html", _context(request, action))
    if action.finished_at is not None:
        htmx.announcing(answer, EVENT, _detail(action, changed))
    if replacing:
        return htmx.replacing(answer, "closest [data-toast]")
    return htmx.adding(answer, "#toasts")


def _plain(request: HttpRequest, action: BulkAction) -> HttpResponse:
    if action.finished_at is None:
        return redirect("generator:bulk-progress", action.pk)
    can_undo = action.changed and not action.undone_at
    # The toast turns it into a button.
    tag = reverse("generator:bulk-undo", args=[action.pk]) if can_undo else ""
    messages.success(request, sentence(action) + ".", extra_tags=tag)
    return redirect(safe_next(request))


def _refused(request: HttpRequest, text: str) -> HttpResponse:
    if not htmx.wanted(request):
        return led_back(request, text)
    answer = render(request, "generator/fragments/toast.html", {"text": text}, status=422)
    return htmx.adding(answer, "#toasts")
