"""Second tasks of a job (`models.twins`): which reports are taken for one.

A callback's token names the job, so nothing is guessed. A job has no more tasks than it was sent
times, and a task that belongs to another job is never taken.
"""

from __future__ import annotations

import logging

from django.db import transaction
from django.utils import timezone

from generator.models import Job, JobEvent, Twin
from generator.models.event_details import EventDetail, encode
from generator.services import wakeup
from generator.state import Status

log = logging.getLogger(__name__)

# Named and not confirmed by the image service yet, or not at all: they cost a few queries each.
MAX_TWINS = 20
# Nothing more is to be learned about these.
ENDED = (Status.SUCCEEDED, Status.NO_IMAGE, Status.FAILED)


def report(job: Job, task_id: str) -> bool:
    """Record that this job has one more task, or that it is reported again; return False if it
    cannot be this job's. Harmless the second time and from several processes at once."""
    with transaction.atomic():
        locked = Job.objects.select_for_update().get(pk=job.pk)
        twins = {twin.task_id: twin for twin in locked.twins.all()}
        if twin := twins.get(task_id):
            Twin.objects.filter(pk=twin.pk).exclude(status__in=ENDED).update(due_at=timezone.now())
            wakeup.wake()
            return True
        known = sum(bool(twin.upstream_status) for twin in twins.values())
        known += locked.task_id is not None
        if known >= locked.attempts or len(twins) >= MAX_TWINS or _is_anothers(task_id):
            log.warning("a callback for %s named another task: rejected", job)
            return False
        number = max((twin.number for twin in twins.values()), default=0) + 1
        Twin.objects.create(job=locked, task_id=task_id, number=number)
        locked.note(JobEvent.Kind.CALLBACK, encode(EventDetail.TWIN_REPORTED, task=task_id))
        wakeup.wake()
    return True


def keep_hint(job: Job) -> None:
    """Record the task of a callback's hint that the job has no use for any more, since it ended or
    got another task. Call it in the transaction of that change."""
    task_id = Job.objects.values_list("callback_task_id", flat=True).get(pk=job.pk)
    if not task_id:
        return
    Job.objects.filter(pk=job.pk).update(callback_task_id="")
    if task_id != job.task_id:
        report(job, task_id)


def _is_anothers(task_id: str) -> bool:
    jobs, twins = Job.objects.filter(task_id=task_id), Twin.objects.filter(task_id=task_id)
    return jobs.exists() or twins.exists()
