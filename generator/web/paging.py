"""URLs of pages: read and write the cursor of a list."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render

from generator.queries.paging import Page
from generator.web import htmx
from generator.web.params import id_in
from generator.web.requests import Request

CURSORS = ("before", "above")


def cursor(request: Request, name: str = "before") -> uuid.UUID | None:
    """Return the cursor in the query string, None on a first page. Raise `Http404` if malformed."""
    return id_in(request.GET, name)


def url(path: str, boundary: uuid.UUID | None, name: str = "before") -> str:
    """Return the URL of the page after this boundary; empty if there is none."""
    return f"{path}?{name}={boundary.hex}" if boundary else ""


def older_url(request: Request, boundary: uuid.UUID | None) -> str:
    """Return the URL of the next page of the current one, with its other parameters."""
    return _turned(request, before=boundary.hex) if boundary else ""


def ways(request: Request, page: Page[Any]) -> dict[str, str]:
    """Return the URLs around this page: the page just above it (empty if this one begins with the
    newest), the newest page, and the older page."""
    begin = page.rows[0].pk if page.rows else cursor(request)
    goes_up = page.has_newer or not page.rows
    return {
        "newer_url": _turned(request, above=begin.hex) if begin and goes_up else "",
        "newest_url": _turned(request),
        "next_url": older_url(request, page.next_cursor),
    }


def answer(
    request: Request, name: str, part: str, context: dict[str, Any], around: Callable[[], Any]
) -> HttpResponse:
    """Return the page `name` of a list, with the fields that `around` returns; a script that asked
    with a cursor gets only the rows, as the fragment `<part>_page` or `<part>_above`. If less than
    a page is left above, redirect to the newest page. `context` contains `ways`."""
    above = cursor(request, "above")
    if htmx.wanted(request) and (above or cursor(request)):
        fragment = f"generator/fragments/{part}_{'above' if above else 'page'}.html"
        return render(request, fragment, context)
    if above and not context["newer_url"]:
        return redirect(context["newest_url"])
    return render(request, f"generator/{name}.html", context | around())


def _turned(request: Request, **to: str) -> str:
    query = request.GET.copy()
    for name in CURSORS:
        query.pop(name, None)
    query.update(to)
    return f"{request.path}?{query.urlencode()}" if query else request.path
