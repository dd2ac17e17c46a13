"""What every page shows around its content. Lazy: a fragment that shows none of it asks nothing."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from generator import queries
from generator.queries.first_steps import FirstSteps, first_steps
from generator.services import breaker, people, pulse, vendor
from generator.views import preferences

# Work that waits this long while nobody does any is said on every page.
BEHIND_SECONDS = 45


def studio(request: HttpRequest) -> dict[str, Any]:
    gate: Any = SimpleLazyObject(queries.gate)
    return {
        "version": settings.GEMPIX_VERSION,
        "theme": preferences.theme_of(request),
        "sandbox": SimpleLazyObject(lambda: vendor.refresh().sandbox),
        "hold": SimpleLazyObject(lambda: gate if gate.hold else None),
        "ill": SimpleLazyObject(lambda: breaker.is_ill(gate)),
        "checklist": SimpleLazyObject(lambda: _checklist(request)),
        "no_account": SimpleLazyObject(lambda: bool(people.setup_path())),
        "behind": SimpleLazyObject(lambda: pulse.overdue_seconds() > BEHIND_SECONDS),
    }


def _checklist(request: HttpRequest) -> FirstSteps | None:
    """The owner's first steps, as long as one is left to do and he has not put them away."""
    if preferences.checklist_is_away(request):
        return None
    return first_steps(has_key=not vendor.refresh().sandbox)
