"""The gate before paid calls: one hold for the installation, and its release."""

from __future__ import annotations

import logging

from django.db import transaction
from django.utils import timezone

from generator.models import Gate, Job, User
from generator.services import audit, connections, wakeup
from generator.state import Status

log = logging.getLogger(__name__)


def read() -> Gate:
    """Return the gate as it is now."""
    return Gate.objects.get_or_create(pk=1)[0]


def locked() -> Gate:
    """Return the gate's row, locked until the transaction ends. Call it in a transaction."""
    read()
    return Gate.objects.select_for_update().get(pk=1)


def hold(kind: str, detail: str, *, by: User | None = None) -> None:
    """Stop all submits: the key was rejected, the credits are used up, or an admin paused.

    `detail` is the upstream's own text, or the admin's reason. The first reason stands until the
    hold is released.
    """
    read()
    changed = Gate.objects.filter(pk=1, hold=Gate.Hold.NONE).update(
        hold=kind, detail=detail, held_at=timezone.now(), key_digest=connections.read().digest
    )
    if changed:
        log.warning("generating is on hold (%s): %s", kind, detail)
        audit.record(by, "held generating:", kind)


def hold_at_start() -> None:
    """Hold an installation whose data may be older than what was sent: a copy, or a backup."""
    hold(Gate.Hold.PAUSED, "Started with --hold. Resume when nothing would be sent twice.")


def release(*, by: User | None = None) -> int:
    """Open the gate and requeue held jobs in the order of creation; return how many."""
    with transaction.atomic():
        gate = locked()
        gate.hold, gate.detail, gate.held_at = Gate.Hold.NONE, "", None
        gate.save()
        held = Job.objects.filter(status=Status.HELD).order_by("id")
        released = [job for job in held if job.advance(Status.QUEUED, due_in_seconds=0)]
        wakeup.wake()
        audit.record(by, "resumed generating")
    return len(released)


def release_for_new_key() -> None:
    """Release a hold that the upstream caused once another key is in use. Called once a sweep."""
    gate = Gate.objects.exclude(hold=Gate.Hold.NONE).first()
    by_the_upstream = gate is not None and gate.hold != Gate.Hold.PAUSED
    if gate and by_the_upstream and gate.key_digest != connections.read().digest:
        log.info("the hold is released: another key is in use")
        release()
