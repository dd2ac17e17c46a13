"""The refresh of cards that are still under way."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from generator.models import Batch, Job
from generator.state import Status
from tests.forms import HTMX
from tests.images import add_image
from tests.typing import Press

pytestmark = pytest.mark.django_db


def have(batch: Batch) -> str:
    """Return what a page that shows this batch says it has."""
    versions = ".".join(str(job.version) for job in batch.jobs.order_by("index"))
    return f"{batch.pk.hex}:{versions}"


def test_no_change_is_204(client: Client, press: Press) -> None:
    batch = press(count=4)
    answer = client.get("/live/", {"have": have(batch)}, headers=HTMX)
    assert (answer.status_code, answer.content) == (204, b"")


def test_only_the_changed_card_is_sent(client: Client, press: Press) -> None:
    batch = press(count=4)
    before = have(batch)
    job = batch.jobs.get(index=2)
    job.advance(Status.SUBMITTING)
    text = client.get("/live/", {"have": before}, headers=HTMX).content.decode()
    assert re.findall(r'id="job-([0-9a-f-]{36})"', text) == [str(job.pk)]
    assert "hx-swap-oob" in text


def test_page_of_a_job_is_refreshed(client: Client, press: Press) -> None:
    job = press(count=2).jobs.get(index=0)
    assert client.get("/live/", {"have": f"j{job.pk.hex}:1"}).status_code == 204
    job.advance(Status.SUBMITTING)
    assert client.get("/live/", {"have": f"j{job.pk.hex}:1"}).status_code == 200


def test_invalid_state_is_400(client: Client) -> None:
    zeros = "0" * 32
    for value in ("", "x", zeros, f"{zeros}:", f"{zeros}:1,;DROP", "j:1"):
        assert client.get("/live/", {"have": value}).status_code == 400, value


def test_refresh_of_24_cards_takes_at_most_six_queries(client: Client, press: Press) -> None:
    batches = [press(count=8) for _ in range(3)]
    before = ",".join(have(batch) for batch in batches)
    with CaptureQueriesContext(connection) as without_change:
        assert client.get("/live/", {"have": before}, headers=HTMX).status_code == 204
    Job.objects.update(status=Status.SUCCEEDED, due_at=None, version=5)
    for job in Job.objects.all():
        add_image(job)
    with CaptureQueriesContext(connection) as with_changes:
        answer = client.get("/live/", {"have": before}, headers=HTMX)
    assert answer.content.decode().count("<article") == 24
    assert len(without_change) <= 6
    assert len(with_changes) <= 6
