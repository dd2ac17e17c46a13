"""The settings page: the API key, the pause switch, and the release of a hold."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings as configured
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from generator import catalog
from generator.forms.settings import KeyForm, PauseForm
from generator.models import Gate
from generator.permissions import Permission
from generator.queries import studio_status
from generator.services import api_keys, connections, holds
from generator.web import access
from generator.web.requests import MemberRequest
from generator.web.responses import redirect_with_message


@require_safe
def settings(request: MemberRequest) -> HttpResponse:
    return _page(request)


def _page(
    request: MemberRequest,
    key_form: KeyForm | None = None,
    pause_form: PauseForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "key_source": connections.read().source,
        "api_host": urlsplit(configured.GEMPIX_API_URL).netloc,
        "saved_key": studio_status.saved_key(),
        "key_form": key_form or KeyForm(),
        "pause_form": pause_form or PauseForm(),
        "offered": catalog.offered(),
    }
    return render(request, "generator/settings.html", context, status=status)


@require_POST
@access.require(Permission.MANAGE_KEY)
def save_key(request: MemberRequest) -> HttpResponse:
    """Save a new key after the upstream has accepted it. It is never shown again."""
    form = KeyForm(request.POST)
    if form.is_valid():
        try:
            api_keys.save(form.cleaned_data["key"], request.user)
        except api_keys.KeyNotSaved as refusal:
            form.add_error("key", str(refusal))
        else:
            text = _("The key works and was saved. Images now come from the real service.")
            return redirect_with_message(request, text, "generator:settings")
    return _page(request, key_form=form, status=422)


@require_POST
@access.require(Permission.MANAGE_KEY)
def remove_key(request: MemberRequest) -> HttpResponse:
    api_keys.remove(by=request.user)
    return redirect_with_message(request, _("The saved key was removed."), "generator:settings")


@require_POST
@access.require(Permission.MANAGE_HOLD)
def pause(request: MemberRequest) -> HttpResponse:
    """Pause sending, with a reason that everyone sees, until somebody resumes it."""
    form = PauseForm(request.POST)
    if not form.is_valid():
        return _page(request, pause_form=form, status=422)
    holds.hold(Gate.Hold.PAUSED, form.cleaned_data["reason"], by=request.user)
    text = _("Generating is paused. Waiting images keep their place.")
    return redirect_with_message(request, text, "generator:settings")


@require_POST
@access.require(Permission.MANAGE_HOLD)
def release_hold(request: MemberRequest) -> HttpResponse:
    released = holds.release(by=request.user)
    text = _("Resumed.")
    if released:
        text = ngettext(
            "Resumed. Sending %(count)d queued image.",
            "Resumed. Sending %(count)d queued images.",
            released,
        ) % {"count": released}
    return redirect_with_message(request, text, "generator:studio")
