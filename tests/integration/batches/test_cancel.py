"""Canceling a batch, or several regenerated ones from the toast."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from generator.models import Batch, Job, LedgerEntry, Role, User
from generator.state import Status
from tests.forms import HTMX
from tests.member import words
from tests.typing import LogIn, MakeUser, Press

pytestmark = pytest.mark.django_db


def cancel(client: Client, *batches: Batch) -> str:
    """Cancel several batches at once; return the text of the response."""
    fields = {"batch": [str(batch.pk) for batch in batches]}
    response = client.post("/batches/cancel/", fields, headers=HTMX)
    assert response.status_code == 200
    return words(response.content.decode())


def url_of(batch: Batch) -> str:
    return reverse("generator:batch-cancel", args=[batch.pk])


def cancel_one(client: Client, batch: Batch) -> str:
    """Cancel a batch from its page; return the page that follows."""
    return client.post(url_of(batch), follow=True).content.decode()


def test_cancel_of_several_batches_reports_each_outcome(client: Client, press: Press) -> None:
    batches = [press() for _ in range(5)]
    _queued, running, unclear, succeeded, failed = batches
    Job.objects.filter(batch=running).update(status=Status.RUNNING, task_id="ta-1")
    Job.objects.filter(batch=unclear).update(status=Status.UNCONFIRMED)
    Job.objects.filter(batch=succeeded).update(
        status=Status.SUCCEEDED, consumed_credits="0.5", ended_at=timezone.now()
    )
    Job.objects.filter(batch=failed).update(
        status=Status.FAILED, consumed_credits=0, ended_at=timezone.now()
    )
    text = cancel(client, *batches)
    assert "1 image was canceled and is not charged." in text
    assert "1 had already been sent; it continues and will be charged." in text
    assert "1 may have been sent and may be charged." in text
    assert "2 had already ended and cost 0.5 credits." in text
    assert Job.objects.filter(status=Status.CANCELED).count() == 1
    assert "There was nothing left to cancel." in cancel(client, *batches)


def test_cancel_of_a_colleagues_batch_or_of_none_changes_nothing(
    client: Client, press: Press, colleague: User
) -> None:
    response = client.post("/batches/cancel/", {"batch": [str(press(owner=colleague).pk)]})
    assert response.status_code == 403
    assert not Job.objects.filter(status=Status.CANCELED).exists()
    assert "There was nothing left to cancel." in cancel(client)
    assert client.get("/batches/cancel/").status_code == 405


def test_cancel_without_scripts_shows_a_message(client: Client, press: Press) -> None:
    page = client.post("/batches/cancel/", {"batch": [str(press().pk)]}, follow=True)
    assert "1 image was canceled and is not charged." in page.content.decode()


def test_cancel_of_a_batch_leaves_sent_jobs(client: Client, press: Press) -> None:
    batch = press(count=4)
    batch.jobs.get(index=1).advance(Status.SUBMITTING)
    page = cancel_one(client, batch)
    statuses = list(batch.jobs.order_by("index").values_list("status", flat=True))
    canceled = Status.CANCELED
    assert statuses == [canceled, Status.SUBMITTING, canceled, canceled]
    settled = LedgerEntry.objects.filter(kind=LedgerEntry.Kind.SETTLED)
    assert list(settled.values_list("credits", flat=True)) == [Decimal(0)] * 3
    assert "3 images were canceled and are not charged." in page
    assert "1 had already been sent; it continues and will be charged." in page


def test_second_cancel_of_a_batch_changes_nothing(client: Client, press: Press) -> None:
    batch = press(count=2)
    cancel_one(client, batch)
    assert "There was nothing left to cancel." in cancel_one(client, batch)
    assert LedgerEntry.objects.filter(kind=LedgerEntry.Kind.SETTLED).count() == 2


def test_htmx_cancel_returns_every_card_and_a_toast(client: Client, press: Press) -> None:
    text = client.post(url_of(press(count=3)), headers=HTMX).content.decode()
    assert text.count("<article") == 3
    assert 'hx-swap-oob="beforeend:#toasts"' in text


def test_only_the_owner_or_an_admin_cancels_a_batch(
    make_user: MakeUser, login: LogIn, press: Press
) -> None:
    statuses = {
        role: login(make_user(f"a-{role}", role)).post(url_of(press(count=2))).status_code
        for role in (Role.MEMBER, Role.VIEWER, Role.ADMIN)
    }
    assert statuses == {Role.MEMBER: 403, Role.VIEWER: 403, Role.ADMIN: 302}
