"""The circuit breaker: while the upstream fails, calls shrink to probes; then all resumes."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from generator import state
from generator.models import Gate, Job
from generator.sandbox.server import Sandbox
from generator.services import breaker, gates, sweep
from generator.state import Status
from generator.upstream import errors
from tests import promises
from tests.typing import Press, Work

pytestmark = pytest.mark.django_db
both = pytest.mark.both_databases("services.breaker")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits that a test can afford; their proportions stay."""
    monkeypatch.setattr("generator.services.backoff.jittered", lambda seconds: min(seconds, 0.2))
    monkeypatch.setattr(breaker, "PROBE_SECONDS", 0.5)
    monkeypatch.setattr(breaker, "LONGEST_PAUSE_SECONDS", 2)
    monkeypatch.setattr(breaker, "RECOVERY_SECONDS", 1)


def statuses(jobs: QuerySet[Job] | None = None) -> Counter[str]:
    """Count these jobs, or all, by status."""
    jobs = Job.objects.all() if jobs is None else jobs
    return Counter(jobs.values_list("status", flat=True))


def test_running_jobs_are_queried_by_one_probe_at_a_time(
    sandbox: Sandbox, press: Press, work: Work, quick: None
) -> None:
    sandbox.configure(hold=["a red fox"])
    batch = press("a red fox", count=8)
    work(lambda: statuses(batch.jobs.all()) == {Status.RUNNING: 8})
    sandbox.configure(down=True)
    sweep.run(2)
    before = sandbox.queries
    sweep.run(3)
    assert sandbox.queries - before <= 8
    sandbox.configure(down=False, hold=[])
    work(lambda: statuses(batch.jobs.all()) == {Status.SUCCEEDED: 8})
    assert sandbox.submits == 8


def test_breaker_opens_for_submits_alone(
    sandbox: Sandbox, press: Press, work: Work, quick: None
) -> None:
    sandbox.configure(hold=["a blue fox"])
    good = press("a blue fox")
    sandbox.configure(hold=[])
    work(lambda: statuses(good.jobs.all()) == {Status.RUNNING: 1})
    failing = [press("a red fox [html-502]", count=8) for _ in range(3)]
    work(lambda: gates.read().bad_submits >= breaker.ILL_AFTER)
    sweep.run(1)
    assert sum(statuses(batch.jobs.all())[Status.QUEUED] for batch in failing) >= 10
    sandbox.configure(hold=[])
    work(lambda: statuses(good.jobs.all()) == {Status.SUCCEEDED: 1})


@both
def test_only_one_worker_gets_the_probe() -> None:
    Gate.objects.create(pk=1, bad_answers=breaker.ILL_AFTER, probe_at=timezone.now())
    gate = gates.read()
    assert breaker.query_limit(gate, 32) == 1
    assert breaker.query_limit(gate, 32) == 0
    assert breaker.query_limit(gates.read(), 32) == 0


@both
def test_probe_far_in_the_future_is_due() -> None:
    ahead = timezone.now() + timedelta(days=1)
    Gate.objects.create(pk=1, bad_answers=breaker.ILL_AFTER, probe_at=ahead)
    assert breaker.query_limit(gates.read(), 32) == 1


@both
@pytest.mark.parametrize("error", [None, errors.TaskNotFound(), errors.KeyRefused()])
def test_success_closes_the_breaker(error: Any) -> None:
    Gate.objects.create(pk=1, bad_answers=9)
    breaker.heard_query(error)
    gate = gates.read()
    assert gate.bad_answers == 0
    assert gate.recovered_at is not None
    assert breaker.query_limit(gate, 32) == breaker.GENTLE_QUERIES


def test_rate_limit_holds_for_all_submits(sandbox: Sandbox, press: Press, work: Work) -> None:
    limited = press("a red fox [429:2]")
    work(lambda: sandbox.submits == 1)
    other = press("a blue fox")
    sweep.run(0.5)
    assert statuses(other.jobs.all()) == {Status.QUEUED: 1}
    work(
        lambda: statuses(other.jobs.all()) == statuses(limited.jobs.all()) == {Status.SUCCEEDED: 1}
    )
    assert sandbox.submits == 3


def test_outage_with_a_hundred_open_jobs_loses_none(
    sandbox: Sandbox, press: Press, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generator.services.backoff.jittered", lambda seconds: min(seconds, 0.5))
    monkeypatch.setattr(breaker, "PROBE_SECONDS", 0.5)
    monkeypatch.setattr(breaker, "RECOVERY_SECONDS", 1)
    sandbox.configure(hold=["one of a hundred"])
    for number, count in enumerate([8] * 12 + [4]):
        press(f"one of a hundred, {number}", count=count)
    work(lambda: sandbox.accepted >= 20, seconds=60)
    sandbox.configure(down=True)
    submits = sandbox.submits
    sweep.run(1)
    calls = sandbox.queries + sandbox.submits
    sweep.run(3)
    # One probe each half second, where a hundred jobs would ask each half second.
    assert sandbox.queries + sandbox.submits - calls < 30
    assert sandbox.submits - submits <= 8
    assert breaker.is_ill(gates.read())
    sandbox.configure(down=False, hold=[])
    work(lambda: not Job.objects.filter(status__in=state.ACTIVE).exists(), seconds=120)
    # What was being sent when the upstream went away, and the probes before the pause.
    unclear = statuses()[Status.UNCONFIRMED]
    assert unclear <= 8
    assert statuses()[Status.SUCCEEDED] == 100 - unclear
    assert not breaker.is_ill(gates.read())
    assert promises.broken(sandbox.by_prompt) == []
