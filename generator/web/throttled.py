"""Views that may be posted to only so often."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from generator.services import throttles
from generator.services.throttles import Limit
from generator.web import visitors

View = Callable[..., HttpResponseBase]


def throttled(limit: Limit, view: View) -> View:
    """Answer 429 to a member, or to an address without one, that posts more often than this."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST" and not throttles.take(limit, _who(request)):
            page = render(request, "429.html", status=429)
            page.headers["Retry-After"] = str(limit.period_seconds)
            return page
        return view(request, *args, **kwargs)

    return guarded


def _who(request: HttpRequest) -> str:
    return str(request.user.pk) if request.user.is_authenticated else visitors.site_of(request)
