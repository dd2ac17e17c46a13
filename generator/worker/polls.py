"""Polling upstream tasks: claim what is due, query in threads, record the answers.

A failed query never fails a job. The same step serves the running job, the image whose file needs a
fresh URL, and the hint of a callback for a job that has no task id yet.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from generator.models import Job, JobEvent, Twin
from generator.models.event_details import EventDetail, encode, encode_error
from generator.services import connections, holds, usage
from generator.services.connections import Connection
from generator.state import Status
from generator.upstream import errors
from generator.upstream.wire import Phase, TaskState
from generator.worker import backoff, breaker, leases, opinions, rhythm, submits

log = logging.getLogger(__name__)

# Whatever the clock says, a job is not declared lost before this many queries.
MIN_POLLS = 5
# This many queries take about a minute and a half, several times what an image usually needs.
MIN_POLLS_TO_STALL = 8
# A task that is refused to a good key is looked at so rarely.
REFUSED_FIRST_SECONDS, REFUSED_MOST_SECONDS = 60, 900
# A hint that the upstream does not know is dropped after this many queries (about a minute).
MAX_HINT_FAILURES = 6
# Automatic attempts to copy a file (about three hours); after them a member has to act.
MAX_FETCH_FAILURES = 16


def claim(limit: int, connection: Connection) -> list[Job]:
    """Claim up to `limit` jobs whose task should be queried now; the breaker may allow fewer."""
    due = Job.objects.due(timezone.now())
    due.filter(status=Status.UNCONFIRMED, callback_task_id="").order_by().update(due_at=None)
    with_task = due.filter(status__in=[Status.RUNNING, Status.UNFETCHED])
    with_hint = due.filter(status__in=[Status.QUEUED, Status.UNCONFIRMED]).exclude(
        callback_task_id=""
    )
    jobs = with_task | with_hint
    if not jobs.exists():
        return []
    allowed = breaker.query_limit(holds.read(), limit)
    return leases.acquire(jobs.select_related("batch"), allowed) if allowed else []


def query(job: Job, connection: Connection) -> TaskState:
    """Query the task. Runs in a thread and touches no database. Raise an `UpstreamError`."""
    client = connections.client(connection)
    call = partial(client.query, job.task_id or job.callback_task_id)
    return opinions.checked(client, Decimal(0), errors.TaskRefused, call)


def record(
    job: Job,
    task: TaskState | None,
    error: Exception | None,
    duration_ms: int,
    connection: Connection,
) -> None:
    """Commit the answer to a query. Only the upstream in use counts for the breaker."""
    if job.sandbox == connection.sandbox:
        breaker.record_query(error)
    if task is not None:
        if job.task_id is None and not submits.accept(
            job, job.callback_task_id, detail=encode(EventDetail.CONFIRMED_BY_REPORT)
        ):
            _drop_hint(job, EventDetail.FOREIGN_TASK_REPORTED)
            return
        _record_task(job, task, duration_ms)
    elif isinstance(error, errors.TaskNotFound):
        _record_not_found(job)
    elif isinstance(error, errors.TaskRefused) and job.task_id is None:
        _record_false_hint(job)
    else:
        _record_failure(job, error, duration_ms)


def _record_task(job: Job, task: TaskState, duration_ms: int) -> None:
    fields = {
        "upstream_status": task.raw_status[:64],
        "words": task.words,
        "consumed_credits": task.consumed,
        # A fresh URL is not a copied file: failed copies in a row keep counting.
        "failures": job.failures if job.status == Status.UNFETCHED else 0,
        "polls": job.polls + 1,
        "reason": "",
    }
    if task.phase is Phase.SUCCESS and task.images:
        urls = [url for url in task.images if not url.startswith("data:")]
        _end(job, Status.STORING, duration_ms, **fields | {"result_urls": urls})
    elif job.status == Status.UNFETCHED:
        leases.release(job, fetch_wait(job), failures=job.failures + 1)
    elif task.phase is Phase.SUCCESS:
        _end(job, Status.NO_IMAGE, duration_ms, **fields)
    elif task.phase is Phase.FAILED:
        _end(job, Status.FAILED, duration_ms, **fields | {"reason": task.reason})
    else:
        _record_waiting(job, task)


def _end(job: Job, to: Status, duration_ms: int, **fields: Any) -> None:
    """Commit the upstream's final answer: the status and the cost, in one step."""
    due = 0 if to is Status.STORING else None
    with transaction.atomic():
        if job.advance(to, due_in_seconds=due, duration_ms=duration_ms, **fields):
            usage.settle(job, job.consumed_credits)


