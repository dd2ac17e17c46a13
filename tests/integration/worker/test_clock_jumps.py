"""A clock that jumps, and an upstream that is away with a hundred open jobs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from generator import state
from generator.models import Batch, Job
from generator.sandbox.server import Sandbox
from generator.services import breaker, jobs, sweep
from generator.state import Status
from tests import promises

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

JUMPS = [timedelta(hours=1), timedelta(days=1), timedelta(hours=-1), timedelta(days=-1)]


def counts() -> Counter[str]:
    return Counter(Job.objects.values_list("status", flat=True))


def press_hundred(press: Callable[..., Batch], words: str = "") -> None:
    for number, count in enumerate([8] * 12 + [4]):
        press(f"one of a hundred, {number} {words}", count=count)


@pytest.fixture
def jump(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Set the studio's clock by so much from now on."""
    now = timezone.now
    return lambda by: monkeypatch.setattr(timezone, "now", lambda: now() + by)


@pytest.mark.parametrize("by", JUMPS, ids=str)
def test_clock_that_jumps_ends_no_job(
    by: timedelta,
    sandbox: Sandbox,
    press: Callable[..., Batch],
    work: Callable[..., None],
    jump: Callable[[timedelta], None],
    settings: Any,
) -> None:
    settings.GEMPIX_POLL_MIN_SECONDS = settings.GEMPIX_POLL_MAX_SECONDS = 0.5
    press("drawn while it jumps [slow:2]", count=4)
    work(lambda: counts() == {Status.RUNNING: 4})
    press("pressed before it jumps", count=4)
    jump(by)
    work(lambda: counts() == {Status.SUCCEEDED: 8})
    assert sandbox.submits == 8
    assert promises.broken(sandbox.by_prompt) == []


def test_job_that_a_jump_has_parked_is_completed_by_a_second_look(
    sandbox: Sandbox,
    press: Callable[..., Batch],
    work: Callable[..., None],
    jump: Callable[[timedelta], None],
    member: Any,
) -> None:
    job = press("looked at often [slow:6]").jobs.get()
    work(lambda: Job.objects.get(pk=job.pk).polls >= 6)
    jump(timedelta(hours=1))
    work(lambda: Job.objects.get(pk=job.pk).polls >= 7)
    assert counts() == {Status.RUNNING: 1}
    work(lambda: counts() == {Status.STALLED: 1})
    job.refresh_from_db()
    assert jobs.recheck(job, member)
    work(lambda: counts() == {Status.SUCCEEDED: 1})
    assert promises.broken(sandbox.by_prompt) == []


def test_upstream_that_is_away_with_a_hundred_open_jobs_loses_none(
    sandbox: Sandbox,
    press: Callable[..., Batch],
    work: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("generator.services.backoff.jittered", lambda seconds: min(seconds, 0.5))
    monkeypatch.setattr(breaker, "PROBE_SECONDS", 0.5)
    monkeypatch.setattr(breaker, "RECOVERY_SECONDS", 1)
    press_hundred(press, "[slow:3]")
    work(lambda: sandbox.accepted >= 20, seconds=60)
    sandbox.configure(down=True)
    sweep.run(1)
    asked = sandbox.queries + sandbox.submits
    sweep.run(5)
    # One probe each half second, where a hundred jobs would ask each half second.
    assert sandbox.queries + sandbox.submits - asked < 60
    sandbox.configure(down=False)
    work(lambda: not Job.objects.filter(status__in=state.ACTIVE).exists(), seconds=120)
    unclear = counts()[Status.UNCONFIRMED]
    # What was just being sent when it went away, and the probes before the pause.
    assert unclear <= 8
    assert counts()[Status.SUCCEEDED] == 100 - unclear
    assert promises.broken(sandbox.by_prompt) == []
