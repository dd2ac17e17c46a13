"""The effect of an upstream callback on a job: a hint, never the truth."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Case, F, PositiveSmallIntegerField, Q, Value, When
from django.utils import timezone

from generator.models import Job, JobEvent
from generator.models.event_details import EventDetail, encode
from generator.services import jobs, twins, wakeup
from generator.state import Status
from generator.upstream.callback import BadCallback, CallbackHint, parse_callback

__all__ = ["BadCallback", "CallbackHint", "parse_callback", "report"]

NO_TASK_YET = (Status.QUEUED, Status.UNCONFIRMED)


def report(job: Job, hint: CallbackHint) -> bool:
    """Treat a callback as a hint: the job becomes due now, and the poller reads the truth.

    The caller has checked the token. A task that is not the one this job knows may be its second
    one (`services.twins`). Return False, and change nothing, if it cannot be this job's.
    """
    if job.task_id is not None:
        if hint.task_id and hint.task_id != job.task_id:
            return twins.report(job, hint.task_id)
        return _report_known(job, hint)
    return bool(hint.task_id) and _report_unknown(job, hint)


def _report_known(job: Job, hint: CallbackHint) -> bool:
    with transaction.atomic():
        status = hint.raw_status[:64]
        code = EventDetail.REPORTED_AS if status else EventDetail.REPORTED
        job.note(JobEvent.Kind.CALLBACK, encode(code, status=status))
        if job.status in (Status.STALLED, Status.LOST):
            jobs.revive(job)
        else:
            Job.objects.filter(pk=job.pk, status__in=[Status.RUNNING, Status.UNFETCHED]).update(
                due_at=timezone.now()
            )
        wakeup.wake()
    return True


def _report_unknown(job: Job, hint: CallbackHint) -> bool:
    """Record a report that came before the answer to the submit, or instead of it.

    While the submit is in progress, or everything is on hold after an attempt that was answered as
    failed, the hint is only stored, and used by whatever step comes next. If a hint is stored
    already, or the job ended without a task, this is the report of a second task.
    """
    rows = Job.objects.filter(pk=job.pk, task_id=None, callback_task_id="")
    # One statement for every status: between two, the job could move from one status to another.
    is_due_now = Q(status__in=NO_TASK_YET)
    with transaction.atomic():
        job.note(JobEvent.Kind.CALLBACK, encode(EventDetail.REPORTED_EARLY))
        updated = rows.filter(is_due_now | Q(status__in=[Status.SUBMITTING, Status.HELD])).update(
            callback_task_id=hint.task_id,
            due_at=Case(When(is_due_now, then=Value(timezone.now())), default=F("due_at")),
            failures=Case(
                When(is_due_now, then=Value(0)),
                default=F("failures"),
                output_field=PositiveSmallIntegerField(),
            ),
        )
        wakeup.wake()
    if not updated:
        job.refresh_from_db()
        if job.task_id == hint.task_id:  # the answer was recorded at the same moment
            return _report_known(job, hint)
        if job.callback_task_id != hint.task_id:
            return twins.report(job, hint.task_id) or job.task_id is None
    return True
