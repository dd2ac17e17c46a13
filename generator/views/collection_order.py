"""The order of a collection's images, and which of them stands for it; each with its Undo."""

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
    """Put `image` one `step` on (`earlier` or `later`) or to an end (`first` or `last`), or
    `before` or `behind` another one; at the end where neither is named."""
    found = access.filled_collection(request, pk)
    image = _named(request.POST, "image")
    seen = collection_queries.order(access.member_of(request), found)
    if image not in seen or (place := _place(request, seen, image)) is None:
        return _not_there(request, found, image)
    said = _("Now at place %(place)d of %(all)d.") % {"place": place + 1, "all": len(seen)}
    if place == seen.index(image):
        first, last = _("It is the first already."), _("It is the last already.")
        ended = {"first": first, "earlier": first, "later": last, "last": last}
        return _told(request, found, image, ended.get(request.POST.get("step", ""), said))
    others = [pk for pk in seen if pk != image]
    try:
        moved = collections.move(found, image, others[place] if place < len(others) else None)
    except collections.NotInIt:
        return _not_there(request, found, image)
    undo = _undo(request, "move", found, image=image, then=moved.then, now=moved.now)
    return _told(request, found, image, said, undo)


def _place(request: HttpRequest, seen: list[uuid.UUID], image: uuid.UUID) -> int | None:
    """Which place `image` is meant to have; None: it cannot be told (any more)."""
    at, others = seen.index(image), [pk for pk in seen if pk != image]
    if step := request.POST.get("step"):
        end = len(others)
        ways = {"first": 0, "earlier": max(0, at - 1), "later": min(at + 1, end), "last": end}
        return ways.get(step)
    before, behind = _named(request.POST, "before"), _named(request.POST, "behind")
    if neighbour := before or behind:
        return others.index(neighbour) + (not before) if neighbour in others else None
    return len(others)


@require_POST
def undo_move(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Put `image` back, unless it was moved again since."""
    found = access.filled_collection(request, pk)
    image = _named(request.GET, "image")
    if image is None:
        raise Http404
    moved = collections.Moved(_number(request, "then"), _number(request, "now"))
    done = collections.unmove(found, image, moved)
    said = _("Undone.") if done else _("Not undone: it was moved again since.")
    answer = _told(request, found, image, said, replacing=True)
    seen = collection_queries.order(access.member_of(request), found)
    if not htmx.wanted(request) or image not in seen:
        return answer
    behind = seen[seen.index(image) + 1 :]
    detail = {"image": str(image), "before": str(behind[0]) if behind else ""}
    return htmx.announcing(answer, "image-placed", detail)


@require_POST
def cover(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Let `image` stand for the collection; without one, whichever is its first."""
    found = access.filled_collection(request, pk)
    image = _named(request.POST, "image")
    try:
        then = collections.set_cover(found, image)
    except collections.NotInIt:
        return _not_there(request, found, image)
    which = _("This image is the cover now."), _("The first image is the cover now.")
    undo = _undo(request, "cover", found, then=then or "", now=image or "")
    answer = _told(request, found, image or then, which[image is None], undo)
    return _covered(request, found, image, answer)


@require_POST
def undo_cover(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Let stand for it what did before, unless somebody has chosen again since."""
    found = access.filled_collection(request, pk)
    now, then = _named(request.GET, "now"), _named(request.GET, "then")
    try:
        done = collections.unset_cover(found, now, then)
    except collections.NotInIt:
        done = False
    said = _("Undone.") if done else _("Not undone: another cover was chosen since.")
    found.refresh_from_db(fields=["cover"])
    answer = _told(request, found, now or then, said, replacing=True)
    return _covered(request, found, found.cover_id, answer)


def _covered(
    request: HttpRequest, found: Collection, image: uuid.UUID | None, answer: HttpResponse
) -> HttpResponse:
    if not htmx.wanted(request):
        return answer
    return htmx.announcing(answer, "cover-chosen", {"image": str(image or "")})


def _undo(request: HttpRequest, what: str, found: Collection, **fields: object) -> str:
    """The address that takes it back, by what it knows of before and after."""
    query = urlencode(fields | {"after": request.POST.get("after", "")})
    return f"{reverse(f'generator:collection-{what}-undo', args=[found.pk])}?{query}"


def _told(
    request: HttpRequest,
    found: Collection,
    image: uuid.UUID | None,
    said: str,
    undo_url: str = "",
    replacing: bool = False,
) -> HttpResponse:
    """A toast; without scripts the same page of the collection, at the image."""
    if htmx.wanted(request):
        toast = {"text": said, "tone": "success", "undo_url": undo_url}
        answer = render(request, "generator/includes/toast.html", toast)
        return answer if replacing else htmx.adding(answer, "#toasts")
    messages.success(request, said, extra_tags=undo_url)
    return redirect(_address(request, found, image))


def _not_there(request: HttpRequest, found: Collection, image: uuid.UUID | None) -> HttpResponse:
    if htmx.wanted(request):
        return HttpResponse(status=409)
    messages.warning(request, _("This image is not in the collection any more."))
    return redirect(_address(request, found, image))


def _address(request: HttpRequest, found: Collection, image: uuid.UUID | None) -> str:
    """The page of the collection from which this was sent, at the image."""
    after = place_of(request.POST.get("after") or request.GET.get("after", ""))
    query = f"&after={after.position}.{after.item}" if after else ""
    return f"{found.get_absolute_url()}?arrange{query}#image-{image}"


def _named(fields: Mapping[str, str], name: str) -> uuid.UUID | None:
    """The image that a field names. Raises `Http404` for nonsense."""
    raw = fields.get(name, "")
    try:
        return uuid.UUID(raw) if raw else None
    except ValueError:
        raise Http404 from None


def _number(request: HttpRequest, name: str) -> int:
    """A position. Raises `Http404` for nonsense."""
    raw = request.GET.get(name, "")
    digits = raw.removeprefix("-")
    if not digits.isascii() or not digits.isdigit() or len(digits) > MOST_DIGITS:
        raise Http404
    return int(raw)
