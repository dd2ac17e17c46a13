"""What the pages of a job and its batch say."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from generator.models import Job, User
from generator.state import STATES, Status
from tests.typing import LogIn, Press

pytestmark = pytest.mark.django_db


def test_page_shows_the_submission_without_the_callback_token(
    client: Client, press: Press, settings: Any
) -> None:
    settings.GEMPIX_PUBLIC_URL = "https://studio.example.org"
    job = press("a red fox", image_urls=["https://example.org/a.png"]).jobs.get()
    page = client.get(f"/jobs/{job.pk}/").content.decode()
    assert "https://example.org/a.png" in page
    assert "/callbacks/" in page
    assert job.callback_token not in page


def test_page_shows_the_whole_prompt_and_opens_what_needs_attention(
    client: Client, press: Press
) -> None:
    batch = press("a fox " * 300 + "at last", count=2)
    first, second = batch.jobs.order_by("index")
    heading = client.get(f"/jobs/{first.pk}/").content.decode().split("</h1>")[0]
    assert heading.endswith("at last")
    Job.objects.filter(pk=first.pk).update(status="failed", ended_at=timezone.now())
    assert client.get(f"/batches/{batch.pk}/").content.decode().count("data-open") == 1
    Job.objects.filter(pk=second.pk).update(status="unconfirmed")
    assert client.get(f"/batches/{batch.pk}/").content.decode().count("data-open") == 1
    Job.objects.filter(pk=second.pk).update(status="succeeded", ended_at=timezone.now())
    page = client.get(f"/batches/{batch.pk}/").content.decode()
    assert "data-open" not in page


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        ("lost", "You can check again."),
        ("stalled", "Check again, and the image is copied"),
        ("no_image", "Try rewording the prompt."),
    ],
)
def test_card_advises_only_who_may_follow(
    client: Client, press: Press, viewer: User, login: LogIn, status: str, advice: str
) -> None:
    job = press().jobs.get()
    ended_at = timezone.now() if status == "no_image" else None
    Job.objects.filter(pk=job.pk).update(status=status, ended_at=ended_at)
    assert advice in client.get(f"/jobs/{job.pk}/").content.decode()
    page = login(viewer).get(f"/jobs/{job.pk}/").content.decode()
    assert str(STATES[Status(status)].sentence) in page
    assert advice not in page
