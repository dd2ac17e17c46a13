"""A press creates one batch, however often it is posted."""

from __future__ import annotations

from decimal import Decimal

import pytest

from generator import catalog
from generator.models import Batch, Job, LedgerEntry, User
from generator.services import batches
from tests.threads import in_threads
from tests.typing import Press

pytestmark = pytest.mark.both_databases("models.jobs", "services.batches")


@pytest.mark.django_db(transaction=True)
def test_fifty_presses_at_once_with_one_token_create_one_batch(member: User) -> None:
    request = batches.GenerationRequest("a red fox", catalog.offered()[0], 2)

    def press(_number: int) -> tuple[str, bool]:
        batch, created = batches.create(member, request, "the-one-token")
        return str(batch.pk), created

    results = in_threads(press, range(50), threads=10)
    assert len({pk for pk, _created in results}) == 1
    assert sum(created for _pk, created in results) == 1
    assert Batch.objects.count() == 1
    assert Job.objects.count() == 2


@pytest.mark.django_db
def test_batch_reserves_its_list_price(press: Press) -> None:
    batch = press(count=3)
    reserved = LedgerEntry.objects.filter(job__batch=batch, kind=LedgerEntry.Kind.RESERVED)
    assert [entry.credits for entry in reserved] == [Decimal("0.5")] * 3


@pytest.mark.django_db
def test_token_is_unique_per_member(press: Press, colleague: User) -> None:
    own, foreign = press(form_token="shared"), press(form_token="shared", owner=colleague)
    assert own.pk != foreign.pk
