"""The paid call: claim behind the fence, send in a thread, record the answer.

`queued -> submitting` is committed with the attempt, and on the disk, before the first byte leaves.
A job that is still *submitting* after its lease was sent by a process that died: nobody knows
whether it arrived, so it becomes *unconfirmed*, and never *queued* again.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from decimal import Decimal
from functools import partial

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Prefetch
from django.utils import timezone

from generator.models import Gate, Job, JobEvent, Reference, durability
from generator.models.event_details import TEXTS, EventDetail, encode, encode_error
from generator.services import connections, holds, twins, usage
from generator.services.connections import Connection
from generator.state import Status
from generator.upstream import errors
from generator.upstream.client import Client
from generator.worker import backoff, breaker, opinions, rhythm
from generator.worker.leases import LEASE_SECONDS

log = logging.getLogger(__name__)

# The vendor asks to retry a 500 with backoff; ten attempts take about five minutes.
MAX_ANSWERED_FAILURES = 10

# A refusal that is about one job alone ends it after this many attempts.
MAX_REFUSALS = 3

# Loaded by the claim, since the sending threads touch no database.
SENT_WITH = Prefetch("batch__references", Reference.objects.select_related("upload", "image"))

HOLDS = {errors.KeyRefused: Gate.Hold.KEY, errors.OutOfCredits: Gate.Hold.CREDITS}


def claim(limit: int, connection: Connection) -> list[Job]:
    """Claim up to `limit` jobs to send now over this connection, each with its attempt committed.

    The gate's row is locked meanwhile: all workers together never have more than
    `GEMPIX_MAX_CONCURRENT_SUBMITS` in progress, and none slips through a hold.
    """
    now = timezone.now()
    queued = Job.objects.due(now).filter(status=Status.QUEUED, callback_task_id="")
    if not queued.exists():
        return []
    with durability.on_disk(), transaction.atomic():
        gate = holds.locked()
        if gate.hold:
            for job in queued[:100]:
                job.advance(Status.HELD)
            return []
        in_progress = Job.objects.filter(status=Status.SUBMITTING, due_at__gt=now).count()
        free = min(limit, settings.GEMPIX_MAX_CONCURRENT_SUBMITS - in_progress)
        if free <= 0:
            return []
        queries_due = Job.objects.due(now).filter(status=Status.RUNNING).exists()
        free = breaker.submit_limit(gate, free, queries_due)
        jobs = queued.select_related("batch").prefetch_related(SENT_WITH)[:free]
        return [job for job in jobs if _start(job, connection, probe_first=gate.breaker_is_open)]


def _start(job: Job, connection: Connection, probe_first: bool) -> bool:
    attempt = job.attempts + 1
    if not job.advance(
        Status.SUBMITTING,
        detail=encode(EventDetail.ATTEMPT, number=attempt),
        due_in_seconds=LEASE_SECONDS,
        attempts=attempt,
        sandbox=connection.sandbox,
    ):
        return False
    job.probe_first = probe_first
    return True


def send(job: Job, connection: Connection) -> str:
    """Send the POST and return the task id. Runs in a thread and touches no database.

    While the breaker is open, a free call goes first, and without an answer to it nothing is sent.
    Raise an `UpstreamError`.
    """
    client = connections.client(connection)
    if job.probe_first:
        _probe(client)
    call = partial(client.submit, connections.submission(job))
    return opinions.checked(client, job.price_credits, errors.RefusedAlone, call)


def _probe(client: Client) -> None:
    try:
        client.account()
    except errors.Transient as error:
        # The call is undocumented: any answer below 500 will do.
        if error.http_status is None or error.http_status >= 500:
            raise errors.NotDelivered(error.detail) from error
    except errors.UpstreamError:
        return


def record(
    job: Job,
    task_id: str | None,
    error: Exception | None,
    duration_ms: int,
    connection: Connection,
) -> None:
    """Commit the answer: the task id in one step, or the status that the error leads to."""
    breaker.record_submit(error)
    if task_id is not None:
        accept(job, task_id, duration_ms=duration_ms)
        return
    if not isinstance(error, errors.UpstreamError):
        log.error("submit of %s failed", job, exc_info=error)
        error = errors.Unclear(detail=type(error).__name__)
    job.note(
        JobEvent.Kind.SUBMIT,
        encode_error(error),
        http_status=error.http_status,
        duration_ms=duration_ms,
    )
    if hold := HOLDS.get(type(error)):
        holds.hold(hold, error.detail or error.sentence)
        job.advance(Status.HELD)
    elif _may_resend(job, error):
        wait = error.retry_after_seconds or backoff.seconds(job.failures, first=2, most=60)
        job.advance(
            Status.QUEUED,
            due_in_seconds=wait,
            failures=job.failures + 1,
            reason=error.sentence,
        )
    elif error.delivered is errors.Delivered.MAYBE:
        park(job, error.sentence, encode_error(error, technical=False))
    else:
        with transaction.atomic():
            if job.advance(Status.FAILED, reason=error.sentence):
                usage.settle(job, Decimal(0))
                twins.keep_hint(job)


def _may_resend(job: Job, error: errors.UpstreamError) -> bool:
    if isinstance(error, errors.AnsweredFailed):
        return settings.GEMPIX_RETRY_SUBMIT_500 and job.failures + 1 < MAX_ANSWERED_FAILURES
    if isinstance(error, errors.RefusedAlone) and job.failures + 1 >= MAX_REFUSALS:
        return False
    return error.retry and error.delivered is errors.Delivered.NO


def accept(job: Job, task_id: str, *, detail: str = "", duration_ms: int | None = None) -> bool:
    """Record that the upstream has the task: store its id and start polling.

    Also rescues a job that was parked, or requeued, in the meantime. Return False if another
    process was first; if the id belongs to another job, this one stays unconfirmed.
    """
    for _attempt in range(2):
        try:
            if job.advance(
                Status.RUNNING,
                detail=detail,
                duration_ms=duration_ms,
                due_in_seconds=rhythm.first_wait(job),
                task_id=task_id,
                submitted_at=timezone.now(),
                deadline_at=timezone.now() + timedelta(seconds=settings.GEMPIX_STALLED_SECONDS),
                failures=0,
                reason="",
            ):
                _poll_reported_task(job)
                return True
        except IntegrityError:
            log.error("the upstream gave the task id of another job to %s", job)
            park_as(job, EventDetail.FOREIGN_TASK_ANSWERED)
            return False
        job.refresh_from_db()
        if job.status != Status.UNCONFIRMED:
            break
    if job.task_id not in (None, task_id):
        twins.report(job, task_id)
    return False


def _poll_reported_task(job: Job) -> None:
    """Query the task now if a callback came before this answer; it may have named another one."""
    reported = Job.objects.filter(pk=job.pk, status=job.status).exclude(callback_task_id="")
    if reported.update(due_at=timezone.now()):
        twins.keep_hint(job)


def park_as(job: Job, code: EventDetail) -> None:
    """Park a job for a reason of our own."""
    park(job, str(TEXTS[code]), encode(code))


def park(job: Job, sentence: str, detail: str) -> None:
    """Park a job of which nobody knows whether it arrived.

    It is due once more, for the hint of a callback that may have been written at the same moment;
    without one, `polls.claim` leaves it parked.
    """
    if job.status == Status.SUBMITTING:
        job.advance(Status.UNCONFIRMED, detail=detail, reason=sentence, due_in_seconds=0)


def park_abandoned() -> None:
    """Park the jobs that a dead process left between the fence and the answer."""
    now = timezone.now()
    abandoned = Job.objects.due(now).filter(status=Status.SUBMITTING)[:100]
    for job in abandoned:
        park_as(job, EventDetail.WORKER_STOPPED)
