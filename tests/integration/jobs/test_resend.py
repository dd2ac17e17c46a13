"""Resending a job: on purpose, once a press, and linked; the old job stays as it is."""

from __future__ import annotations

import pytest
from django.test import Client

from generator.models import (
    Batch,
    Job,
    User,
)
from generator.sandbox.server import Sandbox
from generator.services import jobs, uploads
from generator.state import Status
from tests.forms import GEMINI, compose_form, png_file
from tests.typing import Press, Work

pytestmark = pytest.mark.django_db


def test_unclear_job_is_resent_as_a_linked_batch(
    sandbox: Sandbox, client: Client, press: Press, work: Work
) -> None:
    url = "https://example.org/a.png"
    old = press("a red fox [html-502]", image_urls=[url]).jobs.get()
    work(lambda: Job.objects.get(pk=old.pk).status == Status.UNCONFIRMED)
    page = client.get(f"/jobs/{old.pk}/").content.decode()
    assert "may already have been charged" in page
    for _ in range(3):
        answer = client.post(f"/jobs/{old.pk}/resend/", {"form_token": "one-press"})
    (resent,) = Batch.objects.filter(again_for=old)
    assert answer["Location"] == f"/batches/{resent.pk}/"
    assert resent.jobs.count() == 1
    assert [reference.url for reference in resent.references.all()] == [url]
    assert Job.objects.get(pk=old.pk).status == Status.UNCONFIRMED
    assert str(resent.pk) in client.get(f"/jobs/{old.pk}/").content.decode()
    assert str(old.pk) in client.get(f"/batches/{resent.pk}/").content.decode()


def test_active_or_successful_job_cannot_be_resent(client: Client, press: Press) -> None:
    job = press().jobs.get()
    for status in (Status.QUEUED, Status.RUNNING, Status.SUCCEEDED):
        Job.objects.filter(pk=job.pk).update(status=status)
        client.post(f"/jobs/{job.pk}/resend/", {"form_token": "t"})
        assert Batch.objects.count() == 1, status


def test_resend_needs_a_valid_token(client: Client, press: Press) -> None:
    job = press().jobs.get()
    Job.objects.filter(pk=job.pk).update(status=Status.FAILED)
    for token in ("", "x" * 65, "nul\x00"):
        client.post(f"/jobs/{job.pk}/resend/", {"form_token": token})
        assert Batch.objects.count() == 1, token


def test_resend_keeps_references_and_options(client: Client, member: User) -> None:
    upload = uploads.store(member, png_file())
    fields = compose_form(
        image_urls=[f"upload:{upload.pk}"], model=GEMINI, aspect_ratio="4:3", private="on"
    )
    client.post("/batches/", fields)
    job = Job.objects.get()
    Job.objects.update(status=Status.FAILED)
    job.refresh_from_db()
    resent = jobs.resend(job, member, "t-9")
    assert resent is not None
    assert [reference.upload for reference in resent.references.all()] == [upload]
    assert (resent.aspect_ratio, resent.private, resent.count) == ("4:3", True, 1)
