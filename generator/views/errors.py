"""What a person sees when something breaks: a clear page, and whether anything was sent."""

from __future__ import annotations

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import requires_csrf_token

from generator.web import preferences

AWAY = (OperationalError, InterfaceError)


@never_cache
@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """503 while the database is away, which ends by itself; else 500. Needs no database.

    A press of Generate is one transaction, and its form token makes it once however often it is
    posted: so it is true, and said, that nothing was sent and that pressing again is safe.
    """
    away = isinstance(sys.exc_info()[1], AWAY)
    name, status = ("503.html", 503) if away else ("500.html", 500)
    context = {"theme": preferences.theme_of(request)}
    response = HttpResponse(loader.get_template(name).render(context), status=status)
    if away:
        response["Retry-After"] = "10"
    return response
