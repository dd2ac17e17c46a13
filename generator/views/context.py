"""What every page shows around its content. Lazy: a fragment that shows none of it asks nothing."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from generator import queries
from generator.services import pulse

# Work that waits this long while nobody does any is said on every page.
BEHIND_SECONDS = 45


def studio(request: HttpRequest) -> dict[str, Any]:
    return {
        "sandbox": settings.GEMPIX_SANDBOX,
        "version": settings.GEMPIX_VERSION,
        "hold": SimpleLazyObject(queries.held_gate),
        "behind": SimpleLazyObject(lambda: pulse.overdue_seconds() > BEHIND_SECONDS),
    }
