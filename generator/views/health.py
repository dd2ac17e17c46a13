"""For machines: is the process up, and is work being done."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from generator import redis_cache
from generator.queries import studio_status


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Report that the process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Return 503 if the database is unavailable or due work is not being done. Without the cache
    everything is only slower, so that is told and no reason for a 503."""
    try:
        overdue = studio_status.overdue_seconds()
    except DatabaseError:
        return JsonResponse({"ready": False, "database": "away"}, status=503)
    ready = overdue <= studio_status.BEHIND_SECONDS
    facts = {
        "ready": ready,
        "database": "ok",
        "cache": _cache(),
        "overdue_seconds": round(overdue),
    }
    return JsonResponse(facts, status=200 if ready else 503)


def _cache() -> str:
    try:
        redis_cache.check()
    except redis_cache.CacheAway:
        return "away"
    return "ok"
