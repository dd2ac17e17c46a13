"""Leases on due rows: a move of `due_at` that one worker wins and keeps renewing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from generator.models import Job, Twin
from generator.models.querysets import DueQuerySet

# If a worker dies, another one takes over after this time; a living one renews well before.
LEASE_SECONDS = 30
RENEW_SECONDS = 8


def acquire(due: DueQuerySet, limit: int) -> list[Any]:
    """Acquire up to `limit` of these due rows. Several workers may ask at once: each row goes to
    one of them.

    Between reading and moving, the rows are locked on PostgreSQL; SQLite has one writer at a time.
    """
    with transaction.atomic():
        jobs = list(due.select_for_update(skip_locked=True, of=("self",))[:limit])
        lease = _lease()
        due.model.objects.filter(pk__in=[job.pk for job in jobs]).update(due_at=lease)
    for job in jobs:
        job.due_at = lease
    return jobs


def renew(job: Job | Twin) -> None:
    """Renew a lease during a long call. A nudge that came meanwhile stays."""
    lease = _lease()
    if _as_read(job).update(due_at=lease):
        job.due_at = lease


def _lease() -> datetime:
    return timezone.now() + timedelta(seconds=LEASE_SECONDS)


def release(job: Job | Twin, wait_seconds: float | None, **fields: object) -> bool:
    """Release a lease without a change of status: due again after `wait_seconds`, or never.

    A nudge that came during the lease wins: the row is then due at once, and `fields` are left to
    that next step.
    """
    due = None if wait_seconds is None else timezone.now() + timedelta(seconds=wait_seconds)
    return bool(_as_read(job).update(due_at=due, **fields))


def _as_read(row: Job | Twin) -> DueQuerySet:
    rows: DueQuerySet = type(row).objects.all()
    return rows.filter(pk=row.pk, status=row.status, due_at=row.due_at)
