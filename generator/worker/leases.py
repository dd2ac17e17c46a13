"""Leases on due rows: a move of `due_at` that one worker wins and keeps renewing."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from generator.models import Job
from generator.models.querysets import JobQuerySet

# If a worker dies, another one takes over after this time; a living one renews well before.
LEASE_SECONDS = 30
RENEW_SECONDS = 8


def acquire(due: JobQuerySet, limit: int) -> list[Job]:
    """Acquire up to `limit` of these due rows. Several workers may ask at once: each row goes to
    one of them.

    Between reading and moving, the rows are locked on PostgreSQL; SQLite has one writer at a time.
    """
    with transaction.atomic():
        jobs = list(due.select_for_update(skip_locked=True, of=("self",))[:limit])
        lease = _lease()
        Job.objects.filter(pk__in=[job.pk for job in jobs]).update(due_at=lease)
    for job in jobs:
        job.due_at = lease
    return jobs


def renew(job: Job) -> None:
    """Renew a lease during a long call. A nudge that came meanwhile stays."""
    lease = _lease()
    if Job.objects.filter(pk=job.pk, status=job.status, due_at=job.due_at).update(due_at=lease):
        job.due_at = lease


def _lease() -> datetime:
    return timezone.now() + timedelta(seconds=LEASE_SECONDS)


def release(job: Job, wait_seconds: float | None, **fields: object) -> bool:
    """Release a lease without a change of status: due again after `wait_seconds`, or never.

    A nudge that came during the lease wins: the row is then due at once, and `fields` are left to
    that next step.
    """
    due = None if wait_seconds is None else timezone.now() + timedelta(seconds=wait_seconds)
    rows = Job.objects.filter(pk=job.pk, status=job.status, due_at=job.due_at)
    return bool(rows.update(due_at=due, **fields))
