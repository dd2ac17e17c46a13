"""The gate before paid calls: one hold for the installation, and its release."""

from __future__ import annotations

import logging

from django.db import transaction
from django.utils import timezone

from generator import taskqueue
from generator.models import Gate, Job
from generator.services import connections
from generator.state import Status

log = logging.getLogger(__name__)


def read() -> Gate:
    """The gate as it stands now."""
    return Gate.objects.get_or_create(pk=1)[0]


def locked() -> Gate:
    """The gate's row, locked until the transaction ends. Only within a transaction."""
    read()
    return Gate.objects.select_for_update().get(pk=1)


def hold(kind: str, detail: str) -> None:
    """Stop all submits: the key was refused, the credits are used up, or an admin pauses.

    `detail` is the upstream's own text, or the admin's reason. The first reason stands until the
    hold is lifted.
    """
    read()
    changed = Gate.objects.filter(pk=1, hold=Gate.Hold.NONE).update(
        hold=kind, detail=detail, held_at=timezone.now(), key_digest=connections.current().digest
    )
    if changed:
        log.warning("generating is on hold (%s): %s", kind, detail)


def release() -> int:
    """Open the gate and let held jobs go on, in the order they were made; gives how many."""
    with transaction.atomic():
        gate = locked()
        gate.hold, gate.detail, gate.held_at = Gate.Hold.NONE, "", None
        gate.save()
        held = Job.objects.filter(status=Status.HELD).order_by("id")
        released = [job for job in held if job.advance(Status.QUEUED, due_in_seconds=0)]
        taskqueue.nudge()
    return len(released)


def release_for_new_key() -> None:
    """Lift a hold that another key, set since, has made pointless. Called once a sweep."""
    gate = Gate.objects.exclude(hold=Gate.Hold.NONE).first()
    by_the_upstream = gate is not None and gate.hold != Gate.Hold.PAUSED
    if gate and by_the_upstream and gate.key_digest != connections.current().digest:
        log.info("the hold is lifted: another key is in use")
        release()
