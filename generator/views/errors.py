"""Error pages that also say whether anything was sent."""

from __future__ import annotations

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import requires_csrf_token

from generator.web import preferences

DATABASE_ERRORS = (OperationalError, InterfaceError)


@never_cache
@requires_csrf_token
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
