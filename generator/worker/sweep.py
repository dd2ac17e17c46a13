"""Finding due work, and doing many steps of it at a time.

A sweep claims due rows, hands the calls to threads, and records their answers. Only its own thread
touches the database. Several sweeps may run at once: leases keep them apart. One of them leads: it
waits for what is due next until its budget is used up, and then nudges a successor.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Min
from django.utils import timezone

from generator import taskqueue
from generator.models import Job
from generator.models.querysets import LONGEST_WAIT
from generator.services import bulk, connections, holds
from generator.services.connections import Connection
from generator.worker import db_retry, heartbeat, leases, polls, results, submits

log = logging.getLogger(__name__)

TICK_SECONDS = 0.1
HEARTBEAT_SECONDS = 2
# A leader waits for work that comes due within this time; the queue's schedule starts a sweep for
# the rest.
LINGER_SECONDS = 70


@dataclass(frozen=True, slots=True)
class Lane:
    """One kind of step. `claim` and `record` run here and get the connection in use; `work` runs in
    one of `slots` threads and gets the job's own."""

    slots: int
    claim: Callable[[int, Connection], list[Job]]
    work: Callable[[Job, Connection], Any]
    record: Callable[[Job, Any, Exception | None, int, Connection], None]


LANES = (
    Lane(8, submits.claim, submits.send, submits.record),
    Lane(32, polls.claim, polls.query, polls.record),
    Lane(4, results.claim, results.fetch, results.record),
)


@dataclass(slots=True)
class Step:
    """A claimed job on its way through a lane."""

    lane: Lane
    job: Job
    connection: Connection
    renewed: float = field(default_factory=time.monotonic)


def run(budget_seconds: float) -> None:
    """Move everything that is due; the leading sweep continues while its budget lasts.

    Ends with no call in progress. Each call has its own deadline, so this returns within the
    longest of them after the budget.
    """
    leader_id = str(uuid.uuid4())
    ends = time.monotonic() + budget_seconds
    with ExitStack() as stack:
        pools = {
            lane: stack.enter_context(ThreadPoolExecutor(lane.slots, thread_name_prefix="sweep"))
            for lane in LANES
        }
        steps: dict[Future[Any], Step] = {}
        leads = db_retry.retry_on_outage(heartbeat.record, leader_id)
        recorded_at = time.monotonic()
        db_retry.retry_on_outage(_prepare)
        while True:
            over = time.monotonic() >= ends or taskqueue.stopping()
            if not over:
                db_retry.retry_on_outage(_start_due, pools, steps)
                if leads:
                    db_retry.retry_on_outage(bulk.work)
            if not steps and (over or not (leads and db_retry.retry_on_outage(_due_soon))):
                break
            _finish_done(steps)
            db_retry.retry_on_outage(_renew, steps)
            if time.monotonic() - recorded_at > HEARTBEAT_SECONDS:
                leads = db_retry.retry_on_outage(heartbeat.record, leader_id)
                recorded_at = time.monotonic()
    heartbeat.release_leadership(leader_id)
    if leads and not taskqueue.stopping() and _due_soon():
        taskqueue.nudge()


def _prepare() -> None:
    """Bring hold and abandoned jobs up to date."""
    holds.release_for_new_key()
    submits.park_abandoned()


def _start_due(pools: dict[Lane, ThreadPoolExecutor], steps: dict[Future[Any], Step]) -> None:
    """Claim what is due, as far as threads are free."""
    if not Job.objects.due(timezone.now()).exists():
        return
    submits.park_abandoned()
    connection = connections.read()
    for lane in LANES:
        free = lane.slots - sum(step.lane is lane for step in steps.values())
        for job in lane.claim(free, connection) if free > 0 else ():
            own = connections.of_job(job, connection)
            future = pools[lane].submit(_timed, lane.work, job, own)
            steps[future] = Step(lane, job, connection)


def _timed(
    work: Callable[[Job, Connection], Any], job: Job, connection: Connection
) -> tuple[Any, Exception | None, int]:
    """Run the call in its thread; return its result or its error, and the milliseconds."""
    started = time.monotonic()
    result, error = None, None
    try:
        result = work(job, connection)
    except Exception as raised:
        error = raised
    return result, error, int((time.monotonic() - started) * 1000)


def _finish_done(steps: dict[Future[Any], Step]) -> None:
    """Wait a tick for calls to end, and record those that did."""
    if not steps:
        time.sleep(TICK_SECONDS)
        return
    done, _ = wait(steps, timeout=TICK_SECONDS, return_when=FIRST_COMPLETED)
    for future in done:
        step = steps.pop(future)
        result, error, duration_ms = future.result()
        db_retry.retry_on_outage(
            step.lane.record, step.job, result, error, duration_ms, step.connection
        )


def _renew(steps: dict[Future[Any], Step]) -> None:
    now = time.monotonic()
    for step in steps.values():
        if now - step.renewed > leases.RENEW_SECONDS:
            leases.renew(step.job)
            step.renewed = now


def _due_soon() -> bool:
    """Return whether anything comes due while a leader would wait for it."""
    if bulk.unfinished():
        return True
    coming = Job.objects.filter(due_at__isnull=False)
    next_due: datetime | None = coming.aggregate(at=Min("due_at"))["at"]
    if next_due is None:
        return False
    ahead = (next_due - timezone.now()).total_seconds()
    return ahead < LINGER_SECONDS or ahead > LONGEST_WAIT.total_seconds()
