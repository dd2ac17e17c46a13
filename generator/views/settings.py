"""The settings page, and the release of a hold."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings as configured
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from generator import access, catalog
from generator.models import Role
from generator.services import gates


@require_safe
def settings(request: HttpRequest) -> HttpResponse:
    context = {
        "key_source": "" if configured.GEMPIX_SANDBOX else "environment",
        "api_host": urlsplit(configured.GEMPIX_API_URL).netloc,
        "offered": catalog.offered(),
    }
    return render(request, "generator/settings.html", context)


@require_POST
@access.roles_only(Role.OWNER, Role.ADMIN)
def release_hold(request: HttpRequest) -> HttpResponse:
    released = gates.release()
    messages.success(
        request,
        ngettext(
            "Generating goes on; %(count)d waiting picture is sent now.",
            "Generating goes on; %(count)d waiting pictures are sent now.",
            released,
        )
        % {"count": released},
    )
    return redirect("generator:studio")
