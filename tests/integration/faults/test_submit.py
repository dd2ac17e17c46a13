"""Faults of the submit, the one call that costs money.

Only an answer that says *no*, or a request that never left, lets the job be sent again or fail;
everything else leaves it unconfirmed, and then a late report still brings its image.
"""

from __future__ import annotations

from typing import Any

import pytest

from generator.models import Job
from generator.state import Status
from tests.peer import Script
from tests.unit.upstream.tables.rows import HTML, envelope, says
from tests.unit.upstream.tables.submit import BUSY, NO, PROMPT, SUBMIT

from .fake_upstream import WELL
from .stage import DONE, Case, End, Stage, play

pytestmark = pytest.mark.django_db

UNCLEAR = End(Status.UNCONFIRMED, "Unclear")
REFUSED = End(Status.FAILED, "Refused", settled="0.000000")
BAD_KEY = End(Status.HELD, "KeyRefused", hold="key")
NO_CREDITS = End(Status.HELD, "OutOfCredits", hold="credits")
AGAIN = DONE.but(kind="AnsweredFailed", posts=2)
AT_ONCE_AGAIN = DONE.but(kind="RateLimited", posts=2)


def case(row: str, end: End) -> Case:
    return Case(Status.QUEUED, SUBMIT[row], end)


CASES = [
    case("200", DONE),
    # Stored, asked after and part of a file's URL.
    case("an id of strange letters", DONE),
    case("400", REFUSED),
    case("401", BAD_KEY),
    case("402", NO_CREDITS),
    case("429", AT_ONCE_AGAIN),
    case("429 for a second", AT_ONCE_AGAIN),
    case("429 for a minute", End(Status.QUEUED, "RateLimited")),
    case("500 of the vendor's", AGAIN),
    case("502 as HTML", UNCLEAR),
    case("closed unread", UNCLEAR.but(posts=0)),
    case("silence", UNCLEAR),
]

TWICE = says(200, envelope({"task_id": "ta-same"}))
# Scripts of several connections, settings, and the end.
SEVERAL: dict[str, tuple[list[Script], dict[str, Any], End]] = {
    "500 three times": ([says(500, BUSY)] * 3 + [WELL], {}, AGAIN.but(posts=4)),
    "500 without end": (
        [says(500, BUSY)] * 10 + [WELL],
        {},
        UNCLEAR.but(kind="AnsweredFailed", posts=10),
    ),
    "500, not to be repeated": (
        [says(500, BUSY), WELL],
        {"GEMPIX_RETRY_SUBMIT_500": False},
        UNCLEAR.but(kind="AnsweredFailed"),
    ),
    "500, then 429, then taken": (
        [says(500, BUSY), says(429, NO), WELL],
        {},
        AGAIN.but(posts=3),
    ),
    "500, then HTML": ([says(500, BUSY), says(502, HTML), WELL], {}, UNCLEAR.but(posts=2)),
    "500, then refused": ([says(500, BUSY), says(400, NO), WELL], {}, REFUSED.but(posts=2)),
    "500, then a bad key": (
        [says(503, BUSY), *[says(401, NO)] * 2, WELL],
        {},
        BAD_KEY.but(posts=2),
    ),
    "429 twice": ([says(429, NO)] * 2 + [WELL], {}, AT_ONCE_AGAIN.but(posts=3)),
    "a key that no header carries": (
        [WELL],
        {"GEMPIX_API_KEY": "dk-schlüssel-0123456789"},
        End(Status.HELD, "", posts=0, hold="key"),
    ),
    "a user agent that no header carries": (
        [WELL],
        {"GEMPIX_USER_AGENT": "Mü\r\nX: y"},
        End(Status.QUEUED, "NotDelivered", posts=0),
    ),
}


@play(CASES)
def test_submit_comes_to_its_end(stage: Stage, case: Case) -> None:
    opinions = int(case.end.status == Status.HELD)  # the account's, before everything holds
    stage.opens(*[case.row.script] * (1 + opinions), WELL)
    if case.row.by_deadline:
        stage.allows(submit=0.5)
    stage.presses(prompt=PROMPT)
    stage.comes_to(case.end)
    stage.allows()
    stage.goes_on()


def test_submission_that_cannot_be_right_fails_unsent_and_uncharged(stage: Stage) -> None:
    stage.opens(WELL)
    stage.presses(image_urls=("ftp://example.org/a.png",))
    stage.comes_to(End(Status.FAILED, posts=0, settled="0.000000"))
    assert stage.job.reason == "A reference must be an http(s) URL or an image."


@pytest.mark.parametrize(("scripts", "changes", "end"), SEVERAL.values(), ids=SEVERAL.keys())
def test_several_faults_in_a_row_come_to_their_end(
    stage: Stage, settings: Any, scripts: list[Script], changes: dict[str, Any], end: End
) -> None:
    usual = {key: getattr(settings, key) for key in changes}
    for key, value in changes.items():
        setattr(settings, key, value)
    stage.opens(*scripts)
    stage.presses()
    stage.comes_to(end)
    for key, value in usual.items():
        setattr(settings, key, value)
    stage.allows()
    stage.goes_on()


@pytest.mark.both_databases
def test_longest_id_of_a_task_is_kept(stage: Stage) -> None:
    stage.opens(SUBMIT["an id of 255"].script, WELL)
    stage.presses()
    stage.comes_to(DONE)
    assert stage.job.task_id == "t" * 255


@pytest.mark.both_databases
def test_one_task_id_for_two_jobs_is_kept_by_one(stage: Stage) -> None:
    stage.opens(TWICE, TWICE, WELL)
    stage.presses(count=2)
    ends = {Status.SUCCEEDED, Status.UNCONFIRMED}
    stage.until(lambda: set(Job.objects.values_list("status", flat=True)) == ends)
    done, unclear = Job.objects.order_by("status")
    assert (done.task_id, unclear.task_id) == ("ta-same", None)
    assert "another image" in unclear.reason
    assert (done.images.count(), unclear.images.count(), stage.posts) == (1, 0, 2)
    stage.loses_nothing()
    stage.job_id = unclear.pk
    stage.is_reported()
    stage.until(lambda: stage.job.status == Status.SUCCEEDED)
    assert (stage.job.task_id, stage.posts) == ("ta-late", 2)
    stage.loses_nothing()
