"""The settings page: the API key, the pause switch, and the release of a hold."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings as configured
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
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


@require_safe
def settings(request: HttpRequest) -> HttpResponse:
    return _page(request)


def _page(
    request: HttpRequest,
    key_form: KeyForm | None = None,
    pause_form: PauseForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "key_source": connections.refresh().source,
        "api_host": urlsplit(configured.GEMPIX_API_URL).netloc,
        "saved_key": studio_status.saved_key(),
        "key_form": key_form or KeyForm(),
        "pause_form": pause_form or PauseForm(),
        "offered": catalog.offered(),
    }
    return render(request, "generator/settings.html", context, status=status)


@require_POST
@access.require(Permission.MANAGE_KEY)
def save_key(request: HttpRequest) -> HttpResponse:
    """Save a new key after the upstream has accepted it. It is never shown again."""
    form = KeyForm(request.POST)
    if form.is_valid():
        try:
            api_keys.save(form.cleaned_data["key"], access.member_of(request))
        except api_keys.KeyNotSaved as refusal:
            form.add_error("key", str(refusal))
        else:
            messages.success(
                request, _("The key works and was saved. Images now come from the real service.")
            )
            return redirect("generator:settings")
    return _page(request, key_form=form, status=422)


@require_POST
@access.require(Permission.MANAGE_KEY)
def remove_key(request: HttpRequest) -> HttpResponse:
    api_keys.remove()
    messages.success(request, _("The saved key was removed."))
    return redirect("generator:settings")


@require_POST
@access.require(Permission.MANAGE_HOLD)
def pause(request: HttpRequest) -> HttpResponse:
    """Pause sending, with a reason that everyone sees, until somebody resumes it."""
    form = PauseForm(request.POST)
    if not form.is_valid():
        return _page(request, pause_form=form, status=422)
    holds.hold(Gate.Hold.PAUSED, form.cleaned_data["reason"])
    messages.success(request, _("Generating is paused. Waiting images keep their place."))
    return redirect("generator:settings")


@require_POST
@access.require(Permission.MANAGE_HOLD)
def release_hold(request: HttpRequest) -> HttpResponse:
    released = holds.release()
    messages.success(
        request,
        ngettext(
            "Resumed. Sending %(count)d queued image.",
            "Resumed. Sending %(count)d queued images.",
            released,
        )
        % {"count": released},
    )
    return redirect("generator:studio")
