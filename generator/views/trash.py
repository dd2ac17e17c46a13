"""The trash: what lies in it for how long yet, and emptying it."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from generator.queries import trash as trash_queries
from generator.services import trash
from generator.web import access, htmx


def _boundary(request: HttpRequest) -> tuple[datetime, uuid.UUID] | None:
    """Where the page begins: `before=<moment>_<id>`. Raises `Http404` for nonsense."""
    raw = request.GET.get("before", "")
    if not raw:
        return None
    at, _line, pk = raw.partition("_")
    try:
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None:
            raise Http404
        return moment, uuid.UUID(pk)
    except ValueError:
        raise Http404 from None


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The last thrown away first."""
    member, before = access.member_of(request), _boundary(request)
    images, after = trash_queries.trash_page(member, before)
    next_url = ""
    if after:
        at = after[0].isoformat().replace("+00:00", "Z")
        next_url = f"{request.path}?before={at}_{after[1].hex}"
    context: dict[str, Any] = {
        "images": images,
        "next_url": next_url,
        "in_trash": True,
        "tile_query": "in=trash",
    }
    if htmx.wanted(request) and before:
        return render(request, "generator/fragments/gallery_page.html", context)
    context |= {"days": settings.GEMPIX_TRASH_DAYS, "tally": trash_queries.tally(member)}
    return render(request, "generator/trash.html", context)


@require_http_methods(["GET", "POST"])
def empty(request: HttpRequest) -> HttpResponse:
    """Ask, then give up for good what lies in it. The one thing that cannot be undone."""
    member = access.member_of(request)
    if request.method == "GET":
        return render(request, "generator/trash_empty.html", {"tally": trash_queries.tally(member)})
    count = trash.empty(member)
    text = ngettext("%(n)s image is gone for good.", "%(n)s images are gone for good.", count)
    messages.success(request, text % {"n": count})
    return redirect("generator:trash")
