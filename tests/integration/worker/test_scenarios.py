"""Each scenario of the sandbox ends in the state that the reference names, with its words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from generator import state
from generator.models import Batch, Gate, Job, LedgerEntry
from generator.sandbox.server import Sandbox
from generator.services import backoff, gates, jobs, polls
from generator.state import Status

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Row:
    """A prompt's scenario, the state it must end in, how often it may be sent, and its cost."""

    scenario: str
    end: Status
    submits: int = 1
    consumed: Decimal | None = Decimal("0.5")
    says: str = ""
    pictures: int = 0


DONE = Status.SUCCEEDED
TABLE = [
    Row("", DONE, pictures=1),
    Row("[slow:1.5]", DONE, pictures=1),
    Row("[completed]", DONE, pictures=1),
    Row("[succeeded]", DONE, pictures=1),
    Row("[strange-status]", DONE, pictures=1),
    Row("[data-uri]", DONE, pictures=1),
    Row("[object-result]", DONE, pictures=1),
    Row("[big-image-url]", DONE, pictures=1),
    Row("[two-pictures]", DONE, pictures=2, consumed=None),
    Row("[picture-and-words]", DONE, pictures=1),
    Row("[number-consumed]", DONE, pictures=1),
    Row("[junk-consumed]", DONE, pictures=1, consumed=None),
    Row("[no-consumed]", DONE, pictures=1, consumed=None),
    Row("[late-index:0.5]", DONE, pictures=1),
    Row("[html-502-query]", DONE, pictures=1),
    Row("[500]", DONE, submits=2, pictures=1),
    Row("[503-envelope]", DONE, submits=2, pictures=1),
    Row("[429:1]", DONE, submits=2, pictures=1),
    Row("[broken-file:1]", DONE, pictures=1),
    Row("[picky-file]", DONE, pictures=1),
    Row("[callback-twice]", DONE, pictures=1),
    Row("[failed]", Status.FAILED, consumed=None, says=" "),
    Row("[failed-bare]", Status.FAILED, consumed=None),
    Row("[error]", Status.FAILED, consumed=None),
    Row("[no-picture]", Status.NO_IMAGE),
    Row("[null-result]", Status.NO_IMAGE),
    Row("[words-only]", Status.NO_IMAGE),
    Row("[bad-request]", Status.FAILED, consumed=None, says=" "),
    Row("[code-1]", Status.FAILED, consumed=None, says=" "),
    Row("[unauthorized]", Status.HELD, consumed=None),
    Row("[no-credits]", Status.HELD, consumed=None),
    Row("[html-502]", Status.UNCONFIRMED, consumed=None),
    Row("[accepted-silent]", Status.UNCONFIRMED, consumed=None),
    Row("[accepted-reset]", Status.UNCONFIRMED, consumed=None),
    Row("[accepted-cut]", Status.UNCONFIRMED, consumed=None),
    Row("[accepted-502]", Status.UNCONFIRMED, consumed=None),
    Row("[lost]", Status.LOST, consumed=None),
    Row("[stuck]", Status.STALLED, consumed=None),
    Row("[file-not-image]", Status.UNFETCHED),
]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.scenario or "plain")
def test_scenario_ends_where_the_reference_says(
    row: Row,
    sandbox: Sandbox,
    press: Callable[..., Batch],
    work: Callable[..., None],
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.GEMPIX_SUBMIT_TIMEOUT_SECONDS = 1
    settings.GEMPIX_NOT_FOUND_GRACE_SECONDS = 1.5
    settings.GEMPIX_STALLED_SECONDS = 2
    monkeypatch.setattr(backoff, "jittered", lambda seconds: min(seconds, 0.3))
    job = press(f"a red fox {row.scenario}").jobs.get()

    def ended() -> bool:
        job.refresh_from_db()
        return job.status == row.end or job.status in state.FINAL | state.PARKED

    work(ended)
    assert job.status == row.end
    assert sandbox.submits == row.submits
    assert job.images.count() == row.pictures
    assert row.says in job.reason
    if row.consumed is not None:
        assert job.consumed_credits == row.consumed
        assert job.ledger.get(kind=LedgerEntry.Kind.SETTLED).credits == row.consumed


def test_a_model_that_answers_in_words_is_quoted(
    sandbox: Sandbox, press: Callable[..., Batch], work: Callable[..., None]
) -> None:
    job = press("a red fox [words-only]").jobs.get()
    work(lambda: Job.objects.get(pk=job.pk).status == Status.NO_IMAGE)
    job.refresh_from_db()
    assert len(job.words) > 10


def test_a_file_that_comes_late_is_fetched_without_paying_again(
    sandbox: Sandbox, press: Callable[..., Batch], work: Callable[..., None], monkeypatch: Any
) -> None:
    monkeypatch.setattr(polls, "fetch_wait", lambda job: 0.1)
    job = press("a red fox [broken-file:4]").jobs.get()
    work(lambda: Job.objects.get(pk=job.pk).status == Status.SUCCEEDED)
    assert sandbox.submits == 1
    assert job.events.filter(status=Status.UNFETCHED).count() >= 3


def test_held_jobs_go_on_in_order_once_the_gate_opens(
    sandbox: Sandbox, press: Callable[..., Batch], work: Callable[..., None], owner: Any
) -> None:
    refused = press("a red fox [unauthorized]").jobs.get()
    work(lambda: Gate.objects.filter(hold=Gate.Hold.KEY).exists())
    batch = press("a blue fox", count=3)
    work(lambda: batch.jobs.filter(status=Status.HELD).count() == 3)
    refused.refresh_from_db()
    assert jobs.cancel(refused, owner)
    sent_while_held = sandbox.submits
    assert gates.release() == 3
    work(lambda: batch.jobs.filter(status=Status.SUCCEEDED).count() == 3)
    assert sandbox.submits == sent_while_held + 3
    assert gates.release() == 0


def test_another_key_lifts_the_hold_by_itself(
    sandbox: Sandbox, press: Callable[..., Batch], work: Callable[..., None], settings: Any
) -> None:
    settings.GEMPIX_API_KEY = "dk-bad-0123456789"
    batch = press(count=2)
    work(lambda: batch.jobs.filter(status=Status.HELD).count() == 2)
    settings.GEMPIX_API_KEY = "dk-good-0123456789"
    work(lambda: batch.jobs.filter(status=Status.SUCCEEDED).count() == 2)
    assert gates.release() == 0


def test_a_stalled_job_is_completed_by_a_second_look(
    sandbox: Sandbox,
    press: Callable[..., Batch],
    work: Callable[..., None],
    member: Any,
    settings: Any,
) -> None:
    settings.GEMPIX_STALLED_SECONDS = 0.3
    job = press("a red fox [slow:4]").jobs.get()
    work(lambda: Job.objects.get(pk=job.pk).status == Status.STALLED)
    settings.GEMPIX_STALLED_SECONDS = 30
    job.refresh_from_db()
    assert jobs.recheck(job, member)
    work(lambda: Job.objects.get(pk=job.pk).status == Status.SUCCEEDED)
    assert sandbox.submits == 1
