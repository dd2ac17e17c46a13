"""Set the preferences that a browser stores: the theme and the dismissed checklist."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from generator.permissions import Permission
from generator.web import access, htmx, preferences
from generator.web.requests import MemberRequest, Request
from generator.web.responses import is_local


@login_not_required
@require_POST
def theme(request: Request) -> HttpResponse:
    """Store the chosen theme in this browser; anyone may, even before logging in."""
    chosen = request.POST.get("theme", "")
    if chosen not in (*preferences.THEMES, "system"):
        return HttpResponseBadRequest(_("Unknown theme."))
    response = HttpResponse(status=204) if htmx.wanted(request) else _back(request)
    if chosen == "system":
        response.delete_cookie(preferences.name_of(preferences.THEME))
    else:
        preferences.keep(response, preferences.name_of(preferences.THEME), chosen)
    return response


@require_POST
@access.require(Permission.MANAGE_KEY)
def put_checklist_away(request: MemberRequest) -> HttpResponse:
    """Hide the owner's first steps from now on."""
    response = HttpResponse() if htmx.wanted(request) else _back(request)
    preferences.keep(response, preferences.name_of(preferences.CHECKLIST), "away")
    return response


def _back(request: Request) -> HttpResponse:
    """Redirect to the page whose form was sent, if it is one of ours."""
    page = request.POST.get("next", "")
    return redirect(page if is_local(page) else "generator:studio")
