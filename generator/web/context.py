"""What every page shows around its content. Lazy: a fragment without it runs no query."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from generator.models import Collection, User
from generator.permissions import Permission
from generator.queries import collections, studio_status
from generator.queries.first_steps import FirstSteps, first_steps
from generator.services import connections, members
from generator.web import preferences

MOST_COLLECTIONS = 100


def studio(request: HttpRequest) -> dict[str, Any]:
    status: Any = SimpleLazyObject(studio_status.read)
    return {
        "version": settings.GEMPIX_VERSION,
        "studio_url": reverse("generator:studio"),
        "home_url": SimpleLazyObject(lambda: _home(request)),
        "theme": preferences.theme_of(request),
        "sandbox": SimpleLazyObject(lambda: connections.is_sandbox(status.has_key)),
        "notices": SimpleLazyObject(lambda: status.notices),
        "hold": SimpleLazyObject(lambda: status.hold),
        "ill": SimpleLazyObject(lambda: status.gate.breaker_is_open),
        "checklist": SimpleLazyObject(lambda: _checklist(request, status.has_key)),
        "can": SimpleLazyObject(lambda: _rights(request)),
        "no_account": SimpleLazyObject(lambda: bool(members.setup_path())),
        # What a selection can be added to.
        "fillable": SimpleLazyObject(lambda: _fillable(request)),
        "behind": SimpleLazyObject(lambda: status.is_behind),
    }


def _home(request: HttpRequest) -> str:
    """Return where the studio's name links to: the gallery for members who cannot generate."""
    member = request.user
    only_browses = isinstance(member, User) and not member.can(Permission.GENERATE)
    return reverse("generator:gallery" if only_browses else "generator:studio")


def _rights(request: HttpRequest) -> dict[str, bool]:
    """Return what the member may do, by permission, as templates ask for it (`can.generate`)."""
    member = request.user
    return {one.value: isinstance(member, User) and member.can(one) for one in Permission}


def _fillable(request: HttpRequest) -> list[Collection]:
    member = request.user
    return list(collections.fillable(member)[:MOST_COLLECTIONS]) if isinstance(member, User) else []


def _checklist(request: HttpRequest, has_key: bool) -> FirstSteps | None:
    """Return the owner's first steps while one is left to do, unless they have hidden them."""
    if preferences.checklist_is_away(request):
        return None
    return first_steps(has_key=not connections.is_sandbox(has_key))
