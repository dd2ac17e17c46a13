"""What a member does to one job."""

from __future__ import annotations

import dataclasses
import json
from datetime import timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from generator import catalog, taskqueue
from generator.models import Batch, Job, JobEvent, Reference, User
from generator.outbound.masking import mask
from generator.outbound.urlguard import leads_local
from generator.services import batches, connections, references, usage
from generator.state import Status


def cancel(job: Job, by: User) -> bool:
    """Cancel before the send; False when it was sent, or ended, first."""
    if not job.cancelable:
        return False
    with transaction.atomic():
        canceled = job.advance(Status.CANCELED, detail=f"Canceled by {by.username}.")
        if canceled:
            usage.settle(job, Decimal(0))
    return canceled


def cancel_unsent(batch: Batch, by: User) -> int:
    """Cancel what of the batch is not sent yet; gives how many. What was sent goes on."""
    return sum(cancel(job, by) for job in batch.jobs.all())


def resend(job: Job, by: User, form_token: str) -> Batch | None:
    """Send what this job asked for as a new, linked job; None when it may not be repeated, or a
    reference of it is out of the service's reach.

    The person was told what that may cost. The old job stays as it is: a late report still
    completes it. The token is good for one press, as the compose box's.
    """
    model = catalog.MODELS.get(job.batch.model)
    if not job.repeatable or model is None or out_of_reach(job):
        return None
    request = batches.resend_request(job, model)
    with transaction.atomic():
        batch, created = batches.create(by, request, form_token)
        if created:
            job.note(JobEvent.Kind.PERSON, f"{by.username} sent it again as a new image.")
    return batch


def out_of_reach(job: Job) -> Reference | None:
    """The first reference that the service cannot reach; older jobs may have one."""
    given = job.batch.references.exclude(url="")
    local = [one for one in given if leads_local(one.url)]
    return local[0] if local and not connections.fetches_local() else None


def recheck(job: Job, by: User) -> bool:
    """Look at a parked job once more; False when there is nothing to look for."""
    if not job.recheckable:
        return False
    with transaction.atomic():
        job.note(JobEvent.Kind.PERSON, f"{by.username} asked to look again.")
        if job.status == Status.UNFETCHED:
            moved = Job.objects.filter(pk=job.pk, status=job.status).update(
                due_at=timezone.now(), failures=0
            )
        else:
            moved = revive(job)
        taskqueue.nudge()
    return bool(moved)


def submission_preview(job: Job) -> str:
    """The body of the submit as JSON, as a person may see it: without the callback's token, and
    with images in the body told in words."""
    shown = dataclasses.asdict(connections.submission(job, references.display_value))
    set_keys = {key: value for key, value in shown.items() if value}
    return mask(json.dumps(set_keys, ensure_ascii=False, indent=2))


def revive(job: Job) -> bool:
    """Ask after a parked job again, from now on; False if it moved first."""
    deadline = timezone.now() + timedelta(seconds=settings.GEMPIX_STALLED_SECONDS)
    return job.advance(
        Status.RUNNING, due_in_seconds=0, deadline_at=deadline, polls=0, failures=0, reason=""
    )
