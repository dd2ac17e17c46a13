"""Callbacks at every moment of a job: early, late, twice, forged, for another job. Each job still
ends once and right, and none is paid for twice."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.utils import timezone

from generator.models import Gate, Job
from generator.services import jobs
from generator.state import Status

from .stage import DONE, End, Stage
from .test_callback import TAKEN, about, facts, stands
from .vendor import HEAD, HTML, WELL, says, task
from .web import USUAL, Web, in_chunks, post

pytestmark = pytest.mark.django_db(transaction=True)

S = Status
UNKNOWN_TASK = [*says(404, '{"code":404,"message":"task not found"}'), "again"]
PENDING = [*says(200, task("pending")), "again"]
REFUSAL = [*says(200, task(result=None)), "again"]
BROKEN = [*says(200, task("failed")), "again"]
ILL = [*says(502, HTML), "again"]
NO_KEY = [*says(401, '{"code":401,"message":"Invalid API key"}'), "again"]
RUNNING = End(S.RUNNING, posts=0)
UNCLEAR = End(S.UNCONFIRMED, posts=0)
NO_COST = "unknown"  # what the stage settles for a job that it lets end

# A job's status, the task that the callback names, what the vendor answers when it is asked, the
# answer to the callback, and the end.
MOMENTS: list[tuple[Status, str, list[Any], int, End]] = [
    (S.QUEUED, "ta-1", WELL, 204, TAKEN),
    (S.QUEUED, "ta-1", PENDING, 204, RUNNING),
    (S.QUEUED, "ta-1", BROKEN, 204, End(S.FAILED, posts=0, settled="0.500000")),
    (S.QUEUED, "", WELL, 409, End(S.QUEUED, posts=0)),
    (S.HELD, "ta-1", WELL, 204, End(S.HELD, posts=0, hold="paused")),
    (S.HELD, "", WELL, 409, End(S.HELD, posts=0, hold="paused")),
    (S.SUBMITTING, "ta-1", WELL, 204, End(S.SUBMITTING, posts=0)),
    (S.UNCONFIRMED, "ta-1", WELL, 204, TAKEN),
    (S.UNCONFIRMED, "ta-1", PENDING, 204, RUNNING),
    (S.UNCONFIRMED, "ta-1", REFUSAL, 204, End(S.NO_IMAGE, posts=0, settled="0.500000")),
    (S.UNCONFIRMED, "ta-1", BROKEN, 204, End(S.FAILED, posts=0, settled="0.500000")),
    (S.UNCONFIRMED, "forged", UNKNOWN_TASK, 204, UNCLEAR),
    (S.UNCONFIRMED, "forged", ILL, 204, UNCLEAR),
    (S.UNCONFIRMED, "forged", NO_KEY, 204, UNCLEAR.but(hold="key")),
    (S.UNCONFIRMED, "", WELL, 409, UNCLEAR),
    (S.RUNNING, "ta-1", PENDING, 204, RUNNING),
    (S.RUNNING, "ta-1", UNKNOWN_TASK, 204, RUNNING),
    (S.RUNNING, "ta-1", ILL, 204, RUNNING),
    (S.RUNNING, "ta-1", NO_KEY, 204, RUNNING.but(hold="key")),
    (S.RUNNING, "ta-1", REFUSAL, 204, End(S.NO_IMAGE, posts=0, settled="0.500000")),
    (S.RUNNING, "ta-1", BROKEN, 204, End(S.FAILED, posts=0, settled="0.500000")),
    (S.RUNNING, "ta-2", WELL, 409, RUNNING),
    (S.STALLED, "ta-1", WELL, 204, TAKEN),
    (S.STALLED, "ta-1", PENDING, 204, RUNNING),
    (S.STALLED, "ta-2", WELL, 409, End(S.STALLED, posts=0)),
    (S.LOST, "ta-1", WELL, 204, TAKEN),
    (S.LOST, "ta-1", UNKNOWN_TASK, 204, RUNNING),
    (S.LOST, "ta-2", WELL, 409, End(S.LOST, posts=0)),
    (S.UNFETCHED, "ta-1", WELL, 204, TAKEN),
    (S.UNFETCHED, "ta-1", BROKEN, 204, End(S.UNFETCHED, posts=0)),
    (S.UNFETCHED, "ta-1", UNKNOWN_TASK, 204, End(S.UNFETCHED, posts=0)),
    *[
        (status, task_id, WELL, answer, End(status, posts=0, settled=NO_COST))
        for status in (S.FAILED, S.NO_IMAGE)
        for task_id, answer in (("ta-1", 204), ("ta-2", 409))
    ],
]

OK = says(200, '{"code":0,"data":{"task_id":"ta-1"}}')
EARLY = ("reports", "ta-1")
# The vendor's script for a submit: it reports before it answers.
BEFORE: list[tuple[str, list[Any], End]] = [
    ("then taken", [EARLY, *OK], DONE),
    ("twice, then taken", [EARLY, EARLY, *OK], DONE),
    ("as failed, then taken", [("reports", "ta-1", "failed"), *OK], DONE),
    ("of another task, then taken", [("reports", "ta-9"), *OK], DONE),
    ("then reset", [EARLY, "reset"], DONE.but(kind="Unclear")),
    ("then cut", [EARLY, HEAD + b"Content-Le"], DONE.but(kind="Unclear")),
    ("then HTML", [EARLY, *says(502, HTML)], DONE.but(kind="Unclear")),
    ("then silence", [EARLY, "hang"], DONE.but(kind="Unclear")),
    ("then 500", [EARLY, *says(500, '{"code":1,"message":"internal error"}')],
     DONE.but(kind="AnsweredFailed")),
    ("then 429", [EARLY, *says(429, "{}")], DONE.but(kind="RateLimited")),
]  # fmt: skip


def row_name(row: tuple[Any, ...]) -> str:
    truths = {"WELL": WELL, "PENDING": PENDING, "REFUSAL": REFUSAL, "BROKEN": BROKEN}
    truths |= {"ILL": ILL, "NO_KEY": NO_KEY, "UNKNOWN_TASK": UNKNOWN_TASK}
    truth = next(name for name, script in truths.items() if script is row[2])
    return f"{row[0]}, task {row[1]!r}, {truth}"


@pytest.mark.parametrize(
    ("status", "task_id", "truth", "answer", "end"), MOMENTS, ids=map(row_name, MOMENTS)
)
def test_at_each_moment_the_vendors_own_word_decides(
    stage: Stage, web: Web, status: S, task_id: str, truth: list[Any], answer: int, end: End
) -> None:
    stage.opens(truth)
    job = stands(stage, status)
    Gate.objects.get_or_create(pk=1)
    assert web.hears(post(about(task_id)), job) == [answer]
    if truth not in (WELL, PENDING):
        stage.until(lambda: len(stage.vendors[0].requests) > 0 or status in (S.HELD, S.SUBMITTING))
    stage.comes_to(end)


@pytest.mark.parametrize(("name", "script", "end"), BEFORE, ids=[row[0] for row in BEFORE])
def test_a_report_before_the_answer_costs_no_second_submit(
    stage: Stage, web: Web, settings: Any, name: str, script: list[Any], end: End
) -> None:
    settings.GEMPIX_PUBLIC_URL = web.url
    vendor = stage.opens(script, WELL)
    stage.allows(submit=1.5 if "hang" in script else 20)
    stage.presses()
    stage.comes_to(end)
    assert stage.job.task_id == "ta-1"
    assert set(vendor.reported) == {204}


@pytest.mark.parametrize("status", ["success", "failed", "pending", "dreaming"])
def test_a_late_report_changes_nothing_of_a_picture_that_is_here(
    stage: Stage, web: Web, status: str
) -> None:
    stage.opens(WELL)
    stage.presses()
    stage.comes_to(DONE)
    asked = len(stage.vendors[0].requests)
    for _ in range(3):
        assert web.hears(post(about("ta-1", status)), stage.job) == [204]
    assert web.hears(post(about("ta-2", status)), stage.job) == [409]
    stage.comes_to(DONE)
    assert len(stage.vendors[0].requests) == asked


def test_ten_reports_at_once_make_one_picture(stage: Stage, web: Web) -> None:
    stage.opens(WELL)
    job = stands(stage, S.RUNNING)
    answers: list[int] = []
    threads = [
        threading.Thread(target=lambda: answers.extend(web.hears(post(), job))) for _ in range(10)
    ]
    for thread in threads:
        thread.start()
    stage.comes_to(TAKEN)
    for thread in threads:
        thread.join()
    assert answers == [204] * 10
    stage.comes_to(TAKEN)


def test_a_report_while_it_is_held_saves_the_second_payment(stage: Stage, web: Web) -> None:
    stage.opens(WELL)
    job = stands(stage, S.HELD)
    assert web.hears(post(), job) == [204]
    stage.comes_to(End(S.HELD, posts=0, hold="paused"))
    stage.is_released()
    stage.comes_to(TAKEN)


def test_a_forged_report_of_a_queued_job_only_delays_it(stage: Stage, web: Web) -> None:
    stage.opens(*[says(404, '{"code":404,"message":"task not found"}')] * 6, WELL)
    job = stands(stage, S.QUEUED)
    assert web.hears(post(about("forged")), job) == [204]
    stage.comes_to(DONE)
    assert stage.job.task_id == "ta-1"


def test_the_task_of_another_job_is_not_taken(stage: Stage, web: Web) -> None:
    stage.opens(WELL)
    owner = stands(stage, S.RUNNING)
    job = stands(stage, S.UNCONFIRMED)
    before = facts(owner)
    assert web.hears(post(), job) == [204]  # the task is the other's, but who could know
    stage.until(lambda: not stage.job.callback_task_id and stage.job.due_at is None)
    stage.comes_to(UNCLEAR)
    assert stage.job.task_id is None
    assert facts(owner) == before
    stage.goes_on()


def test_a_report_after_a_cancel_neither_sends_nor_draws(stage: Stage, web: Web) -> None:
    stage.opens(WELL)
    job = stage.presses()
    assert jobs.cancel(job, job.batch.owner)
    Gate.objects.get_or_create(pk=1)
    assert web.hears(post(), stage.job) == [204]
    stage.until(lambda: not Job.objects.due(timezone.now()).exists())
    assert stage.outcome() == End(S.CANCELED, posts=0, settled="0.000000")
    stage.loses_nothing()


def test_senders_that_hold_back_do_not_keep_others_waiting(stage: Stage, web: Web) -> None:
    stage.opens(WELL)
    job = stands(stage, S.RUNNING)
    head = f"POST /callbacks/{job.pk}/{job.callback_token}/ HTTP/1.1\r\nHost: localhost\r\n"
    unfinished = [head, f"{head}Content-Length: 9\r\n\r\n", f"{head}Transfer-Encoding: chunked\r\n"]
    held = [web.opens() for _ in unfinished]
    try:
        for sock, text in zip(held, unfinished, strict=True):
            sock.sendall(text.encode())
        assert web.hears(post(), job) == [204]
    finally:
        for sock in held:
            sock.close()
    stage.comes_to(TAKEN)


def test_two_reports_on_one_connection_are_both_answered(stage: Stage, web: Web) -> None:
    stage.opens(WELL)
    job = stands(stage, S.RUNNING)
    kept = post()[0].replace(b"Connection: close\r\n", b"")
    assert web.hears([kept, *in_chunks(b"%x\r\n%b\r\n0\r\n\r\n" % (len(USUAL), USUAL))], job) == [
        204,
        204,
    ]
    stage.comes_to(TAKEN)


def test_a_refused_report_leaves_its_connection_usable(stage: Stage, web: Web) -> None:
    stage.opens(WELL)
    job = stands(stage, S.RUNNING)
    kept = post(path="/callbacks/@JOB@/wrong/")[0].replace(b"Connection: close\r\n", b"")
    assert web.hears([kept, *post()], job) == [404, 204]
    stage.comes_to(TAKEN)
