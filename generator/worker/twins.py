"""The lane of second tasks (`models.twins`): query one, and copy its images in the same step.

They are rare, so the leading sweep looks for them once a second, and they cost other jobs nothing.
A failed query holds nobody and opens no breaker.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from generator.media import storage
from generator.models import Job, JobEvent, Twin
from generator.models.event_details import EventDetail, encode
from generator.models.twins import INDEXES
from generator.services import connections, usage
from generator.services.connections import Connection
from generator.state import FINAL, Status
from generator.upstream import errors
from generator.upstream.wire import Phase, TaskState
from generator.worker import backoff, leases, polls, results, submits
from generator.worker.results import StoredFile

log = logging.getLogger(__name__)

LOOK_SECONDS = 1


@dataclass(slots=True)
class Answer:
    """What the image service says of the task, and its images by index; `error` if one of them
    could not be copied."""

    task: TaskState
    files: dict[int, StoredFile] = field(default_factory=dict)
    error: Exception | None = None


def claim(limit: int, connection: Connection) -> list[Twin]:
    """Claim up to `limit` second tasks that are due."""
    due = Twin.objects.due(timezone.now())
    return leases.acquire(due.select_related("job__batch"), limit) if due.exists() else []


def work(twin: Twin, connection: Connection) -> Answer:
    """Query the task and copy its images. Runs in a thread and touches no database.

    Raise an `UpstreamError` of the query.
    """
    answer = Answer(connections.client(connection).query(twin.task_id))
    ends = monotonic() + settings.GEMPIX_DOWNLOAD_TIMEOUT_SECONDS
    for index, source in enumerate(answer.task.images, twin.number * INDEXES):
        try:
            answer.files[index] = results.fetch_one(twin.job, index, source, ends)
        except Exception as error:
            answer.error = error
    return answer


def record(
    twin: Twin,
    answer: Answer | None,
    error: Exception | None,
    duration_ms: int,
    connection: Connection,
) -> None:
    """Commit the charge and the images, or when to look again."""
    if answer is None:
        _record_failure(twin, error)
    elif twin.job.task_id is None and twin.job.status not in FINAL:
        _give_to_job(twin)
    elif answer.task.phase in (Phase.SUCCESS, Phase.FAILED):
        _record_end(twin, answer)
    elif twin.age > timedelta(seconds=settings.GEMPIX_STALLED_SECONDS):
        _move(twin, Status.STALLED, upstream_status=answer.task.raw_status[:64])
    else:
        _wait(twin, upstream_status=answer.task.raw_status[:64] or "unknown")


def _give_to_job(twin: Twin) -> None:
    """Let the job have it as its own task if it waits for one; ask again later if it may not yet,
    since it is being sent or on hold."""
    job = twin.job
    if job.status not in (Status.QUEUED, Status.UNCONFIRMED):
        _wait(twin)
        return
    with transaction.atomic():
        Twin.objects.filter(pk=twin.pk).delete()
        submits.accept(job, twin.task_id, detail=encode(EventDetail.CONFIRMED_BY_REPORT))


def _record_end(twin: Twin, answer: Answer) -> None:
    task, job = answer.task, twin.job
    stored = set(job.images.filter(index__in=answer.files).values_list("index", flat=True))
    files = {index: file for index, file in answer.files.items() if index not in stored}
    status = _end_of(answer)
    lasts = status is Status.UNFETCHED
    wait = polls.fetch_wait(twin) if lasts else None
    fields = {
        "upstream_status": task.raw_status[:64],
        "consumed_credits": task.consumed,
        "reason": answer.error.sentence
        if isinstance(answer.error, errors.UpstreamError | storage.StorageError)
        else str(answer.error or task.reason),
    }
    try:
        with transaction.atomic():
            if not _move(twin, status, wait, failures=twin.failures + lasts, **fields):
                return
            results.create_images(job, files)
            usage.settle(job, task.consumed, twin_task_id=twin.task_id)
            Job.objects.filter(pk=job.pk).update(version=F("version") + 1)
            if status == twin.status:
                return
            job.note(
                JobEvent.Kind.CALLBACK,
                encode(
                    EventDetail.TWIN_ENDED,
                    task=twin.task_id,
                    status=status.value,
                    images=len(stored) + len(files),
                    credits="?" if task.consumed is None else str(task.consumed.normalize()),
                ),
            )
    except IntegrityError:
        log.info("%s was stored by another worker", twin)


def _end_of(answer: Answer) -> Status:
    if answer.task.phase is Phase.FAILED:
        return Status.FAILED
    if not answer.task.images:
        return Status.NO_IMAGE
    return Status.UNFETCHED if answer.error else Status.SUCCEEDED


def _record_failure(twin: Twin, error: Exception | None) -> None:
    """Look again later. A task that was never confirmed and is not known is not one."""
    if not isinstance(error, errors.UpstreamError):
        log.error("query of %s failed", twin, exc_info=error)
        error = errors.Transient(detail=type(error).__name__)
    unknown = isinstance(error, errors.TaskNotFound)
    if not unknown or twin.failures + 1 < polls.MAX_HINT_FAILURES:
        _wait(twin, error.retry_after_seconds, reason=error.sentence)
    elif twin.upstream_status:
        _move(twin, Status.LOST, reason=error.sentence)
    else:
        with transaction.atomic():
            Twin.objects.filter(pk=twin.pk).delete()
            twin.job.note(JobEvent.Kind.CALLBACK, encode(EventDetail.UNKNOWN_TASK_REPORTED))


def _wait(twin: Twin, seconds: float | None = None, **fields: object) -> None:
    wait = seconds or backoff.seconds(twin.failures, first=1, most=300)
    leases.release(twin, wait, failures=min(twin.failures + 1, 1000), **fields)


def _move(twin: Twin, to: Status, wait_seconds: float | None = None, **fields: object) -> bool:
    return leases.release(twin, wait_seconds, status=to, **fields)
