"""One job's refusal holds nobody: a hold needs a second opinion."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from generator.models import Job
from generator.services import holds
from generator.state import Status
from tests.integration.faults.conftest import stage as stage
from tests.integration.faults.fake_upstream import WELL
from tests.integration.faults.stage import Stage
from tests.peer import Script
from tests.unit.upstream.tables.query import QUERY
from tests.unit.upstream.tables.rows import envelope, says

pytestmark = pytest.mark.django_db
NO_KEY = says(401, '{"code":1,"message":"Invalid API key"}')
NO_CREDITS = says(402, '{"code":1,"message":"Insufficient credits"}')
POLICY = says(403, '{"code":1,"message":"failed","detail":"Violates the content policy"}')
RICH = says(200, envelope({"credit": "10"}))
POOR = says(200, envelope({"credit": "0.1"}))
NO_CALL = says(404, '{"code":1,"message":"not found"}')
UNKNOWN_TASK = QUERY["404"].script


@pytest.mark.parametrize(
    ("refusal", "opinions"),
    [
        (NO_KEY, [RICH]),
        (NO_KEY, [NO_CALL, UNKNOWN_TASK]),
        (NO_CREDITS, [RICH]),
    ],
)
def test_refusal_of_one_job_alone_ends_it_and_holds_nobody(
    stage: Stage, refusal: Script, opinions: list[Script]
) -> None:
    stage.opens(*[refusal, *opinions] * 3, WELL)
    stage.presses()
    stage.reaches(Status.FAILED)
    assert stage.posts == 3
    assert holds.read().hold == ""
    assert "HTTP 40" in stage.job.reason
    assert stage.outcome().settled == "0.000000"


@pytest.mark.parametrize(
    ("refusal", "opinions", "hold"),
    [
        (NO_KEY, [NO_KEY], "key"),
        (NO_KEY, [NO_CALL, NO_KEY], "key"),
        (NO_CREDITS, [POOR], "credits"),
        (NO_CREDITS, [NO_CALL], "credits"),
    ],
)
def test_hold_needs_the_accounts_word_or_no_better_one(
    stage: Stage, refusal: Script, opinions: list[Script], hold: str
) -> None:
    stage.opens(refusal, *opinions, WELL)
    stage.presses()
    stage.reaches(Status.HELD)
    assert (stage.posts, holds.read().hold) == (1, hold)


def test_403_about_the_content_declines_the_one_job(stage: Stage) -> None:
    stage.opens(POLICY, WELL)
    stage.presses()
    stage.reaches(Status.FAILED)
    assert "content policy" in stage.job.reason
    assert (stage.posts, holds.read().hold) == (1, "")


def test_task_of_another_key_is_checked_less_often_and_says_so(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generator.worker.backoff.jittered", lambda seconds: seconds)
    job = stage.stands(Status.RUNNING)
    stage.opens(NO_KEY, WELL)  # the second connection is the account's
    Job.objects.filter(pk=job.pk).update(due_at=timezone.now())
    stage.until(lambda: stage.job.failures > 0)
    assert holds.read().hold == ""
    assert "another" in stage.job.reason or "less often" in stage.job.reason
    assert stage.job.due_at is not None
    assert stage.job.due_at > timezone.now() + timedelta(seconds=50)
    stage.hurries()
    stage.reaches(Status.SUCCEEDED)
    assert stage.job.reason == ""


def test_hint_of_another_keys_task_is_dropped(stage: Stage) -> None:
    stage.stands(Status.UNCONFIRMED, callback_task_id="ta-strange", due_at=timezone.now())
    stage.opens(*[NO_KEY, RICH] * 6, WELL)
    stage.until(lambda: not stage.job.callback_task_id)
    assert stage.job.status == Status.UNCONFIRMED
    assert holds.read().hold == ""
