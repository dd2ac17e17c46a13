"""Collections: the list, one with its images, and editing, deleting, and restoring one."""

from __future__ import annotations

import re
import uuid
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from generator.forms.collections import CollectionForm
from generator.models import Collection
from generator.permissions import Permission
from generator.queries import collections as collection_queries
from generator.services import collections
from generator.web import access, htmx
from generator.web.requests import MemberRequest
from generator.web.responses import redirect_with_message

PLACE = re.compile(r"^(?P<position>-?\d{1,18})\.(?P<item>\d{1,18})$")


@require_http_methods(["GET", "POST"])
def index(request: MemberRequest) -> HttpResponse:
    """List all collections, and create a new one."""
    member = request.user
    form = CollectionForm(request.POST or None)
    if request.method == "POST":
        access.check(request, Permission.ORGANIZE)
        if form.is_valid():
            data = form.cleaned_data
            return redirect(collections.create(member, data["name"], data["private"]))
    context = {"tiles": collection_queries.overview(member), "form": form}
    status = 422 if request.method == "POST" else 200
    return render(request, "generator/collections.html", context, status=status)


@require_safe
def collection(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Show its images in order; with `?arrange`, each has buttons that move it."""
    member, collection = request.user, access.collection(request, pk)
    after = place_of(request.GET.get("after", ""))
    page = collection_queries.items_page(member, collection, after)
    arrange = "arrange" in request.GET and member.can(Permission.ORGANIZE)
    context: dict[str, Any] = {
        "collection": collection,
        "images": page.rows,
        "arrange": arrange,
        "next_url": _next_url(request, page.next, arrange),
        "collection_query": f"collection={collection.pk.hex}",
        "tile_query": f"in=collection&collection={collection.pk.hex}",
    }
    if htmx.wanted(request) and after:
        name = "arrange_page" if arrange else "gallery_page"
        return render(request, f"generator/fragments/{name}.html", context)
    context["count"] = collection_queries.count(member, collection)
    if arrange:
        context["first_covers"] = collection_queries.uses_default_cover(member, collection)
    name = "collection_arrange" if arrange else "collection"
    return render(request, f"generator/{name}.html", context)


def place_of(raw: str) -> collection_queries.ItemCursor | None:
    """Return the item after which a page begins, None for the start. Raise `Http404`."""
    match = PLACE.match(raw)
    if raw and not match:
        raise Http404
    return (
        collection_queries.ItemCursor(int(match["position"]), int(match["item"])) if match else None
    )


def _next_url(
    request: MemberRequest, place: collection_queries.ItemCursor | None, arrange: bool
) -> str:
    if place is None:
        return ""
    return f"{request.path}?{'arrange&' if arrange else ''}after={place.position}.{place.item}"


@require_http_methods(["GET", "POST"])
def edit(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Edit its name and who can see it."""
    collection = access.own_collection(request, pk)
    initial = {"name": collection.name, "private": collection.private}
    form = CollectionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        name, private = form.cleaned_data["name"], form.cleaned_data["private"]
        collections.update(collection, name, private, by=request.user)
        return redirect(collection)
    status = 422 if request.method == "POST" else 200
    context = {"collection": collection, "form": form}
    return render(request, "generator/collection_edit.html", context, status=status)


@require_POST
def delete(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Delete the collection; its images stay, and Undo restores it."""
    collection = access.own_collection(request, pk)
    collections.delete(collection, by=request.user)
    undo = reverse("generator:collection-restore", args=[collection.pk])
    text = _("“%(name)s” was deleted. Its images were kept.") % {"name": collection.name}
    return redirect_with_message(request, text, "generator:collections", undo_url=undo)


@require_POST
def restore(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    collection = get_object_or_404(Collection.with_deleted, pk=pk)
    access.check_edits(request, collection)
    collections.restore(collection, by=request.user)
    return redirect(collection)
