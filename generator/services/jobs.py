"""What a person or a callback does to one job."""

from __future__ import annotations

import dataclasses
import json
import logging
from datetime import timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, PositiveSmallIntegerField, Q, Value, When
from django.utils import timezone

from generator import catalog, taskqueue
from generator.models import Batch, Job, JobEvent, Reference, User
from generator.services import batches, references, usage, vendor
from generator.state import Status
from generator.upstream.callback import CallbackHint
from generator.upstream.masking import mask
from generator.upstream.urlguard import leads_local

log = logging.getLogger(__name__)

NO_TASK_YET = (Status.QUEUED, Status.UNCONFIRMED)


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


def send_again(job: Job, by: User, form_token: str) -> Batch | None:
    """Send what this job asked for as a new, linked job; None when it may not be repeated, or a
    reference of it is out of the service's reach.

    The person was told what that may cost. The old job stays as it is: a late report still
    completes it. The token is good for one press, as the compose box's.
    """
    model = catalog.MODELS.get(job.batch.model)
    if not job.repeatable or model is None or out_of_reach(job):
        return None
    order = batches.order_again(job, model)
    with transaction.atomic():
        batch, created = batches.create(by, order, form_token)
        if created:
            job.note(JobEvent.Kind.PERSON, f"{by.username} sent it again as a new picture.")
    return batch


def out_of_reach(job: Job) -> Reference | None:
    """The first reference that the service cannot reach; older jobs may have one."""
    given = job.batch.references.exclude(url="")
    local = [one for one in given if leads_local(one.url)]
    return local[0] if local and not vendor.fetches_local() else None


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
            moved = _revive(job)
        taskqueue.nudge()
    return bool(moved)


def what_is_sent(job: Job) -> str:
    """The body of the submit as JSON, as a person may see it: without the callback's token, and
    with pictures in the body told in words."""
    shown = dataclasses.asdict(vendor.submission(job, references.in_words))
    set_keys = {key: value for key, value in shown.items() if value}
    return mask(json.dumps(set_keys, ensure_ascii=False, indent=2))


def _revive(job: Job) -> bool:
    deadline = timezone.now() + timedelta(seconds=settings.GEMPIX_STALLED_SECONDS)
    return job.advance(
        Status.RUNNING, due_in_seconds=0, deadline_at=deadline, polls=0, failures=0, reason=""
    )


def report(job: Job, hint: CallbackHint) -> bool:
    """Take a callback's word as a hint: the job becomes due now, and the poller reads the truth.

    The caller has checked the token. False, and nothing changes, when the named task is not
    this job's.
    """
    if job.task_id is not None:
        if hint.task_id and hint.task_id != job.task_id:
            log.warning("a callback for %s named another task: refused", job)
            return False
        return _report_known(job, hint)
    return bool(hint.task_id) and _report_unknown(job, hint)


def _report_known(job: Job, hint: CallbackHint) -> bool:
    with transaction.atomic():
        job.note(JobEvent.Kind.CALLBACK, f"Reported as {hint.raw_status[:64] or 'changed'}.")
        if job.status in (Status.STALLED, Status.LOST):
            _revive(job)
        else:
            Job.objects.filter(pk=job.pk, status__in=[Status.RUNNING, Status.UNFETCHED]).update(
                due_at=timezone.now()
            )
        taskqueue.nudge()
    return True


def _report_unknown(job: Job, hint: CallbackHint) -> bool:
    """The report came before the answer to the submit, or instead of it.

    While the submit is under way, or everything is on hold after an attempt that was answered as
    failed, the hint is only kept: who goes on from there finds it. Only the first hint counts
    until it is looked at.
    """
    rows = Job.objects.filter(pk=job.pk, task_id=None, callback_task_id="")
    # One statement for every status: between two, the job could move from one's to the other's.
    looks_now = Q(status__in=NO_TASK_YET)
    with transaction.atomic():
        job.note(JobEvent.Kind.CALLBACK, "Reported before the answer to the submit was known.")
        taken = rows.filter(looks_now | Q(status__in=[Status.SUBMITTING, Status.HELD])).update(
            callback_task_id=hint.task_id,
            due_at=Case(When(looks_now, then=Value(timezone.now())), default=F("due_at")),
            failures=Case(
                When(looks_now, then=Value(0)),
                default=F("failures"),
                output_field=PositiveSmallIntegerField(),
            ),
        )
        taskqueue.nudge()
    if not taken:
        job.refresh_from_db()
        if job.task_id == hint.task_id:  # the answer was recorded at this very moment
            return _report_known(job, hint)
    return True
