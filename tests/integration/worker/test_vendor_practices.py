"""The practices that a good client of the image service keeps, one test each.

The vendor's own list is not in our documents; this is our reading of it.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from gempix_site import settings as product
from generator.models import Batch, Image, Job, User
from generator.services import connections
from generator.services.connections import Connection
from generator.state import Status
from generator.upstream.errors import InvalidSubmission
from generator.upstream.wire import Submission
from generator.worker import backoff, polls, submits
from tests.forms import compose_form
from tests.integration.faults.conftest import stage as stage
from tests.integration.faults.fake_upstream import KEY, WELL
from tests.integration.faults.stage import DONE, End, Stage
from tests.typing import LogIn
from tests.unit.upstream.tables.rows import IMAGE, says, task

pytestmark = pytest.mark.django_db
REAL_JITTER = backoff.jittered
PENDING = [*says(200, task("pending")), "again"]
BUSY = says(500, '{"code":1,"message":"internal error"}')


@pytest.fixture
def real_waits(stage: Stage, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The waits of the product, which the stage shortens."""
    monkeypatch.setattr(backoff, "jittered", REAL_JITTER)
    for name in ("POLL_FIRST_SECONDS", "POLL_MIN_SECONDS", "POLL_MAX_SECONDS"):
        setattr(settings, f"GEMPIX_{name}", getattr(product, f"GEMPIX_{name}"))


def take_step(lane: Any, work: Callable[[Job, Connection], Any], job: Job) -> float:
    """Make one claimed call and record it; return the seconds until the job is due again."""
    Job.objects.filter(pk=job.pk).update(due_at=timezone.now())
    connection = connections.read()
    (claimed,) = lane.claim(1, connection)
    result, error = None, None
    try:
        result = work(claimed, connection)
    except Exception as raised:
        error = raised
    before = timezone.now()
    lane.record(claimed, result, error, 0, connection)
    due_at = Job.objects.values_list("due_at", flat=True).get(pk=job.pk)
    assert due_at is not None
    return float((due_at - before).total_seconds())


