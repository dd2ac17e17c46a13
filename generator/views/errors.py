"""Error pages: with whether anything was sent, and with a way on."""

from __future__ import annotations

import sys
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template import loader
from django.views.decorators.cache import never_cache

from generator.web import preferences

DATABASE_ERRORS = (OperationalError, InterfaceError)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 400, {})


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Show the exception's text, which says whose right it is."""
    return _page(request, 403, {"exception": str(exception)})


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 404, {})


def _page(request: HttpRequest, status: int, context: dict[str, str]) -> HttpResponse:
    """Render an error page. Django's own handlers check the form's token first, and so read the
    request's body, which may be what the error is about."""
    return render(request, f"{status}.html", context, status=status)


@never_cache
def server_error(request: HttpRequest) -> HttpResponse:
    """Return 503 while the database is unavailable, else 500. Needs no database.

    A press of Generate is one transaction, and its form token makes it count once however often
    it is posted. So the page can promise that nothing was sent and that pressing again is safe.
    """
    unavailable = isinstance(sys.exc_info()[1], DATABASE_ERRORS)
    name, status = ("503.html", 503) if unavailable else ("500.html", 500)
    context = {"theme": preferences.theme_of(request)}
    response = HttpResponse(loader.get_template(name).render(context), status=status)
    if unavailable:
        response["Retry-After"] = "10"
    return response


def method_not_allowed(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Answer 405 with a page if a browser asks for one: Django's own answer is empty. A middleware,
    because there is no handler for this status as there is for 404."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if response.status_code != 405 or "text/html" not in request.headers.get("Accept", ""):
            return response
        page = render(request, "405.html", status=405)
        page.headers["Allow"] = response.headers["Allow"]
        return page

    return middleware
