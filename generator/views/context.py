"""What every page shows around its content. Lazy: a fragment that shows none of it asks nothing."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from generator import queries
from generator.models import Collection, User
from generator.queries import albums
from generator.services import breaker, people, pulse, vendor

# Work that waits this long while nobody does any is said on every page.
BEHIND_SECONDS = 45
MOST_COLLECTIONS = 100


def studio(request: HttpRequest) -> dict[str, Any]:
    gate: Any = SimpleLazyObject(queries.gate)
    return {
        "version": settings.GEMPIX_VERSION,
        "sandbox": SimpleLazyObject(lambda: vendor.refresh().sandbox),
        "hold": SimpleLazyObject(lambda: gate if gate.hold else None),
        "ill": SimpleLazyObject(lambda: breaker.is_ill(gate)),
        "no_account": SimpleLazyObject(lambda: bool(people.setup_path())),
        # What a selection can be added to.
        "fillable": SimpleLazyObject(lambda: _fillable(request)),
        "behind": SimpleLazyObject(lambda: pulse.overdue_seconds() > BEHIND_SECONDS),
    }


def _fillable(request: HttpRequest) -> list[Collection]:
    member = request.user
    return list(albums.fillable(member)[:MOST_COLLECTIONS]) if isinstance(member, User) else []
