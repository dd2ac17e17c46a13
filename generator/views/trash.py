"""The trash: what is in it and for how much longer, and emptying it."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from generator.queries import trash as trash_queries
from generator.services import trash
from generator.web import htmx
from generator.web.requests import MemberRequest
from generator.web.responses import redirect_with_message


def _boundary(request: MemberRequest) -> tuple[datetime, uuid.UUID] | None:
    """Return where the page begins (`before=<moment>_<id>`). Raise `Http404` if it is malformed."""
    raw = request.GET.get("before", "")
    if not raw:
        return None
    at, _line, pk = raw.partition("_")
    try:
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None:
            raise Http404
        # In UTC, in which the database compares it, a moment may be outside the calendar.
        return moment.astimezone(UTC), uuid.UUID(pk)
    except (ValueError, OverflowError):
        raise Http404 from None


@require_safe
def index(request: MemberRequest) -> HttpResponse:
    """Show what is in the trash, most recently deleted first."""
    member, before = request.user, _boundary(request)
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
def empty(request: MemberRequest) -> HttpResponse:
    """Confirm, then permanently delete what is in it: the one action that cannot be undone."""
    member = request.user
    if request.method == "GET":
        return render(request, "generator/trash_empty.html", {"tally": trash_queries.tally(member)})
    count = trash.empty(member)
    text = ngettext(
        "%(n)s image was permanently deleted.", "%(n)s images were permanently deleted.", count
    )
    return redirect_with_message(request, text % {"n": count}, "generator:trash")
