"""The order of a collection's images and its cover, each with Undo."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from generator.models import Collection
from generator.queries import collections as collection_queries
from generator.services import collections
from generator.views.collections import place_of
from generator.web import access, htmx

MOST_DIGITS = 18


@require_POST
def move(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Move `image` by a `step` (`earlier`, `later`, `first`, or `last`), or `before` or `behind`
    another image; to the end if the form names none of these."""
    collection = access.filled_collection(request, pk)
    image = _named(request.POST, "image")
    seen = collection_queries.image_ids(access.member_of(request), collection)
    if image not in seen or (place := _place(request, seen, image)) is None:
        return _missing(request, collection, image)
    message = _("Now at position %(place)d of %(all)d.") % {"place": place + 1, "all": len(seen)}
    if place == seen.index(image):
        first, last = _("This image is already first."), _("This image is already last.")
        ended = {"first": first, "earlier": first, "later": last, "last": last}
        return _toast(request, collection, image, ended.get(request.POST.get("step", ""), message))
    others = [pk for pk in seen if pk != image]
    try:
        moved = collections.move(collection, image, others[place] if place < len(others) else None)
    except collections.ImageNotInCollection:
        return _missing(request, collection, image)
    undo = _undo(
        request, "move", collection, image=image, then=moved.old_position, now=moved.new_position
    )
    return _toast(request, collection, image, message, undo)


def _place(request: HttpRequest, seen: list[uuid.UUID], image: uuid.UUID) -> int | None:
    """Return the new position of `image`, or None if it is unknown or no longer exists."""
    at, others = seen.index(image), [pk for pk in seen if pk != image]
    if step := request.POST.get("step"):
        end = len(others)
        ways = {"first": 0, "earlier": max(0, at - 1), "later": min(at + 1, end), "last": end}
        return ways.get(step)
    before, behind = _named(request.POST, "before"), _named(request.POST, "behind")
    if neighbor := before or behind:
        return others.index(neighbor) + (not before) if neighbor in others else None
    return len(others)


@require_POST
def undo_move(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Move `image` back, unless it has been moved since."""
    collection = access.filled_collection(request, pk)
    image = _named(request.GET, "image")
    if image is None:
        raise Http404
    moved = collections.Move(_number(request, "then"), _number(request, "now"))
    done = collections.undo_move(collection, image, moved)
    message = _("Undone.") if done else _("Not undone because the image has been moved since.")
    answer = _toast(request, collection, image, message, replacing=True)
    seen = collection_queries.image_ids(access.member_of(request), collection)
    if not htmx.wanted(request) or image not in seen:
        return answer
    behind = seen[seen.index(image) + 1 :]
    detail = {"image": str(image), "before": str(behind[0]) if behind else ""}
    return htmx.announcing(answer, "image-placed", detail)


@require_POST
def cover(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Set `image` as the cover; without one, the first image is the cover."""
    collection = access.filled_collection(request, pk)
    image = _named(request.POST, "image")
    try:
        then = collections.set_cover(collection, image)
    except collections.ImageNotInCollection:
        return _missing(request, collection, image)
    which = _("This image is now the cover."), _("The first image is now the cover.")
    undo = _undo(request, "cover", collection, then=then or "", now=image or "")
    answer = _toast(request, collection, image or then, which[image is None], undo)
    return _announce_cover(request, collection, image, answer)


@require_POST
def undo_cover(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Restore the previous cover, unless somebody has chosen another one since."""
    collection = access.filled_collection(request, pk)
    now, then = _named(request.GET, "now"), _named(request.GET, "then")
    try:
        done = collections.undo_set_cover(collection, now, then)
    except collections.ImageNotInCollection:
        done = False
    message = _("Undone.") if done else _("Not undone because another cover has been chosen since.")
    collection.refresh_from_db(fields=["cover"])
    answer = _toast(request, collection, now or then, message, replacing=True)
    return _announce_cover(request, collection, collection.cover_id, answer)


def _announce_cover(
    request: HttpRequest, collection: Collection, image: uuid.UUID | None, answer: HttpResponse
) -> HttpResponse:
    if not htmx.wanted(request):
        return answer
    return htmx.announcing(answer, "cover-chosen", {"image": str(image or "")})


def _undo(request: HttpRequest, what: str, collection: Collection, **fields: object) -> str:
    """Return the URL that undoes it; its query carries the state before and after."""
    query = urlencode(fields | {"after": request.POST.get("after", "")})
    return f"{reverse(f'generator:collection-{what}-undo', args=[collection.pk])}?{query}"


def _toast(
    request: HttpRequest,
    collection: Collection,
    image: uuid.UUID | None,
    message: str,
    undo_url: str = "",
    replacing: bool = False,
) -> HttpResponse:
    """Answer with a toast; without scripts, redirect to the same page at the image."""
    if htmx.wanted(request):
        toast = {"text": message, "tone": "success", "undo_url": undo_url}
        answer = render(request, "generator/includes/toast.html", toast)
        return answer if replacing else htmx.adding(answer, "#toasts")
    messages.success(request, message, extra_tags=undo_url)
    return redirect(_page_url(request, collection, image))


def _missing(request: HttpRequest, collection: Collection, image: uuid.UUID | None) -> HttpResponse:
    if htmx.wanted(request):
        return HttpResponse(status=409)
    messages.warning(request, _("This image is no longer in the collection."))
    return redirect(_page_url(request, collection, image))


def _page_url(request: HttpRequest, collection: Collection, image: uuid.UUID | None) -> str:
    """Return the URL of the page that sent this, at the image."""
    after = place_of(request.POST.get("after") or request.GET.get("after", ""))
    query = f"&after={after.position}.{after.item}" if after else ""
    return f"{collection.get_absolute_url()}?arrange{query}#image-{image}"


def _named(fields: Mapping[str, str], name: str) -> uuid.UUID | None:
    """Return the image that a field names. Raise `Http404` if it is malformed."""
    raw = fields.get(name, "")
    try:
        return uuid.UUID(raw) if raw else None
    except ValueError:
        raise Http404 from None


def _number(request: HttpRequest, name: str) -> int:
    """Return a position. Raise `Http404` if it is malformed."""
    raw = request.GET.get(name, "")
    digits = raw.removeprefix("-")
    if not digits.isascii() or not digits.isdigit() or len(digits) > MOST_DIGITS:
        raise Http404
    return int(raw)
