"""What every page shows around its content. Lazy: a fragment that shows none of it asks nothing."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from generator import queries
from generator.models import Collection, User
from generator.queries import albums
from generator.queries.first_steps import FirstSteps, first_steps
from generator.services import breaker, people, pulse, vendor
from generator.views import preferences

# Work that waits this long while nobody does any is said on every page.
BEHIND_SECONDS = 45
MOST_COLLECTIONS = 100


def studio(request: HttpRequest) -> dict[str, Any]:
    gate: Any = SimpleLazyObject(queries.gate)
    return {
        "version": settings.GEMPIX_VERSION,
        "studio_url": reverse("generator:studio"),
        "home_url": SimpleLazyObject(lambda: _home(request)),
        "theme": preferences.theme_of(request),
        "sandbox": SimpleLazyObject(lambda: vendor.is_sandbox(gate.has_key)),
        "hold": SimpleLazyObject(lambda: gate if gate.hold else None),
        "ill": SimpleLazyObject(lambda: breaker.is_ill(gate)),
        "checklist": SimpleLazyObject(lambda: _checklist(request, gate)),
        "no_account": SimpleLazyObject(lambda: bool(people.setup_path())),
        # What a selection can be added to.
        "fillable": SimpleLazyObject(lambda: _fillable(request)),
        "behind": SimpleLazyObject(
            lambda: pulse.overdue(gate.first_due, gate.beat_at) > BEHIND_SECONDS
        ),
    }


def _home(request: HttpRequest) -> str:
    """Where the name of the studio leads: to the gallery, where one makes no pictures."""
    member = request.user
    looks_only = isinstance(member, User) and not member.may_generate
    return reverse("generator:gallery" if looks_only else "generator:studio")


def _fillable(request: HttpRequest) -> list[Collection]:
    member = request.user
    return list(albums.fillable(member)[:MOST_COLLECTIONS]) if isinstance(member, User) else []


def _checklist(request: HttpRequest, gate: Any) -> FirstSteps | None:
    """The owner's first steps, as long as one is left to do and he has not put them away."""
    if preferences.checklist_is_away(request):
        return None
    return first_steps(has_key=not vendor.is_sandbox(gate.has_key))
