"""Sending again by hand: knowingly, once a press, and linked; the old job stays as it is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from generator.models import Batch, Job, User
from generator.sandbox.server import Sandbox
from generator.state import Status

pytestmark = pytest.mark.django_db


def test_an_unclear_job_is_sent_again_as_a_linked_one(
    sandbox: Sandbox,
    member: User,
    login: Callable[[User], Client],
    press: Callable[..., Batch],
    work: Callable[..., None],
) -> None:
    url = "https://example.org/a.png"
    old = press("a red fox [html-502]", image_urls=[url]).jobs.get()
    work(lambda: Job.objects.get(pk=old.pk).status == Status.UNCONFIRMED)
    client = login(member)
    page = client.get(f"/jobs/{old.pk}/").content.decode()
    assert "may already be charged" in page
    for _ in range(3):
        answer = client.post(f"/jobs/{old.pk}/again/", {"form_token": "one-press"})
    (again,) = Batch.objects.filter(again_for=old)
    assert answer["Location"] == f"/batches/{again.pk}/"
    assert again.jobs.count() == 1
    assert [reference.url for reference in again.references.all()] == [url]
    assert Job.objects.get(pk=old.pk).status == Status.UNCONFIRMED
    assert str(again.pk) in client.get(f"/jobs/{old.pk}/").content.decode()
    assert str(old.pk) in client.get(f"/batches/{again.pk}/").content.decode()


@pytest.mark.parametrize("status", [Status.QUEUED, Status.RUNNING, Status.SUCCEEDED])
def test_what_goes_on_or_went_well_is_not_sent_again(
    status: Status, member: User, login: Callable[[User], Client], press: Callable[..., Batch]
) -> None:
    job = press().jobs.get()
    Job.objects.filter(pk=job.pk).update(status=status)
    login(member).post(f"/jobs/{job.pk}/again/", {"form_token": "t"})
    assert Batch.objects.count() == 1


@pytest.mark.parametrize("token", ["", "x" * 65, "nul\x00"])
def test_a_press_without_a_usable_token_sends_nothing(
    token: str, member: User, login: Callable[[User], Client], press: Callable[..., Batch]
) -> None:
    job = press().jobs.get()
    Job.objects.filter(pk=job.pk).update(status=Status.FAILED)
    login(member).post(f"/jobs/{job.pk}/again/", {"form_token": token})
    assert Batch.objects.count() == 1


def test_the_page_shows_what_was_sent_without_the_callbacks_token(
    member: User, login: Callable[[User], Client], press: Callable[..., Batch], settings: object
) -> None:
    settings.GEMPIX_PUBLIC_URL = "https://studio.example.org"  # type: ignore[attr-defined]
    job = press("a red fox", image_urls=["https://example.org/a.png"]).jobs.get()
    page = login(member).get(f"/jobs/{job.pk}/").content.decode()
    assert "https://example.org/a.png" in page
    assert "/callbacks/" in page
    assert job.callback_token not in page
