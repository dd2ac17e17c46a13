"""What a member does to one job."""

from __future__ import annotations

import dataclasses
import json
from datetime import timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from generator import catalog
from generator.models import Batch, Job, JobEvent, Reference, User
from generator.models.event_details import EventDetail, encode
from generator.outbound.masking import mask
from generator.outbound.urlguard import leads_local
from generator.services import batches, connections, references, twins, usage, wakeup
from generator.state import Status


def cancel(job: Job, by: User) -> bool:
    """Cancel a job before it is sent; return False if it was sent, or ended, first."""
    if not job.cancelable:
        return False
    with transaction.atomic():
        canceled = job.advance(Status.CANCELED, detail=encode(EventDetail.CANCELED, by=by.username))
        if canceled:
            usage.settle(job, Decimal(0))
            twins.keep_hint(job)
    return canceled


def cancel_unsent(batch: Batch, by: User) -> int:
    """Cancel the jobs of the batch that were not sent yet; return how many. Sent ones continue."""
    return sum(cancel(job, by) for job in batch.jobs.all())


def resend(job: Job, by: User, form_token: str) -> Batch | None:
    """Send this job's request as a new, linked job.

    Return None if the job may not be resent, or the service cannot reach one of its references. The
    member was warned of the possible cost. The old job stays as it is: a late report still
    completes it. The token is good for one press, like that of the compose box.
    """
    model = catalog.MODELS.get(job.batch.model)
    if not job.repeatable or model is None or out_of_reach(job):
        return None
    request = batches.resend_request(job, model)
    with transaction.atomic():
        batch, created = batches.create(by, request, form_token)
        if created:
            job.note(JobEvent.Kind.PERSON, encode(EventDetail.RESENT, by=by.username))
    return batch


def out_of_reach(job: Job) -> Reference | None:
    """Return the first reference that the service cannot reach; older jobs may have one."""
    with_url = job.batch.references.exclude(url="")
    local = [one for one in with_url if leads_local(one.url)]
    return local[0] if local and not connections.fetches_local() else None


def recheck(job: Job, by: User) -> bool:
    """Query a parked job once more; return False if there is nothing to query."""
    if not job.recheckable:
        return False
    with transaction.atomic():
        job.note(JobEvent.Kind.PERSON, encode(EventDetail.CHECK_REQUESTED, by=by.username))
        if job.status == Status.UNFETCHED:
            moved = Job.objects.filter(pk=job.pk, status=job.status).update(
                due_at=timezone.now(), failures=0
            )
        else:
            moved = revive(job)
        wakeup.wake()
    return bool(moved)


def submission_preview(job: Job) -> str:
    """Return the body of the submit as JSON, for display: without the callback's token, and with a
    description in place of image bytes."""
    fields = dataclasses.asdict(connections.submission(job, references.display_value))
    set_keys = {key: value for key, value in fields.items() if value}
    return mask(json.dumps(set_keys, ensure_ascii=False, indent=2))


def revive(job: Job) -> bool:
    """Resume polling a parked job; return False if another process moved it first."""
    deadline = timezone.now() + timedelta(seconds=settings.GEMPIX_STALLED_SECONDS)
    return job.advance(
        Status.RUNNING, due_in_seconds=0, deadline_at=deadline, polls=0, failures=0, reason=""
    )
