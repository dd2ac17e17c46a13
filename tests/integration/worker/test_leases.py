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


def test_one_of_many_workers_acquires_a_job(job: Job) -> None:
    copies = [Job.objects.get(pk=job.pk) for _ in range(20)]
    assert sorted(in_threads(leases.acquire, copies)) == [False] * 19 + [True]
    assert not Job.objects.due(timezone.now()).exists()


def test_lease_of_a_dead_worker_runs_out(job: Job) -> None:
    assert leases.acquire(job)
    after = timezone.now() + timedelta(seconds=leases.LEASE_SECONDS + 1)
    assert [due.pk for due in Job.objects.due(after)] == [job.pk]


def test_callback_during_a_lease_is_not_lost(job: Job) -> None:
    assert leases.acquire(job)
    called_at = timezone.now()
    Job.objects.filter(pk=job.pk).update(due_at=called_at)
    leases.renew(job)
    assert not leases.release(job, 600, failures=3)
    row = Job.objects.get(pk=job.pk)
    assert (row.due_at, row.failures) == (called_at, 0)