def _record_waiting(job: Job, task: TaskState) -> None:
    if _overdue(job):
        return
    if task.phase is Phase.UNKNOWN and task.raw_status != job.upstream_status:
        log.warning("unknown upstream status %r: waiting", task.raw_status[:64])
    news: dict[str, Any] = {"reason": ""} if job.reason else {}
    if task.raw_status[:64] != job.upstream_status:
        status = encode(EventDetail.UPSTREAM_STATUS, status=task.raw_status[:64])
        job.note(JobEvent.Kind.QUERY, status)
        news["upstream_status"] = task.raw_status[:64]
    if news:
        news["version"] = F("version") + 1
    leases.release(job, rhythm.next_wait(job), polls=job.polls + 1, failures=0, **news)


def _record_not_found(job: Job) -> None:
    """Handle a 404: a young task is not indexed yet; an old one is lost, and its id is kept."""
    grace = settings.GEMPIX_NOT_FOUND_GRACE_SECONDS
    if job.task_id is None:
        _record_false_hint(job)
    elif job.status == Status.UNFETCHED:
        leases.release(job, fetch_wait(job), failures=job.failures + 1)
    elif job.polls < MIN_POLLS or _age(job).total_seconds() < grace:
        leases.release(job, backoff.jittered(settings.GEMPIX_POLL_MIN_SECONDS), polls=job.polls + 1)
    else:
        job.advance(Status.LOST, http_status=404)


def _record_false_hint(job: Job) -> None:
    failures = job.failures + 1
    if failures < MAX_HINT_FAILURES:
        leases.release(job, backoff.seconds(failures, first=1, most=20), failures=failures)
    else:
        _drop_hint(job, EventDetail.UNKNOWN_TASK_REPORTED)


def _drop_hint(job: Job, why: EventDetail) -> None:
    """Drop a callback's hint; a queued job is then sent, an unconfirmed one stays parked."""
    wait = 0 if job.status == Status.QUEUED else None
    if leases.release(job, wait, failures=0, callback_task_id=""):
        job.note(JobEvent.Kind.CALLBACK, encode(why))


def _record_failure(job: Job, error: Exception | None, duration_ms: int) -> None:
    """Note on the timeline that the query itself failed, and wait longer before the next one."""
    if not isinstance(error, errors.UpstreamError):
        log.error("query of %s failed", job, exc_info=error)
        error = errors.Transient(detail=type(error).__name__)
    if hold := submits.HOLDS.get(type(error)):
        holds.hold(hold, error.detail or error.sentence)
    job.note(
        JobEvent.Kind.QUERY,
        encode_error(error),
        http_status=error.http_status,
        duration_ms=duration_ms,
    )
    if job.status == Status.RUNNING and _overdue(job):
        return
    first, most = settings.GEMPIX_POLL_MIN_SECONDS, max(60, settings.GEMPIX_POLL_MAX_SECONDS)
    news: dict[str, Any] = {}
    if isinstance(error, errors.TaskRefused):
        first, most = REFUSED_FIRST_SECONDS, REFUSED_MOST_SECONDS
        news = {"reason": error.sentence, "version": F("version") + 1}
    wait = error.retry_after_seconds or backoff.seconds(job.failures, first=first, most=most)
    # Failed queries alone never make a member responsible for a file; a failed copy does.
    limit = MAX_FETCH_FAILURES - 2 if job.status == Status.UNFETCHED else 1000
    leases.release(job, wait, failures=min(job.failures + 1, limit), polls=job.polls + 1, **news)


def _overdue(job: Job) -> bool:
    """Park a job whose time is over: it may still be finished, and is then fetched.

    A minimum of queries is required as well, so that a clock set ahead parks no job.
    """
    over = job.deadline_at is not None and timezone.now() > job.deadline_at
    return over and job.polls >= MIN_POLLS_TO_STALL and job.advance(Status.STALLED)


def _age(job: Job) -> timedelta:
    since = max(filter(None, (job.submitted_at, job.entered_at)))
    return timezone.now() - since


def fetch_wait(job: Job | Twin) -> float | None:
    """Return the wait before the next attempt to copy a file; None after the last automatic one."""
    if job.failures + 1 >= MAX_FETCH_FAILURES:
        return None
    return backoff.seconds(job.failures, first=3, most=900)
