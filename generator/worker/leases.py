"""Leases on due rows: a conditional move of `due_at` that one worker wins and keeps renewing."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from generator.models import Job

# If a worker dies, another one takes over after this time; a living one renews well before.
LEASE_SECONDS = 30
RENEW_SECONDS = 8


def acquire(job: Job) -> bool:
    """Acquire a due row as it was read; return False if another worker, or a nudge, moved it."""
    return _move(job)


def renew(job: Job) -> None:
    """Renew a lease during a long call. A nudge that came meanwhile stays."""
    _move(job)


def _move(job: Job) -> bool:
    lease = timezone.now() + timedelta(seconds=LEASE_SECONDS)
    rows = Job.objects.filter(pk=job.pk, status=job.status, due_at=job.due_at)
    if not rows.update(due_at=lease):
        return False
    job.due_at = lease
    return True


def release(job: Job, wait_seconds: float | None, **fields: object) -> bool:
    """Release a lease without a change of status: due again after `wait_seconds`, or never.

    A nudge that came during the lease wins: the row is then due at once, and `fields` are left to
    that next step.
    """
    due = None if wait_seconds is None else timezone.now() + timedelta(seconds=wait_seconds)
    rows = Job.objects.filter(pk=job.pk, status=job.status, due_at=job.due_at)
    return bool(rows.update(due_at=due, **fields))
