"""Finding due work, and doing many steps of it at a time.

A sweep claims due rows, hands the calls to threads, and records their answers. Only its own thread
touches the database. Several sweeps may run at once: leases keep them apart. One of them leads: it
waits for what comes next until its budget is used up, and then enqueues a successor. A commit, such
as a press or a callback, and the end of a call wake it at once.
"""

from __future__ import annotations

import logging
import math
import time
import uuid
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Min
from django.utils import timezone

from generator import changes, taskqueue
from generator.models import Job, Twin
from generator.models.querysets import LONGEST_WAIT
from generator.services import bulk, connections, holds
from generator.services.connections import Connection
from generator.worker import db_retry, heartbeat, leases, polls, results, submits, twins

log = logging.getLogger(__name__)

# For what is due and may not start yet: the breaker or a limit holds it back.
TICK_SECONDS = 0.1
# When a change was not signaled, or the cluster stops, the sweep sees it after this.
SLOWEST_TICK_SECONDS = 0.5
HEARTBEAT_SECONDS = 2
# A sweep that does not stay still waits for what comes due within this time.
LINGER_SECONDS = 70


@dataclass(frozen=True, slots=True)
class Lane:
    """One kind of step. `claim` and `record` run here and get the connection in use; `work` runs in
    one of `slots` threads and gets the job's own."""

    slots: int
    claim: Callable[[int, Connection], list[Any]]
    work: Callable[[Any, Connection], Any]
    record: Callable[[Any, Any, Exception | None, int, Connection], None]


# What is paid for arrives first.
LANES = (
    Lane(16, results.claim, results.fetch, results.record),
    Lane(8, submits.claim, submits.send, submits.record),
    Lane(32, polls.claim, polls.query, polls.record),
)
# Rare, and in no hurry.
TWINS = Lane(2, twins.claim, twins.work, twins.record)


@dataclass(slots=True)
class Step:
    """A claimed job on its way through a lane."""

    lane: Lane
    job: Job | Twin
    connection: Connection
    renewed: float = field(default_factory=time.monotonic)


def run(budget_seconds: float, *, stay: bool = False) -> None:
    """Move everything that is due; the leading sweep continues while its budget lasts.

    With `stay` it does so also when nothing is coming, ready for the next press. Ends with no call
    in progress. Each call has its own deadline, so this returns within the longest of them after
    the budget.
    """
    leader_id = str(uuid.uuid4())
    ends = time.monotonic() + budget_seconds
    with ExitStack() as stack:
        pools = {
            lane: stack.enter_context(ThreadPoolExecutor(lane.slots, thread_name_prefix="sweep"))
            for lane in (*LANES, TWINS)
        }
        steps: dict[Future[Any], Step] = {}
        looked_at = 0.0
        leads = db_retry.retry_on_outage(heartbeat.record, leader_id)
        recorded_at = time.monotonic()
        db_retry.retry_on_outage(_prepare)
        while True:
            mark = changes.mark()
            over = time.monotonic() >= ends or taskqueue.stopping()
            has_more = False
            if not over:
                db_retry.retry_on_outage(_start_due, pools, steps)
                if leads and time.monotonic() - looked_at > twins.LOOK_SECONDS:
                    db_retry.retry_on_outage(_start_twins, pools, steps)
                    looked_at = time.monotonic()
                has_more = leads and db_retry.retry_on_outage(bulk.work)
            recorded = _record_done(steps)
            if not steps and (over or not leads):
                break
            due_in = db_retry.retry_on_outage(_due_in)
            if not (steps or stay or has_more) and due_in > LINGER_SECONDS:
                break
            if not (recorded or has_more):
                changes.wait(mark, min(due_in or TICK_SECONDS, SLOWEST_TICK_SECONDS))
            db_retry.retry_on_outage(_renew, steps)
            if time.monotonic() - recorded_at > HEARTBEAT_SECONDS:
                leads = db_retry.retry_on_outage(heartbeat.record, leader_id)
                recorded_at = time.monotonic()
    heartbeat.release_leadership(leader_id)
    if leads and not taskqueue.stopping() and (stay or _due_in() <= LINGER_SECONDS):
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
        _start(lane, connection, pools, steps)


def _start_twins(pools: dict[Lane, ThreadPoolExecutor], steps: dict[Future[Any], Step]) -> None:
    if Twin.objects.due(timezone.now()).exists():
        _start(TWINS, connections.read(), pools, steps)


def _start(
    lane: Lane,
    connection: Connection,
    pools: dict[Lane, ThreadPoolExecutor],
    steps: dict[Future[Any], Step],
) -> None:
    free = lane.slots - sum(step.lane is lane for step in steps.values())
    for job in lane.claim(free, connection) if free > 0 else ():
        own = connections.of_job(job, connection)
        future = pools[lane].submit(_timed, lane.work, job, own)
        steps[future] = Step(lane, job, connection)
        future.add_done_callback(lambda _future: changes.announce())


def _timed(
    work: Callable[[Any, Connection], Any], job: Job | Twin, connection: Connection
) -> tuple[Any, Exception | None, int]:
    """Run the call in its thread; return its result or its error, and the milliseconds."""
    started = time.monotonic()
    result, error = None, None
    try:
        result = work(job, connection)
    except Exception as raised:
        error = raised
    return result, error, int((time.monotonic() - started) * 1000)


def _record_done(steps: dict[Future[Any], Step]) -> bool:
    """Record the calls that ended; return whether any did."""
    done = [future for future in steps if future.done()]
    for future in done:
        step = steps.pop(future)
        result, error, duration_ms = future.result()
        db_retry.retry_on_outage(
            step.lane.record, step.job, result, error, duration_ms, step.connection
        )
    return bool(done)


def _renew(steps: dict[Future[Any], Step]) -> None:
    now = time.monotonic()
    for step in steps.values():
        if now - step.renewed > leases.RENEW_SECONDS:
            leases.renew(step.job)
            step.renewed = now


def _due_in() -> float:
    """Return in how many seconds something comes due: 0 if it is, infinite if nothing will."""
    if bulk.unfinished():
        return 0
    coming = Job.objects.filter(due_at__isnull=False)
    next_due: datetime | None = coming.aggregate(at=Min("due_at"))["at"]
    if next_due is None:
        return math.inf
    ahead = (next_due - timezone.now()).total_seconds()
    return 0 if ahead > LONGEST_WAIT.total_seconds() else max(0.0, ahead)
