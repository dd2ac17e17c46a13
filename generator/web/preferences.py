"""What a browser keeps for its reader: the theme, and whether the checklist is put away.

In cookies that the server reads, so that a page comes as it is wished and never flashes.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse

THEME, CHECKLIST = "theme", "checklist"
THEMES = ("light", "dark")
# The longest that browsers keep a cookie.
KEPT_SECONDS = 400 * 24 * 60 * 60


def theme_of(request: HttpRequest) -> str:
    """`light` or `dark`; empty for the system's own."""
    chosen = request.COOKIES.get(THEME, "")
    return chosen if chosen in THEMES else ""


def checklist_is_away(request: HttpRequest) -> bool:
    return request.COOKIES.get(CHECKLIST) == "away"


def keep(response: HttpResponse, name: str, value: str) -> None:
    """Have the browser keep a preference."""
    response.set_cookie(
        name,
        value,
        max_age=KEPT_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
