"""One press is one batch, whatever is double-clicked, reloaded or replayed."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection

from generator import catalog
from generator.models import Batch, Job, LedgerEntry, User
from generator.services import batches, jobs
from generator.state import Status


@pytest.mark.django_db(transaction=True)
def test_the_same_press_fifty_times_at_once_is_one_batch(member: User) -> None:
    order = batches.Order("a red fox", catalog.offered()[0], 2)

    def press(_number: int) -> tuple[str, bool]:
        try:
            batch, created = batches.create(member, order, "the-one-token")
            return str(batch.pk), created
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as threads:
        answers = list(threads.map(press, range(50)))
    assert len({pk for pk, _created in answers}) == 1
    assert sum(created for _pk, created in answers) == 1
    assert Batch.objects.count() == 1
    assert Job.objects.count() == 2


@pytest.mark.django_db
def test_a_batch_reserves_its_list_price(press: Callable[..., Batch]) -> None:
    batch = press(count=3)
    reserved = LedgerEntry.objects.filter(job__batch=batch, kind=LedgerEntry.Kind.RESERVED)
    assert [entry.credits for entry in reserved] == [Decimal("0.5")] * 3


@pytest.mark.django_db
def test_another_members_press_with_the_same_token_is_his_own(
    press: Callable[..., Batch], colleague: User
) -> None:
    mine = press(form_token="shared")
    his = press(form_token="shared", owner=colleague)
    assert mine.pk != his.pk


@pytest.mark.django_db
def test_cancel_before_the_send_costs_nothing_and_is_final(
    press: Callable[..., Batch], member: User
) -> None:
    job = press().jobs.get()
    assert jobs.cancel(job, member)
    job.refresh_from_db()
    assert job.status == Status.CANCELED
    assert job.ledger.get(kind=LedgerEntry.Kind.SETTLED).credits == 0
    assert not jobs.cancel(job, member)


@pytest.mark.django_db
def test_cancel_loses_against_a_send_that_was_first(
    press: Callable[..., Batch], member: User
) -> None:
    seen = press().jobs.get()
    assert Job.objects.get(pk=seen.pk).advance(Status.SUBMITTING)
    assert not jobs.cancel(seen, member)
    assert Job.objects.get(pk=seen.pk).status == Status.SUBMITTING


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_one_wins_a_step(press: Callable[..., Batch]) -> None:
    job = press().jobs.get()
    readers = [Job.objects.get(pk=job.pk) for _ in range(20)]

    def step(row: Job) -> bool:
        try:
            return row.advance(Status.SUBMITTING)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(step, readers)) == 1
    assert job.events.filter(status=Status.SUBMITTING).count() == 1
