"""Faults of the query: whatever it answers, a look costs nothing, fails no job and loses none.

Only the vendor's own word in a good answer ends a job.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from generator.state import FINAL, Status
from tests.unit.upstream.tables.query import QUERY

from .fake_upstream import WELL
from .stage import DONE, Case, End, Stage, play

pytestmark = pytest.mark.django_db

S = Status
TAKEN = DONE.but(posts=0)
REFUSAL = End(S.NO_IMAGE, posts=0, settled="0.500000")
FAILED = End(S.FAILED, posts=0, settled="0.500000")
RUNNING = End(S.RUNNING, posts=0)
UNFETCHED = End(S.UNFETCHED, posts=0, settled="0.500000")
QUEUED = End(S.QUEUED, posts=0)
UNCONFIRMED = End(S.UNCONFIRMED, posts=0)


def case(status: S, row: str, end: End, times: int = 1) -> Case:
    return Case(status, QUERY[row], end, times)


# Queued and unconfirmed jobs ask after the task that a callback has named. What is not here is
# among the `MOMENTS` of `test_callback_states`.
CASES = [
    case(S.RUNNING, "success", TAKEN),
    case(S.RUNNING, "failed at no cost", FAILED.but(settled="0.000000")),
    case(S.RUNNING, "failed at an unknown cost", FAILED.but(settled="unknown")),
    case(S.RUNNING, "status 'queued'", RUNNING),
    case(S.RUNNING, "402", RUNNING.but(kind="OutOfCredits", hold="credits")),
    case(S.RUNNING, "429", RUNNING.but(kind="RateLimited")),
    case(S.RUNNING, "429 for thirty years", RUNNING.but(kind="RateLimited")),
    case(S.RUNNING, "silence", RUNNING.but(kind="Transient")),
    # The image exists and is paid: nothing that is said of the task now takes it away.
    case(S.UNFETCHED, "success in words only", UNFETCHED),
    case(S.UNFETCHED, "status 'pending'", UNFETCHED),
    case(S.UNFETCHED, "status 'queued'", UNFETCHED),
    case(S.UNFETCHED, "401", UNFETCHED.but(kind="KeyRefused", hold="key")),
    case(S.UNFETCHED, "402", UNFETCHED.but(kind="OutOfCredits", hold="credits")),
    case(S.UNFETCHED, "429", UNFETCHED.but(kind="RateLimited")),
    case(S.UNFETCHED, "502", UNFETCHED.but(kind="Transient")),
    # A queued job is not sent while its hint is looked at.
    case(S.QUEUED, "success in words only", REFUSAL),
    case(S.QUEUED, "status 'queued'", RUNNING),
    case(S.QUEUED, "404", DONE, times=6),
    case(S.QUEUED, "401", QUEUED.but(kind="KeyRefused", hold="key")),
    case(S.QUEUED, "402", QUEUED.but(kind="OutOfCredits", hold="credits")),
    case(S.QUEUED, "429", QUEUED.but(kind="RateLimited")),
    case(S.QUEUED, "502", QUEUED.but(kind="Transient")),
    case(S.UNCONFIRMED, "status 'queued'", RUNNING),
    case(S.UNCONFIRMED, "402", UNCONFIRMED.but(kind="OutOfCredits", hold="credits")),
    case(S.UNCONFIRMED, "429", UNCONFIRMED.but(kind="RateLimited")),
]

# A fault that does not end, the setting by which the job's time is over, and where it rests then.
OVERDUE: list[tuple[str, str, End]] = [
    ("404", "GEMPIX_NOT_FOUND_GRACE_SECONDS", End(S.LOST)),
    ("404 of a proxy", "GEMPIX_NOT_FOUND_GRACE_SECONDS", End(S.RUNNING, "Transient")),
    ("status 'pending'", "GEMPIX_STALLED_SECONDS", End(S.STALLED)),
    ("status 'queued'", "GEMPIX_STALLED_SECONDS", End(S.STALLED)),
    ("502", "GEMPIX_STALLED_SECONDS", End(S.STALLED, "Transient")),
]


@play(CASES)
def test_query_comes_to_its_end(stage: Stage, case: Case) -> None:
    ends = case.times > 1 or case.end.status in FINAL
    stage.opens(*[case.row.script] * case.times, *([WELL] if ends else []))
    if case.row.by_deadline:
        stage.allows(query=0.5)
    fields: dict[str, Any] = {"due_at": timezone.now()}
    if case.status in (S.QUEUED, S.UNCONFIRMED):
        fields["callback_task_id"] = "ta-1"
    stage.stands(case.status, **fields)
    stage.until(lambda: stage.has_looked() or stage.job.status != case.status)
    stage.comes_to(case.end)
    stage.allows()
    if not ends:
        stage.opens(WELL)
    stage.goes_on()


def test_wait_that_is_asked_for_is_kept(stage: Stage) -> None:
    upstream = stage.opens(QUERY["429 for a second"].script, WELL)
    job = stage.stands(S.RUNNING, due_at=timezone.now())
    stage.until(lambda: stage.tells("RateLimited"))
    assert upstream.queries == 1
    assert stage.job.due_at is not None
    assert (stage.job.due_at - job.events.latest("id").at).total_seconds() > 0.9
    stage.comes_to(TAKEN)


@pytest.mark.parametrize(
    ("row", "setting", "end"), OVERDUE, ids=[f"{row[0]}, {row[2].status}" for row in OVERDUE]
)
def test_fault_that_lasts_parks_the_job_and_it_goes_on_later(
    stage: Stage, settings: Any, row: str, setting: str, end: End
) -> None:
    setattr(settings, setting, 0.1)
    stage.opens(WELL, QUERY[row].script)
    stage.presses()
    if end.status == S.RUNNING:
        stage.until(lambda: stage.job.polls > 8)  # as many looks as would park it
    stage.comes_to(end)
    settings.GEMPIX_STALLED_SECONDS = settings.GEMPIX_NOT_FOUND_GRACE_SECONDS = 60
    stage.opens(WELL)
    stage.goes_on()


# Databases differ in what a text's column takes.
@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("success in words only", "words"),
        ("success in words with a key", "words"),
        ("failed for a reason with secrets", "reason"),
        ("a status without end", "upstream_status"),
    ],
)
def test_text_of_the_upstream_is_kept_as_it_was_read(stage: Stage, row: str, column: str) -> None:
    read = {"words": "words", "reason": "reason", "upstream_status": "raw_status"}[column]
    stage.opens(QUERY[row].script)
    stage.stands(S.RUNNING, due_at=timezone.now())
    stage.until(lambda: getattr(stage.job, column) == getattr(QUERY[row].outcome, read))
    stage.loses_nothing()
