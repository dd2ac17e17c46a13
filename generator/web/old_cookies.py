"""Cookies as they were called until 0.3.0, read for those who come back after the upgrade.

The names collided with those of other Django applications on the same host.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from generator.web import preferences


def carry_over(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Read a cookie under its old name if it is missing, and store it under its own. The old one
    stays: it may be another application's. A middleware, before the session's."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        cookies = request.COOKIES
        carried = {
            name: cookies[old]
            for old, name in _names().items()
            if old in cookies and name not in cookies
        }
        cookies.update(carried)
        response = get_response(request)
        for name, value in carried.items():
            if name not in response.cookies and _is_ours(request, name):
                preferences.keep(response, name, value)
        return response

    return middleware


def _names() -> dict[str, str]:
    return {
        "sessionid": settings.SESSION_COOKIE_NAME,
        "csrftoken": settings.CSRF_COOKIE_NAME,
        "theme": preferences.name_of(preferences.THEME),
        "checklist": preferences.name_of(preferences.CHECKLIST),
    }


def _is_ours(request: HttpRequest, name: str) -> bool:
    """Return whether it was our cookie: it came with a session that we have, or is a preference."""
    if name not in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
        return True
    session = getattr(request, "session", None)
    return session is not None and not session.is_empty()
