"""The gallery, the team's and one member's, and what arrives in it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from generator import access, htmx, queries
from generator.views import paging


@require_safe
def gallery(request: HttpRequest, username: str = "") -> HttpResponse:
    """Newest first; `?before=` is a further page, `?after=` what is new since."""
    member = access.member_named(username) if username else None
    boundary = queries.arrivals_boundary()
    after = paging.cursor(request, "after")
    if after:
        arrived = queries.arrivals(member, after)
        if not arrived:
            return HttpResponse(status=204)
        context: dict[str, Any] = {
            "images": arrived,
            "new_url": paging.url(request.path, boundary, "after"),
        }
        return render(request, "generator/fragments/gallery_new.html", context)
    cursor = paging.cursor(request)
    page = queries.gallery_page(member, cursor)
    context = {
        "images": page.rows,
        "member": member,
        "members": queries.members(),
        "next_url": paging.url(request.path, page.next_cursor),
        "new_url": paging.url(request.path, boundary, "after"),
    }
    fragment = htmx.wanted(request) and cursor
    name = "fragments/gallery_page" if fragment else "gallery"
    return render(request, f"generator/{name}.html", context)
