"""When the upstream is away, calls shrink to probes, and everything resumes by itself."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from generator import state
from generator.models import FAILURE_THRESHOLD, Gate, Job
from generator.sandbox.server import Sandbox
from generator.services import holds
from generator.state import Status
from generator.upstream import errors
from generator.worker import breaker
from tests import promises
from tests.clock import Clock
from tests.typing import Press

pytestmark = pytest.mark.django_db
both = pytest.mark.both_databases("worker.breaker")


def statuses(jobs: QuerySet[Job] | None = None) -> Counter[str]:
    """Count these jobs, or all, by status."""
    jobs = Job.objects.all() if jobs is None else jobs
    return Counter(jobs.values_list("status", flat=True))


def test_running_jobs_are_queried_by_one_probe_at_a_time(
    sandbox: Sandbox, press: Press, clock: Clock
) -> None:
    sandbox.configure(hold=["a red fox"])
    batch = press(count=8)
    clock.sweep_until(lambda: statuses(batch.jobs.all()) == {Status.RUNNING: 8})
    sandbox.configure(down=True)
    clock.sweep_until(lambda: holds.read().breaker_is_open)
    before = sandbox.queries
    clock.sweep(60, step=5)
    assert 0 < sandbox.queries - before <= 60 / breaker.PROBE_SECONDS + 1
    sandbox.configure(down=False, hold=[])
    clock.sweep_until(lambda: statuses(batch.jobs.all()) == {Status.SUCCEEDED: 8})
    assert sandbox.submits == 8


def test_breaker_opens_for_submits_alone(sandbox: Sandbox, press: Press, clock: Clock) -> None:
    sandbox.configure(hold=["a blue fox"])
    good = press("a blue fox")
    clock.sweep_until(lambda: statuses(good.jobs.all()) == {Status.RUNNING: 1})
    failing = [press("a red fox [html-502]", count=8) for _ in range(3)]
    clock.sweep_until(lambda: holds.read().bad_submits >= FAILURE_THRESHOLD)
    clock.sweep(30, step=5)
    assert sum(statuses(batch.jobs.all())[Status.QUEUED] for batch in failing) >= 10
    sandbox.configure(hold=[])
    clock.sweep_until(lambda: statuses(good.jobs.all()) == {Status.SUCCEEDED: 1})


@both
def test_only_one_worker_gets_the_probe() -> None:
    Gate.objects.create(pk=1, bad_answers=FAILURE_THRESHOLD, probe_at=timezone.now())
    gate = holds.read()
    assert breaker.query_limit(gate, 32) == 1
    assert breaker.query_limit(gate, 32) == 0
    assert breaker.query_limit(holds.read(), 32) == 0


@both
def test_probe_far_in_the_future_is_due() -> None:
    ahead = timezone.now() + timedelta(days=1)
    Gate.objects.create(pk=1, bad_answers=FAILURE_THRESHOLD, probe_at=ahead)
    assert breaker.query_limit(holds.read(), 32) == 1


@both
@pytest.mark.parametrize("error", [None, errors.TaskNotFound(), errors.KeyRefused()])
def test_success_closes_the_breaker(error: Any) -> None:
    Gate.objects.create(pk=1, bad_answers=9)
    breaker.record_query(error)
    gate = holds.read()
    assert gate.bad_answers == 0
    assert gate.recovered_at is not None
    assert breaker.query_limit(gate, 32) == breaker.HALF_OPEN_QUERIES


def test_rate_limit_holds_for_all_submits(sandbox: Sandbox, press: Press, clock: Clock) -> None:
    limited = press("a red fox [429:30]")
    clock.sweep_until(lambda: sandbox.submits == 1)
    other = press("a blue fox")
    clock.sweep(20, step=5)
    assert statuses(other.jobs.all()) == {Status.QUEUED: 1}
    clock.sweep_until(
        lambda: statuses(other.jobs.all()) == statuses(limited.jobs.all()) == {Status.SUCCEEDED: 1}
    )
    assert sandbox.submits == 3


def test_outage_with_a_hundred_open_jobs_loses_none(
    sandbox: Sandbox, press: Press, clock: Clock
) -> None:
    sandbox.configure(hold=["one of a hundred"])
    for number, count in enumerate([8] * 12 + [4]):
        press(f"one of a hundred, {number}", count=count)
    clock.sweep_until(lambda: sandbox.accepted >= 20)
    sandbox.configure(down=True)
    submits = sandbox.submits
    clock.sweep_until(lambda: holds.read().breaker_is_open)
    calls = sandbox.queries + sandbox.submits
    clock.sweep(120, step=5)
    # One probe each ten seconds, where a hundred jobs would ask each half second.
    assert 0 < sandbox.queries + sandbox.submits - calls <= 120 / breaker.PROBE_SECONDS + 1
    assert sandbox.submits - submits <= 8
    sandbox.configure(down=False, hold=[])
    clock.sweep_until(lambda: not Job.objects.filter(status__in=state.ACTIVE).exists())
    # What was being sent when the upstream went away, and the probes before the pause.
    unclear = statuses()[Status.UNCONFIRMED]
    assert 0 < unclear <= 8
    assert statuses()[Status.SUCCEEDED] == 100 - unclear
    assert not holds.read().breaker_is_open
    assert promises.broken(sandbox.by_prompt) == []
