"""Transitions of a job, of which one of several competing ones wins."""

from __future__ import annotations

from decimal import Decimal

import pytest

from generator.models import Job, LedgerEntry, User
from generator.services import jobs, usage
from generator.state import Status
from tests.threads import in_threads
from tests.typing import Press

pytestmark = pytest.mark.both_databases(
    "models.jobs", "models.usage", "services.jobs", "services.usage"
)


@pytest.mark.django_db
def test_cancel_before_the_submit_costs_nothing_and_is_final(press: Press, member: User) -> None:
    job = press().jobs.get()
    assert jobs.cancel(job, member)
    job.refresh_from_db()
    assert job.status == Status.CANCELED
    assert job.ledger.get(kind=LedgerEntry.Kind.SETTLED).credits == 0
    assert not jobs.cancel(job, member)


@pytest.mark.django_db
def test_cancel_loses_to_an_earlier_submit(press: Press, member: User) -> None:
    stale = press().jobs.get()
    assert Job.objects.get(pk=stale.pk).advance(Status.SUBMITTING)
    assert not jobs.cancel(stale, member)
    assert Job.objects.get(pk=stale.pk).status == Status.SUBMITTING


@pytest.mark.django_db(transaction=True)
def test_one_of_many_workers_wins_a_transition(press: Press) -> None:
    job = press().jobs.get()
    copies = [Job.objects.get(pk=job.pk) for _ in range(20)]
    assert sum(in_threads(lambda copy: copy.advance(Status.SUBMITTING), copies)) == 1
    assert job.events.filter(status=Status.SUBMITTING).count() == 1


@pytest.mark.django_db
def test_first_settlement_of_a_job_stands(press: Press) -> None:
    job = press().jobs.get()
    usage.settle(job, Decimal("0.4"))
    usage.settle(job, Decimal("0.5"))
    assert job.ledger.get(kind=LedgerEntry.Kind.SETTLED).credits == Decimal("0.4")
