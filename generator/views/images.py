"""An image's page, over a grid or on its own, and the team's note on it."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from generator import catalog
from generator.forms.notes import NoteForm
from generator.forms.tokens import new_form_token
from generator.models import Image, User
from generator.permissions import Permission
from generator.queries import comparison, image_context
from generator.services import images
from generator.views import compare
from generator.web import access, htmx, paging
from generator.web.requests import MemberRequest
from generator.web.responses import redirect_with_message

# No page of ours sends longer ones.
MAX_PLACE_CHARACTERS = 1000


@require_safe
def detail(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Show the image; `?in=` names the list it was opened from, which decides its neighbors."""
    image = access.image(request, pk)
    fragment = htmx.wanted(request)
    name = "fragments/image" if fragment else "image"
    me = request.user
    context = _surroundings(request, image) | _facts(me, image)
    context |= _comparison(me, image, context)
    response = render(request, f"generator/{name}.html", context)
    return response


def _surroundings(request: MemberRequest, image: Image) -> dict[str, Any]:
    """Return the image's neighbors and the way back."""
    place = request.GET.urlencode() if "in" in request.GET else ""
    params = QueryDict(place if len(place) <= MAX_PLACE_CHARACTERS else "")
    around = image_context.neighbours(request.user, image, params)
    query = f"?{params.urlencode()}" if params else ""
    return {
        "strip": [*reversed(around.before), image, *around.after],
        "before": around.before[0] if around.before else None,
        "after": around.after[0] if around.after else None,
        "query": query,
        "here": image.get_absolute_url() + query,
        "address": request.build_absolute_uri(image.get_absolute_url()),
        "back": _way_back(image, params),
    }


def _way_back(image: Image, params: QueryDict) -> str:
    """Return the URL of the list, at this image's tile if that is on the first page."""
    if pk := image_context.collection_of(params):
        return f"{reverse('generator:collection', args=[pk])}#image-{image.pk}"
    if params.get("in") == "trash":
        return f"{reverse('generator:trash')}#image-{image.pk}"
    filters = params.copy()
    filters.pop("in", None)
    query = f"?{filters.urlencode()}" if filters else ""
    return f"{reverse('generator:gallery')}{query}#image-{image.pk}"


def _facts(me: User, image: Image) -> dict[str, Any]:
    """Return what is known about the image and what this member may do with it."""
    derived = image_context.derived_images(me, image)
    return {
        "image": image,
        "job": image.job,
        "batch": image.job.batch,
        "favourite": image_context.is_favourite(me, image),
        "made_from": image_context.made_from(me, image.job.batch),
        "derived_images": derived[: image_context.DESCENDANTS_SHOWN],
        "used_count": derived.count(),
        "image_collections": image_context.collections_of(me, image),
        "available_collections": image_context.available_collections(me, image),
        # None: the model is no longer offered.
        "more": next((m for m in catalog.offered() if m.id == image.job.batch.model), None),
        "form_token": new_form_token(),
        "taggable": images.can_be_tagged(image),
        "note_form": NoteForm(initial={"text": image.note, "seen": image.note}),
    }


def _comparison(me: User, image: Image, known: dict[str, Any]) -> dict[str, Any]:
    """Return what one press compares this image with, and the button's label: its source (which
    then comes first), another image of its batch, or a neighbor, preferably the older one."""
    partner = comparison.partner(me, image, known["made_from"])
    other = partner or known["after"] or known["before"]
    if other is None:
        return {"compare_url": ""}
    pair, label = [image.pk, other.pk], _("Compare with the neighboring image")
    if partner and other.job.batch_id == image.job.batch_id:
        label = _("Compare with another image of its batch")
    elif partner:
        pair.reverse()
        label = _("Compare with its source")
    return {"compare_url": compare.compare_url(pair, known["here"]), "compare_words": label}


@require_safe
def used(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Show everything that was made from this image, page by page."""
    image = access.image(request, pk)
    rows = image_context.derived_images(request.user, image)
    cursor = paging.cursor(request)
    older = rows.filter(pk__lt=cursor) if cursor else rows
    fetched = list(older[: image_context.DESCENDANTS_A_PAGE + 1])
    shown = fetched[: image_context.DESCENDANTS_A_PAGE]
    context = {
        "image": image,
        "images": shown,
        "next_url": paging.url(request.path, shown[-1].pk if fetched[len(shown) :] else None),
    }
    fragment = htmx.wanted(request) and cursor
    name = "fragments/gallery_page" if fragment else "image_used"
    return render(request, f"generator/{name}.html", context)


@require_POST
@access.require(Permission.ORGANIZE)
def note(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Save the team's note; if somebody else was first, show both texts and lose neither."""
    image = access.image(request, pk)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _note(request, image, form)
    text = form.cleaned_data["text"]
    saved = images.write_note(image, request.user, text, form.cleaned_data["seen"])
    if saved.done and not htmx.wanted(request):
        return redirect_with_message(request, _("The note was saved."), image)
    # Their own text stays in the field; saving again confirms that they have seen the other's.
    form = NoteForm(initial={"text": text, "seen": saved.image.note})
    return _note(request, saved.image, form, done=saved.done, conflict=not saved.done)


def _note(
    request: MemberRequest, image: Image, form: NoteForm, done: bool = False, conflict: bool = False
) -> HttpResponse:
    name = "fragments/image_note" if htmx.wanted(request) else "image_note"
    context = {"image": image, "note_form": form, "done": done, "conflict": conflict}
    return render(request, f"generator/{name}.html", context, status=200 if done else 422)
