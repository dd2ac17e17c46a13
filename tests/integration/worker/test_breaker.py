"""When the upstream is ill, calls shrink to probes, and everything resumes by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from generator import state
from generator.models import Batch, Gate, Job
from generator.sandbox.server import Sandbox
from generator.services import breaker, gates, sweep
from generator.state import Status
from generator.upstream import errors

pytestmark = pytest.mark.django_db


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits that a test can afford; their proportions stay."""
    monkeypatch.setattr("generator.services.backoff.jittered", lambda seconds: min(seconds, 0.2))
    monkeypatch.setattr(breaker, "PROBE_SECONDS", 0.5)
    monkeypatch.setattr(breaker, "LONGEST_PAUSE_SECONDS", 2)
    monkeypatch.setattr(breaker, "RECOVERY_SECONDS", 1)


def counts(batch: Batch) -> dict[str, int]:
    found: dict[str, int] = {}
    for status in batch.jobs.values_list("status", flat=True):
        found[status] = found.get(status, 0) + 1
    return found


def test_an_outage_leaves_a_handful_unclear_and_the_rest_goes_on(
    sandbox: Sandbox, press: Callable[..., Batch], work: Callable[..., None], quick: None
) -> None:
    sandbox.configure(down=True)
    batches = [press(count=8) for _ in range(5)]
    sweep.run(4)
    gate = gates.read()
    assert breaker.is_ill(gate)
    unclear = sum(counts(batch).get(Status.UNCONFIRMED, 0) for batch in batches)
    assert unclear <= 8
    assert sandbox.submits <= 8
    sandbox.configure(down=False)
    active = Job.objects.filter(status__in=state.ACTIVE)
    work(lambda: not active.exists(), seconds=40)
    done = Job.objects.filter(status=Status.SUCCEEDED).count()
    assert done == 40 - unclear
    assert not breaker.is_ill(gates.read())


def test_running_jobs_are_asked_for_by_one_probe_at_a_time(
    sandbox: Sandbox, press: Callable[..., Batch], work: Callable[..., None], quick: None
) -> None:
    sandbox.configure(duration_seconds=2)
    batch = press(count=8)
    work(lambda: counts(batch) == {Status.RUNNING: 8})
    sandbox.configure(down=True)
    sweep.run(2)
    before = sandbox.queries
    sweep.run(3)
    assert sandbox.queries - before <= 8
    sandbox.configure(down=False)
    work(lambda: counts(batch) == {Status.SUCCEEDED: 8})
    assert sandbox.submits == 8


def test_submits_alone_can_be_ill(
    sandbox: Sandbox, press: Callable[..., Batch], work: Callable[..., None], quick: None
) -> None:
    well = press("a blue fox [slow:3]")
    work(lambda: counts(well) == {Status.RUNNING: 1})
    sick = [press("a red fox [html-502]", count=8) for _ in range(3)]
    sweep.run(4)
    assert gates.read().bad_submits >= breaker.ILL_AFTER
    assert sum(counts(batch).get(Status.QUEUED, 0) for batch in sick) >= 10
    work(lambda: counts(well) == {Status.SUCCEEDED: 1})


def test_only_one_worker_gets_the_probe() -> None:
    Gate.objects.create(pk=1, bad_answers=breaker.ILL_AFTER, probe_at=timezone.now())
    seen = gates.read()
    assert breaker.query_limit(seen, 32) == 1
    assert breaker.query_limit(seen, 32) == 0
    assert breaker.query_limit(gates.read(), 32) == 0


def test_a_probe_that_a_clock_put_far_ahead_is_due() -> None:
    ahead = timezone.now() + timedelta(days=1)
    Gate.objects.create(pk=1, bad_answers=breaker.ILL_AFTER, probe_at=ahead)
    assert breaker.query_limit(gates.read(), 32) == 1


@pytest.mark.parametrize("error", [None, errors.TaskNotFound(), errors.KeyRefused()])
def test_a_sane_answer_heals(error: Any) -> None:
    Gate.objects.create(pk=1, bad_answers=9)
    breaker.heard_query(error)
    gate = gates.read()
    assert gate.bad_answers == 0
    assert gate.recovered_at is not None
    assert breaker.query_limit(gate, 32) == breaker.GENTLE_QUERIES


def test_a_rate_limit_holds_for_all_submits(
    sandbox: Sandbox, press: Callable[..., Batch], work: Callable[..., None]
) -> None:
    limited = press("a red fox [429:2]")
    work(lambda: sandbox.submits == 1)
    other = press("a blue fox")
    sweep.run(0.5)
    assert counts(other) == {Status.QUEUED: 1}
    work(lambda: counts(other) == counts(limited) == {Status.SUCCEEDED: 1})
    assert sandbox.submits == 3
