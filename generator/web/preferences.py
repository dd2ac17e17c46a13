"""Preferences that a browser stores: the theme, and whether the checklist is hidden.

They are cookies that the server reads, so that a page arrives in its theme and never flashes.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

THEME, CHECKLIST = "theme", "checklist"
THEMES = ("light", "dark")
# The longest time that browsers keep a cookie.
KEPT_SECONDS = 400 * 24 * 60 * 60


def name_of(preference: str) -> str:
    """Return the name of its cookie."""
    return f"{settings.GEMPIX_COOKIE_PREFIX}{preference}"


def theme_of(request: HttpRequest) -> str:
    """Return `light` or `dark`; empty for the system's theme."""
    chosen = request.COOKIES.get(name_of(THEME), "")
    return chosen if chosen in THEMES else ""


def checklist_is_away(request: HttpRequest) -> bool:
    return request.COOKIES.get(name_of(CHECKLIST)) == "away"


def keep(response: HttpResponseBase, name: str, value: str) -> None:
    """Store a preference in the browser."""
    response.set_cookie(
        name,
        value,
        max_age=KEPT_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
