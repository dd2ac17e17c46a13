"""What a browser keeps for its reader: the theme, a checklist put away.

In cookies that the server reads, so that a page comes as it is wished and never flashes.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from generator import access, htmx
from generator.models import Role

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


@login_not_required
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the chosen theme in this browser; anyone may, also before logging in."""
    chosen = request.POST.get("theme", "")
    if chosen not in (*THEMES, "system"):
        return HttpResponseBadRequest(_("There is no such theme."))
    response = HttpResponse(status=204) if htmx.wanted(request) else _back(request)
    if chosen == "system":
        response.delete_cookie(THEME)
    else:
        _keep(response, THEME, chosen)
    return response


@require_POST
@access.roles_only(Role.OWNER)
def put_checklist_away(request: HttpRequest) -> HttpResponse:
    """The owner does not want to be reminded of the first steps any more."""
    response = HttpResponse() if htmx.wanted(request) else _back(request)
    _keep(response, CHECKLIST, "away")
    return response


def _keep(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name,
        value,
        max_age=KEPT_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _back(request: HttpRequest) -> HttpResponse:
    """To the page whose form was sent, if it is one of ours."""
    page = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(page, allowed_hosts=None)
    return redirect(page if ours else "generator:studio")
