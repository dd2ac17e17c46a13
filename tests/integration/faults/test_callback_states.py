"""Callbacks at every moment of a job: early, late, twice, forged, for another job. Each job still
ends once and right, and none is paid for twice."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

import pytest
from django.utils import timezone

from generator.models import Job
from generator.services import jobs
from generator.state import Status
from tests.peer import Script
from tests.unit.upstream.tables.callback import about
from tests.unit.upstream.tables.query import QUERY
from tests.unit.upstream.tables.rows import HEAD, HTML, Row, envelope, says
from tests.unit.upstream.tables.submit import BUSY, NO
from tests.web_server import WebServer, post

from .fake_upstream import WELL
from .stage import DONE, End, Stage
from .test_callback import TAKEN, facts, report, send

S = Status
DRAWN = QUERY["success"]
PENDING = QUERY["status 'pending'"]
REFUSAL = QUERY["success without a result"]
BROKEN = QUERY["failed"]
UNKNOWN_TASK = QUERY["404"]
ILL = QUERY["502 as HTML"]
NO_KEY = QUERY["401"]
RUNNING = End(S.RUNNING, posts=0)
UNCLEAR = End(S.UNCONFIRMED, posts=0)
UNFETCHED = End(S.UNFETCHED, posts=0, settled="0.500000")
NO_COST = "unknown"  # what the stage settles for a job that it lets end
ASKING = {S.QUEUED, S.UNCONFIRMED, S.RUNNING, S.UNFETCHED}


@dataclass(frozen=True)
class Moment:
    """A job's status, the task that the callback names, what the upstream answers when it is
    asked, the answer to the callback, and the end."""

    status: Status
    task_id: str
    truth: Row
    answer: int
    end: End

    @property
    def asks(self) -> bool:
        """Whether the job asks the upstream in the very status in which the callback finds it."""
        return self.answer == 204 and self.status in ASKING

    @property
    def pair(self) -> tuple[Status, str] | None:
        """The status and the kind of answer to the query, if there is one."""
        return (self.status, self.truth.kind) if self.asks else None


MOMENTS = [
    Moment(*row)
    for row in (
        (S.QUEUED, "ta-1", DRAWN, 204, TAKEN),
        (S.QUEUED, "ta-1", PENDING, 204, RUNNING),
        (S.QUEUED, "ta-1", BROKEN, 204, End(S.FAILED, posts=0, settled="0.500000")),
        (S.QUEUED, "", DRAWN, 409, End(S.QUEUED, posts=0)),
        (S.HELD, "ta-1", DRAWN, 204, End(S.HELD, posts=0, hold="paused")),
        (S.HELD, "", DRAWN, 409, End(S.HELD, posts=0, hold="paused")),
        (S.SUBMITTING, "ta-1", DRAWN, 204, End(S.SUBMITTING, posts=0)),
        (S.UNCONFIRMED, "ta-1", DRAWN, 204, TAKEN),
        (S.UNCONFIRMED, "ta-1", PENDING, 204, RUNNING),
        (S.UNCONFIRMED, "ta-1", REFUSAL, 204, End(S.NO_IMAGE, posts=0, settled="0.500000")),
        (S.UNCONFIRMED, "ta-1", BROKEN, 204, End(S.FAILED, posts=0, settled="0.500000")),
        (S.UNCONFIRMED, "forged", UNKNOWN_TASK, 204, UNCLEAR),
        (S.UNCONFIRMED, "forged", ILL, 204, UNCLEAR.but(kind="Transient")),
        (S.UNCONFIRMED, "forged", NO_KEY, 204, UNCLEAR.but(kind="KeyRefused", hold="key")),
        (S.UNCONFIRMED, "", DRAWN, 409, UNCLEAR),
        (S.RUNNING, "ta-1", PENDING, 204, RUNNING),
        (S.RUNNING, "ta-1", UNKNOWN_TASK, 204, RUNNING),
        (S.RUNNING, "ta-1", ILL, 204, RUNNING.but(kind="Transient")),
        (S.RUNNING, "ta-1", NO_KEY, 204, RUNNING.but(kind="KeyRefused", hold="key")),
        (S.RUNNING, "ta-1", REFUSAL, 204, End(S.NO_IMAGE, posts=0, settled="0.500000")),
        (S.RUNNING, "ta-1", BROKEN, 204, End(S.FAILED, posts=0, settled="0.500000")),
        (S.RUNNING, "ta-2", DRAWN, 409, RUNNING),
        (S.STALLED, "ta-1", DRAWN, 204, TAKEN),
        (S.STALLED, "ta-1", PENDING, 204, RUNNING),
        (S.STALLED, "ta-2", DRAWN, 409, End(S.STALLED, posts=0)),
        (S.LOST, "ta-1", DRAWN, 204, TAKEN),
        (S.LOST, "ta-1", UNKNOWN_TASK, 204, RUNNING),
        (S.LOST, "ta-2", DRAWN, 409, End(S.LOST, posts=0)),
        (S.UNFETCHED, "ta-1", DRAWN, 204, TAKEN),
        (S.UNFETCHED, "ta-1", BROKEN, 204, UNFETCHED),
        (S.UNFETCHED, "ta-1", UNKNOWN_TASK, 204, UNFETCHED),
        *[
            (status, task_id, DRAWN, answer, End(status, posts=0, settled=NO_COST))
            for status in (S.FAILED, S.NO_IMAGE)
            for task_id, answer in (("ta-1", 204), ("ta-2", 409))
        ],
    )
]

OK = says(200, envelope({"task_id": "ta-1"}))
EARLY = ("reports", "ta-1")
# The upstream's script for a submit: it reports before it answers.
BEFORE: dict[str, tuple[Script, End]] = {
    "then taken": ([EARLY, *OK], DONE),
    "twice, then taken": ([EARLY, EARLY, *OK], DONE),
    "as failed, then taken": ([("reports", "ta-1", "failed"), *OK], DONE),
    "of another task, then taken": ([("reports", "ta-9"), *OK], DONE),
    "then reset": ([EARLY, "reset"], DONE.but(kind="Unclear")),
    "then cut": ([EARLY, HEAD + b"Content-Le"], DONE.but(kind="Unclear")),
    "then HTML": ([EARLY, *says(502, HTML)], DONE.but(kind="Unclear")),
    "then silence": ([EARLY, "hang"], DONE.but(kind="Unclear")),
    "then 500": ([EARLY, *says(500, BUSY)], DONE.but(kind="AnsweredFailed")),
    "then 429": ([EARLY, *says(429, NO)], DONE.but(kind="RateLimited")),
}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "moment",
    MOMENTS,
    ids=[f"{one.status}, task {one.task_id!r}, {one.truth.name}" for one in MOMENTS],
)
def test_at_each_moment_the_upstreams_own_word_decides(stage: Stage, moment: Moment) -> None:
    stage.opens(WELL if moment.truth is DRAWN else moment.truth.script)
    job = stage.stands(moment.status)
    assert report(job, about(moment.task_id)) == moment.answer
    if moment.asks:
        stage.until(lambda: stage.has_looked() or stage.job.status != moment.status)
    stage.comes_to(moment.end)
    if moment.asks:
        stage.opens(WELL)
        stage.goes_on()


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("web")
@pytest.mark.parametrize(("script", "end"), BEFORE.values(), ids=BEFORE.keys())
def test_report_before_the_answer_costs_no_second_submit(
    stage: Stage, web: WebServer, settings: Any, script: Script, end: End
) -> None:
    settings.GEMPIX_PUBLIC_URL = web.url
    upstream = stage.opens(script, WELL)
    stage.allows(submit=1.5 if "hang" in script else 20)
    stage.presses()
    stage.comes_to(end)
    assert stage.job.task_id == "ta-1"
    assert set(upstream.reported) == {204}


@pytest.mark.django_db
def test_late_report_changes_nothing_of_an_image_that_is_here(stage: Stage) -> None:
    upstream = stage.opens(WELL)
    stage.presses()
    stage.comes_to(DONE)
    requests = len(upstream.requests)
    for status in ("success", "failed", "pending", "dreaming", "dreaming"):
        assert report(stage.job, about("ta-1", status)) == 204
        assert report(stage.job, about("ta-2", status)) == 409
    stage.comes_to(DONE)
    assert len(upstream.requests) == requests


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("web")
def test_ten_reports_at_once_make_one_image(stage: Stage, web: WebServer) -> None:
    stage.opens(WELL)
    job = stage.stands(S.RUNNING)
    answers: list[int] = []
    threads = [
        threading.Thread(target=lambda: answers.extend(send(web, job, post()))) for _ in range(10)
    ]
    for thread in threads:
        thread.start()
    stage.comes_to(TAKEN)
    for thread in threads:
        thread.join()
    assert answers == [204] * 10
    stage.comes_to(TAKEN)


@pytest.mark.django_db
def test_report_while_it_is_held_saves_the_second_payment(stage: Stage) -> None:
    stage.opens(WELL)
    job = stage.stands(S.HELD)
    assert report(job) == 204
    stage.comes_to(End(S.HELD, posts=0, hold="paused"))
    stage.is_released()
    stage.comes_to(TAKEN)


@pytest.mark.django_db
def test_forged_report_of_a_queued_job_only_delays_it(stage: Stage) -> None:
    stage.opens(*[UNKNOWN_TASK.script] * 6, WELL)
    job = stage.stands(S.QUEUED)
    assert report(job, about("forged")) == 204
    stage.comes_to(DONE)
    assert stage.job.task_id == "ta-1"


# A unique column is broken, and what follows goes on in the same connection.
@pytest.mark.both_databases
@pytest.mark.django_db
def test_task_of_another_job_is_not_taken(stage: Stage) -> None:
    stage.opens(WELL)
    owner = stage.stands(S.RUNNING)
    job = stage.stands(S.UNCONFIRMED)
    before = facts(owner)
    assert report(job) == 204  # the task is the other's, but who could know
    stage.until(lambda: not stage.job.callback_task_id and stage.job.due_at is None)
    stage.comes_to(UNCLEAR)
    assert stage.job.task_id is None
    assert facts(owner) == before
    stage.goes_on()


@pytest.mark.django_db
def test_report_after_a_cancel_neither_sends_nor_draws(stage: Stage) -> None:
    stage.opens(WELL)
    job = stage.presses()
    assert jobs.cancel(job, job.batch.owner)
    assert report(stage.job) == 204
    stage.until(lambda: not Job.objects.due(timezone.now()).exists())
    assert stage.outcome() == End(S.CANCELED, posts=0, settled="0.000000")
    stage.loses_nothing()
