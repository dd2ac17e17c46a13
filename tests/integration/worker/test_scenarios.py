"""Each scenario of the sandbox ends in the state that the reference names, with its words."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from generator import state
from generator.models import Job, LedgerEntry, User
from generator.sandbox.server import Sandbox
from generator.services import jobs
from generator.state import Status
from generator.worker import backoff, polls
from tests.typing import Press, Work

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Row:
    """A prompt's scenario, the state it must end in, how often it may be sent, and its cost."""

    scenario: str
    end: Status
    submits: int = 1
    consumed: Decimal | None = Decimal("0.5")
    reason: str = ""
    images: int = 0

    @property
    def prompt(self) -> str:
        return f"a red fox {self.scenario}"


DONE = Status.SUCCEEDED
# None of these keeps another job from being sent.
TABLE = [
    Row("", DONE, images=1),
    Row("[slow:1.5]", DONE, images=1),
    Row("[completed]", DONE, images=1),
    Row("[succeeded]", DONE, images=1),
    Row("[strange-status]", DONE, images=1),
    Row("[data-uri]", DONE, images=1),
    Row("[object-result]", DONE, images=1),
    Row("[big-image-url]", DONE, images=1),
    Row("[two-images]", DONE, images=2, consumed=None),
    Row("[image-and-words]", DONE, images=1),
    Row("[number-consumed]", DONE, images=1),
    Row("[junk-consumed]", DONE, images=1, consumed=None),
    Row("[no-consumed]", DONE, images=1, consumed=None),
    Row("[late-index:0.5]", DONE, images=1),
    Row("[html-502-query]", DONE, images=1),
    Row("[500]", DONE, submits=2, images=1),
    Row("[503-envelope]", DONE, submits=2, images=1),
    Row("[429:1]", DONE, submits=2, images=1),
    Row("[broken-file:1]", DONE, images=1),
    Row("[picky-file]", DONE, images=1),
    Row("[callback-twice]", DONE, images=1),
    Row("[failed]", Status.FAILED, consumed=None, reason=" "),
    Row("[failed-bare]", Status.FAILED, consumed=None),
    Row("[error]", Status.FAILED, consumed=None),
    Row("[no-image]", Status.NO_IMAGE),
    Row("[null-result]", Status.NO_IMAGE),
    Row("[words-only]", Status.NO_IMAGE),
    Row("[bad-request]", Status.FAILED, consumed=None, reason=" "),
    Row("[code-1]", Status.FAILED, consumed=None, reason=" "),
    # The account is good, so these are about the one job.
    Row("[unauthorized]", Status.FAILED, submits=3, consumed=None, reason="Invalid API key"),
    Row("[no-credits]", Status.FAILED, submits=3, consumed=None, reason="Insufficient credits"),
    Row("[lost]", Status.LOST, consumed=None),
    Row("[stuck]", Status.STALLED, consumed=None),
    Row("[file-not-image]", Status.UNFETCHED),
]
# These hold everything, or count towards the circuit breaker.
ALONE = {
    "[html-502]": Status.UNCONFIRMED,
    "[accepted-silent]": Status.UNCONFIRMED,
    "[accepted-reset]": Status.UNCONFIRMED,
    "[accepted-cut]": Status.UNCONFIRMED,
    "[accepted-502]": Status.UNCONFIRMED,
}
ENDS = state.FINAL | state.PARKED | {Status.HELD}


@pytest.fixture
def short_waits(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.GEMPIX_SUBMIT_TIMEOUT_SECONDS = 1
    settings.GEMPIX_NOT_FOUND_GRACE_SECONDS = 1.5
    settings.GEMPIX_STALLED_SECONDS = 5
    monkeypatch.setattr(backoff, "jittered", lambda seconds: min(seconds, 0.3))


@pytest.mark.usefixtures("short_waits")
def test_scenarios_end_in_their_states(
    sandbox: Sandbox, press: Press, work: Work, subtests: pytest.Subtests
) -> None:
    jobs = {row: press(row.prompt).jobs.get() for row in TABLE}

    def all_ended() -> bool:
        for job in jobs.values():
            job.refresh_from_db()
        return all(job.status == row.end or job.status in ENDS for row, job in jobs.items())

    work(all_ended, seconds=60)
    for row, job in jobs.items():
        with subtests.test(row.scenario):
            assert job.status == row.end
            assert job.attempts == row.submits
            assert job.images.count() == row.images
            assert row.reason in job.reason
            assert (len(job.words) > 10) == ("words" in row.scenario)
            if row.consumed is not None:
                assert job.consumed_credits == row.consumed
                assert job.ledger.get(kind=LedgerEntry.Kind.SETTLED).credits == row.consumed
    assert sandbox.submits == sum(row.submits for row in TABLE)


@pytest.mark.usefixtures("short_waits")
@pytest.mark.parametrize("scenario", ALONE)
def test_unclear_and_held_jobs_are_sent_once(
    scenario: str, sandbox: Sandbox, press: Press, work: Work
) -> None:
    job = press(f"a red fox {scenario}").jobs.get()

    def has_ended() -> bool:
        job.refresh_from_db()
        return job.status in ENDS

    work(has_ended)
    assert job.status == ALONE[scenario]
    assert sandbox.submits == 1
    assert not job.images.exists()


def test_late_file_is_fetched_without_a_second_submit(
    sandbox: Sandbox, press: Press, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polls, "fetch_wait", lambda job: 0.1)
    job = press("a red fox [broken-file:4]").jobs.get()
    work(lambda: Job.objects.get(pk=job.pk).status == Status.SUCCEEDED)
    assert sandbox.submits == 1
    assert job.events.filter(status=Status.UNFETCHED).count() >= 3


def test_recheck_completes_a_stalled_job(
    sandbox: Sandbox, press: Press, work: Work, member: User, settings: Any
) -> None:
    settings.GEMPIX_STALLED_SECONDS = 0.3
    sandbox.configure(hold=["a red fox"])
    job = press("a red fox").jobs.get()
    work(lambda: Job.objects.get(pk=job.pk).status == Status.STALLED)
    settings.GEMPIX_STALLED_SECONDS = 30
    job.refresh_from_db()
    sandbox.configure(hold=[])
    assert jobs.recheck(job, member)
    work(lambda: Job.objects.get(pk=job.pk).status == Status.SUCCEEDED)
    assert sandbox.submits == 1
