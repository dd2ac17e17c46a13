"""Leases: one worker has a due job at a time, and a callback that comes meanwhile counts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from generator.models import Job
from generator.worker import leases
from tests.threads import in_threads
from tests.typing import Press

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.both_databases("worker.leases"),
]


@pytest.fixture
def job(press: Press) -> Job:
    return press().jobs.get()


def test_each_job_goes_to_one_of_many_workers(press: Press) -> None:
    wanted = {job.pk for _ in range(3) for job in press(count=4).jobs.all()}
    acquired = in_threads(
        lambda limit: leases.acquire(Job.objects.due(timezone.now()), limit), [5] * 8
    )
    keys = [job.pk for jobs in acquired for job in jobs]
    assert len(keys) == len(set(keys))
    # On PostgreSQL a worker passes over rows that another one is acquiring just then.
    keys += [job.pk for job in leases.acquire(Job.objects.due(timezone.now()), 12)]
    assert sorted(keys) == sorted(wanted)
    assert not Job.objects.due(timezone.now()).exists()


def test_lease_of_a_dead_worker_runs_out(job: Job) -> None:
    assert leases.acquire(Job.objects.due(timezone.now()), 1) == [job]
    after = timezone.now() + timedelta(seconds=leases.LEASE_SECONDS + 1)
    assert [due.pk for due in Job.objects.due(after)] == [job.pk]


def test_callback_during_a_lease_is_not_lost(job: Job) -> None:
    (job,) = leases.acquire(Job.objects.due(timezone.now()), 1)
    called_at = timezone.now()
    Job.objects.filter(pk=job.pk).update(due_at=called_at)
    leases.renew(job)
    assert not leases.release(job, 600, failures=3)
    row = Job.objects.get(pk=job.pk)
    assert (row.due_at, row.failures) == (called_at, 0)
