"""Generating on hold for the whole installation, and resumed."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command

from generator.models import Batch, Gate, Job, JobEvent, User
from generator.sandbox.server import Sandbox
from generator.services import holds, jobs
from generator.state import Status
from generator.supervisor import preflight, stack
from tests.typing import LogIn, Press, Work

pytestmark = pytest.mark.django_db


def test_pause_stops_submits_until_it_is_lifted(
    sandbox: Sandbox, owner: User, login: LogIn, press: Press, work: Work
) -> None:
    client = login(owner)
    assert client.post("/hold/pause/", {"reason": ""}).status_code == 422
    reason = {"reason": "The month's budget is spent."}
    assert client.post("/hold/pause/", reason).status_code == 302
    batch = press(count=2)
    work(lambda: batch.jobs.filter(status=Status.HELD).count() == 2)
    assert sandbox.submits == 0
    assert "budget is spent" in client.get("/").content.decode()
    assert client.post("/hold/release/").status_code == 302
    work(lambda: batch.jobs.filter(status=Status.SUCCEEDED).count() == 2)


def test_start_on_hold_sends_nothing_that_was_queued(
    sandbox: Sandbox, press: Press, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    def begins(**wanted: bool) -> None:
        assert wanted == {"hold": True}
        preflight.hold()

    monkeypatch.setattr(stack, "run", begins)
    batch = press(count=2)  # what the copied data had in its queue
    call_command("run", "--hold")
    work(lambda: batch.jobs.filter(status=Status.HELD).count() == 2)
    assert sandbox.submits == 0
    assert "--hold" in Gate.objects.get().detail


def test_hundred_held_jobs_resume_in_order(sandbox: Sandbox, press: Press, work: Work) -> None:
    holds.hold(Gate.Hold.PAUSED, "for the test")
    for _ in range(20):
        press(count=5)
    held = Batch.objects.filter(jobs__status=Status.HELD)
    work(lambda: held.count() == 100)
    holds.release()
    done = Batch.objects.filter(jobs__status=Status.SUCCEEDED)
    work(lambda: done.count() == 100, seconds=300)
    assert sandbox.submits == 100
    sent = JobEvent.objects.filter(status=Status.SUBMITTING).order_by("id")
    jobs_in_order = Job.objects.order_by("id").values_list("pk", flat=True)
    assert list(sent.values_list("job_id", flat=True)) == list(jobs_in_order)


@pytest.mark.both_databases("models.installation", "services.holds", "worker.leases")
def test_release_resumes_held_jobs(sandbox: Sandbox, press: Press, work: Work, owner: User) -> None:
    sandbox.configure(credits=0)
    refused = press("a red fox").jobs.get()
    work(lambda: Gate.objects.filter(hold=Gate.Hold.CREDITS).exists())
    batch = press("a blue fox", count=3)
    work(lambda: batch.jobs.filter(status=Status.HELD).count() == 3)
    refused.refresh_from_db()
    assert jobs.cancel(refused, owner)
    sent_while_held = sandbox.submits
    sandbox.configure(credits=100)
    assert holds.release() == 3
    work(lambda: batch.jobs.filter(status=Status.SUCCEEDED).count() == 3)
    assert sandbox.submits == sent_while_held + 3
    assert holds.release() == 0


def test_another_key_lifts_the_hold(
    sandbox: Sandbox, press: Press, work: Work, settings: Any
) -> None:
    settings.GEMPIX_API_KEY = "dk-bad-0123456789"
    batch = press(count=2)
    work(lambda: batch.jobs.filter(status=Status.HELD).count() == 2)
    settings.GEMPIX_API_KEY = "dk-good-0123456789"
    work(lambda: batch.jobs.filter(status=Status.SUCCEEDED).count() == 2)
    assert holds.release() == 0


@pytest.mark.parametrize(
    ("kind", "for_owner", "for_member"),
    [
        (Gate.Hold.PAUSED, "until an admin presses Resume", "until an admin resumes it"),
        (Gate.Hold.KEY, "until the owner enters another key", "until an admin resolves this"),
        (Gate.Hold.CREDITS, "once credits have been added", "until an admin resolves this"),
    ],
)
def test_banner_says_what_ends_the_hold(
    owner: User, member: User, login: LogIn, kind: str, for_owner: str, for_member: str
) -> None:
    holds.hold(kind, "the reason")
    assert for_owner in login(owner).get("/gallery/").content.decode()
    assert for_member in login(member).get("/gallery/").content.decode()
