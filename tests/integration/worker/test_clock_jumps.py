"""A clock that jumps ends no job."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from generator.models import Job, User
from generator.sandbox.server import Sandbox
from generator.services import jobs
from generator.state import Status
from tests import promises
from tests.clock import Clock
from tests.typing import Press, Work

pytestmark = pytest.mark.django_db
JUMPS = [timedelta(hours=1), timedelta(days=1), timedelta(hours=-1), timedelta(days=-1)]


def statuses() -> Counter[str]:
    """Count all jobs by status."""
    return Counter(Job.objects.values_list("status", flat=True))


@pytest.fixture
def jump(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Set the studio's clock by so much from now on."""
    now = timezone.now
    return lambda by: monkeypatch.setattr(timezone, "now", lambda: now() + by)


@pytest.mark.parametrize("by", JUMPS, ids=str)
def test_clock_that_jumps_ends_no_job(
    by: timedelta,
    sandbox: Sandbox,
    press: Press,
    work: Work,
    jump: Callable[[timedelta], None],
    settings: Any,
) -> None:
    settings.GEMPIX_POLL_MIN_SECONDS = settings.GEMPIX_POLL_MAX_SECONDS = 0.5
    sandbox.configure(hold=["drawn while it jumps"])
    press("drawn while it jumps", count=4)
    work(lambda: statuses() == {Status.RUNNING: 4})
    press("pressed before it jumps", count=4)
    jump(by)
    sandbox.configure(hold=[])
    work(lambda: statuses() == {Status.SUCCEEDED: 8})
    assert sandbox.submits == 8
    assert promises.broken(sandbox.by_prompt) == []


def test_recheck_completes_a_job_that_a_jump_has_stalled(
    sandbox: Sandbox, press: Press, clock: Clock, member: User
) -> None:
    sandbox.configure(hold=["looked at often"])
    job = press("looked at often").jobs.get()

    def polls() -> int:
        return Job.objects.get(pk=job.pk).polls

    clock.sweep_until(lambda: polls() == 6)
    clock.ahead += 3600
    clock.sweep_until(lambda: polls() == 7)
    assert statuses() == {Status.RUNNING: 1}
    clock.sweep_until(lambda: statuses() == {Status.STALLED: 1})
    sandbox.configure(hold=[])
    job.refresh_from_db()
    assert jobs.recheck(job, member)
    clock.sweep_until(lambda: statuses() == {Status.SUCCEEDED: 1})
    assert promises.broken(sandbox.by_prompt) == []
