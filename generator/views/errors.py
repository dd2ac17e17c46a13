"""Error pages: with whether anything was sent, and with a way on."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.template import loader
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from generator.models import User
from generator.permissions import Permission
from generator.services import members
from generator.web import htmx, preferences, refusals, visitors
from generator.web.responses import is_local

log = logging.getLogger(__name__)

DATABASE_ERRORS = (OperationalError, InterfaceError)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    context = {"wrong_host": isinstance(exception, DisallowedHost)}
    return _page(request, 400, "400.html", context)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Show the exception's text, which says whose right it is."""
    return _page(request, 403, "403.html", {"exception": str(exception)}, text=str(exception))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 404, "404.html", {})


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form with a wrong token. If a log-in form was submitted twice, redirect to `next`;
    else show why, and to the owner which setting to change."""
    cause = refusals.cause_of(request)
    if cause == refusals.EXPIRED and _logs_in_again(request):
        target = request.POST.get("next", "")
        return redirect(target if is_local(target) else settings.LOGIN_REDIRECT_URL)
    log.warning(
        "form refused at %s from %s: %s",
        request.path,
        visitors.address_of(request),
        cause or f"the page is old, or its cookies are missing ({reason})",
    )
    return _page(
        request,
        403,
        "403_csrf.html",
        {"cause": cause if _may_know(request) else "", "misconfigured": bool(cause)},
        text=_("This page has expired. Nothing was sent. Reload the page, and try again."),
    )


def _logs_in_again(request: HttpRequest) -> bool:
    return request.path == resolve_url(settings.LOGIN_URL) and request.user.is_authenticated


def _may_know(request: HttpRequest) -> bool:
    """Return whether this is the owner, or whoever is setting up the studio."""
    if isinstance(request.user, User):
        return request.user.can(Permission.MANAGE_KEY)
    return bool(members.setup_path())


def _page(
    request: HttpRequest, status: int, template: str, context: dict[str, Any], text: str = ""
) -> HttpResponse:
    """Render an error page, or for HTMX the text that a toast shows.

    Django's own handlers check the form's token first, and so read the request's body, which may
    be what the error is about.
    """
    if text and hasattr(request, "htmx") and htmx.wanted(request):  # type: ignore[arg-type]
        return HttpResponse(text, status=status, content_type="text/plain")
    return render(request, template, context, status=status)


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