def test_1_the_key_stays_secret(
    stage: Stage, login: LogIn, owner: User, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    echo = json.dumps({"code": 1, "message": f"Invalid API key: Bearer {KEY}"})
    stage.opens(says(401, echo), says(401, echo), WELL)
    batch = stage.presses().batch
    stage.comes_to(End(Status.HELD, "KeyRefused", hold="key"))
    pages = ["/", "/settings/", "/history/", batch.get_absolute_url()]
    pages.append(stage.job.get_absolute_url())
    for path in pages:
        answer = login(owner).get(path)
        assert answer.status_code == 200
        assert KEY not in answer.content.decode()
    stage.goes_on()
    stage.keeps_the_key()  # in the header of the API's calls, and not at the host of the results
    assert KEY not in caplog.text


def test_2_the_task_id_is_stored_in_the_same_step_as_the_answer(stage: Stage) -> None:
    stage.opens(WELL)
    stage.presses()
    upstream = connections.read()
    (claimed,) = submits.claim(1, upstream)
    task_id = submits.send(claimed, upstream)
    with CaptureQueriesContext(connection) as queries:
        submits.record(claimed, task_id, None, 5, upstream)
    statements = [query["sql"].partition(" WHERE ")[0] for query in queries]
    changes = [sql for sql in statements if sql.startswith('UPDATE "generator_job"')]
    changes = [sql for sql in changes if '"status" = ' in sql or '"task_id" = ' in sql]
    assert len(changes) == 1
    assert task_id in changes[0]
    assert (stage.job.status, stage.job.task_id) == (Status.RUNNING, task_id)


def test_2_an_answer_that_was_not_stored_is_never_taken_for_none(stage: Stage) -> None:
    stage.opens(WELL)
    job = stage.presses()
    connection = connections.read()
    submits.send(submits.claim(1, connection)[0], connection)  # and the worker dies here
    Job.objects.filter(pk=job.pk).update(due_at=timezone.now())
    stage.comes_to(End(Status.UNCONFIRMED))
    stage.goes_on()


@pytest.mark.usefixtures("real_waits")
def test_3_the_first_look_comes_after_5_s_then_3_s_growing_to_20_s_with_jitter(
    stage: Stage,
) -> None:
    stage.opens(WELL, PENDING)
    job = stage.presses()
    waits = [take_step(submits, submits.send, job)]
    waits += [take_step(polls, polls.query, job) for _ in range(8)]
    least = [5, 3, 4.5, 6.75, 10.125, 15.1875, 20, 20, 20]
    for wait, wanted in zip(waits, least, strict=True):
        assert wanted <= wait <= wanted * 1.1 + 0.5, waits
    drawn = {backoff.poll_seconds(0, least=3, most=20) for _ in range(50)}
    assert len(drawn) > 40
    assert 3 <= min(drawn) < max(drawn) <= 3.3


@pytest.mark.usefixtures("real_waits")
def test_4_callbacks_are_preferred_and_verified_by_a_query(stage: Stage, settings: Any) -> None:
    settings.GEMPIX_PUBLIC_URL = "https://studio.example.org"
    settings.GEMPIX_POLL_FIRST_SECONDS = 600  # the callback alone makes it look
    vendor = stage.opens(WELL)
    job = stage.presses()
    stage.until(lambda: stage.job.status == Status.RUNNING)
    address = json.loads(vendor.requests[0][2])["callback_url"]
    path = f"/callbacks/{job.pk}/{job.callback_token}/"
    assert address == f"https://studio.example.org{path}"
    assert len(vendor.requests) == 1
    Job.objects.filter(pk=job.pk).update(due_at=timezone.now() + timedelta(minutes=10))
    forged = {"task_id": "ta-1", "status": "failed", "consumed": "99"}
    assert Client().post(path, forged, content_type="application/json").status_code == 204
    stage.comes_to(DONE)
    assert vendor.requests[1][0].startswith("GET /api/task/query?task_id=ta-1 ")


def test_4_no_callback_is_requested_without_a_public_url(stage: Stage) -> None:
    vendor = stage.opens(WELL)
    stage.presses()
    stage.comes_to(DONE)
    assert set(json.loads(vendor.requests[0][2])) == {"model", "prompt"}


@pytest.mark.usefixtures("real_waits")
def test_5_a_500_is_retried_with_exponential_backoff(stage: Stage) -> None:
    stage.opens(*[BUSY] * 6, WELL)
    job = stage.presses()
    waits = [take_step(submits, submits.send, job) for _ in range(6)]
    for wait, wanted in zip(waits, [2, 4, 8, 16, 32, 60], strict=True):
        assert wanted <= wait <= wanted * 1.1 + 0.5, waits
    stage.hurries()
    stage.until(lambda: stage.job.status == Status.RUNNING)
    assert stage.posts == 7


@pytest.mark.parametrize(
    ("status", "end"),
    [
        (400, End(Status.FAILED, "Refused", settled="0.000000")),
        (401, End(Status.HELD, "KeyRefused", hold="key")),
    ],
)
def test_5_a_400_and_a_401_are_not_retried(stage: Stage, status: int, end: End) -> None:
    refusal = says(status, '{"code":1,"message":"failed"}')
    stage.opens(*[refusal] * (2 if status == 401 else 1), WELL)
    job = stage.presses()
    stage.comes_to(end)
    Job.objects.filter(pk=job.pk).update(due_at=timezone.now())  # even if it came due
    stage.comes_to(end)


INVALID: list[dict[str, Any]] = [
    {"prompt": ""},
    {"prompt": " \n "},
    {"image_urls": [f"https://example.org/{number}.png" for number in range(5)]},
    {"image_urls": ["ftp://example.org/a.png"]},
    {"image_urls": ["file:///etc/passwd"]},
    {"image_urls": ["javascript:alert(1)"]},
    {"image_urls": ["a.png"]},
]


def test_6_input_is_checked_before_any_network_call(stage: Stage, client: Client) -> None:
    vendor = stage.opens(WELL)
    for change in INVALID:
        assert client.post("/batches/", compose_form(**change)).status_code == 422, change
        prompt, urls = change.get("prompt", "a fox"), change.get("image_urls", ())
        with pytest.raises(InvalidSubmission):
            Submission("google/gempix2", prompt=prompt, images=tuple(urls)).body()
    assert not Batch.objects.exists()
    assert vendor.connections == 0


def test_7_results_are_copied_at_once_and_the_credits_consumed_are_recorded(
    stage: Stage, client: Client
) -> None:
    vendor = stage.opens(WELL)
    stage.presses()
    stage.comes_to(DONE)
    vendor.stop()  # the vendor's own copy is gone
    answer = client.get(f"{Image.objects.get().get_absolute_url()}file/")
    assert b"".join(answer) == IMAGE
    assert stage.job.consumed_credits == Decimal("0.5")
    entries = stage.job.ledger.values_list("kind", "credits")
    assert set(entries) == {("reserved", Decimal("0.5")), ("settled", Decimal("0.5"))}
