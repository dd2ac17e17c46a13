"""The order of a collection's images and its cover, each with Undo."""

from __future__ import annotations

import uuid
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from generator.models import Collection
from generator.queries import collections as collection_queries
from generator.services import collections
from generator.views.collections import place_of
from generator.web import access, htmx
from generator.web.params import id_in, integer_in
from generator.web.requests import MemberRequest
from generator.web.responses import redirect_with_message, toast


@require_POST
def move(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Move `image` by a `step` (`earlier`, `later`, `first`, or `last`), or `before` or `behind`
    another image; to the end if the form names none of these."""
    collection = access.filled_collection(request, pk)
    image = id_in(request.POST, "image")
    seen = collection_queries.image_ids(request.user, collection)
    if image not in seen or (place := _place(request, seen, image)) is None:
        return _missing(request, collection, image)
    message = _("Now at position %(place)d of %(all)d.") % {"place": place + 1, "all": len(seen)}
    if place == seen.index(image):
        first, last = _("This image is already first."), _("This image is already last.")
        ended = {"first": first, "earlier": first, "later": last, "last": last}
        text = ended.get(request.POST.get("step", ""), message)
        return toast(request, text, _page_url(request, collection, image))
    others = [pk for pk in seen if pk != image]
    try:
        moved = collections.move(
            collection, image, others[place] if place < len(others) else None, by=request.user
        )
    except collections.ImageNotInCollection:
        return _missing(request, collection, image)
    undo = _undo(
        request, "move", collection, image=image, then=moved.old_position, now=moved.new_position
    )
    return toast(request, message, _page_url(request, collection, image), undo_url=undo)


def _place(request: MemberRequest, seen: list[uuid.UUID], image: uuid.UUID) -> int | None:
    """Return the new position of `image`, or None if it is unknown or no longer exists."""
    at, others = seen.index(image), [pk for pk in seen if pk != image]
    if step := request.POST.get("step"):
        end = len(others)
        ways = {"first": 0, "earlier": max(0, at - 1), "later": min(at + 1, end), "last": end}
        return ways.get(step)
    before, behind = id_in(request.POST, "before"), id_in(request.POST, "behind")
    if neighbor := before or behind:
        return others.index(neighbor) + (not before) if neighbor in others else None
    return len(others)


@require_POST
def undo_move(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Move `image` back, unless it has been moved since."""
    collection = access.filled_collection(request, pk)
    image = id_in(request.GET, "image")
    if image is None:
        raise Http404
    moved = collections.Move(integer_in(request.GET, "then"), integer_in(request.GET, "now"))
    done = collections.undo_move(collection, image, moved, by=request.user)
    message = _("Undone.") if done else _("Not undone because the image has been moved since.")
    answer = toast(request, message, _page_url(request, collection, image), replaces=True)
    seen = collection_queries.image_ids(request.user, collection)
    if not htmx.wanted(request) or image not in seen:
        return answer
    behind = seen[seen.index(image) + 1 :]
    detail = {"image": str(image), "before": str(behind[0]) if behind else ""}
    return htmx.announcing(answer, "gempix:image-moved", detail)


@require_POST
def cover(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Set `image` as the cover; without one, the first image is the cover."""
    collection = access.filled_collection(request, pk)
    image = id_in(request.POST, "image")
    try:
        then = collections.set_cover(collection, image, by=request.user)
    except collections.ImageNotInCollection:
        return _missing(request, collection, image)
    which = _("This image is now the cover."), _("The first image is now the cover.")
    undo = _undo(request, "cover", collection, then=then or "", now=image or "")
    url = _page_url(request, collection, image or then)
    answer = toast(request, which[image is None], url, undo_url=undo)
    return _announce_cover(request, collection, image, answer)


@require_POST
def undo_cover(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Restore the previous cover, unless somebody has chosen another one since."""
    collection = access.filled_collection(request, pk)
    now, then = id_in(request.GET, "now"), id_in(request.GET, "then")
    try:
        done = collections.undo_set_cover(collection, now, then, by=request.user)
    except collections.ImageNotInCollection:
        done = False
    message = _("Undone.") if done else _("Not undone because another cover has been chosen since.")
    collection.refresh_from_db(fields=["cover"])
    answer = toast(request, message, _page_url(request, collection, now or then), replaces=True)
    return _announce_cover(request, collection, collection.cover_id, answer)


def _announce_cover(
    request: MemberRequest, collection: Collection, image: uuid.UUID | None, answer: HttpResponse
) -> HttpResponse:
    if not htmx.wanted(request):
        return answer
    return htmx.announcing(answer, "gempix:cover-changed", {"image": str(image or "")})


def _undo(request: MemberRequest, what: str, collection: Collection, **fields: object) -> str:
    """Return the URL that undoes it; its query carries the state before and after."""
    query = urlencode(fields | {"after": request.POST.get("after", "")})
    return f"{reverse(f'generator:collection-{what}-undo', args=[collection.pk])}?{query}"


def _missing(
    request: MemberRequest, collection: Collection, image: uuid.UUID | None
) -> HttpResponse:
    if htmx.wanted(request):
        return HttpResponse(status=409)
    text = _("This image is no longer in the collection.")
    url = _page_url(request, collection, image)
    return redirect_with_message(request, text, url, tone="warning")


def _page_url(request: MemberRequest, collection: Collection, image: uuid.UUID | None) -> str:
    """Return the URL of the page that sent this, at the image."""
    after = place_of(request.POST.get("after") or request.GET.get("after", ""))
    query = f"&after={after.position}.{after.item}" if after else ""
    return f"{collection.get_absolute_url()}?arrange{query}#image-{image}"
