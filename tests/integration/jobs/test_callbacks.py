"""Callbacks: a token opens, the body is only a hint, and the truth is read from the upstream."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from generator.models import Batch, Job
from generator.sandbox.server import Sandbox
from generator.services import submits
from generator.state import Status

pytestmark = pytest.mark.django_db


def report(job: Job, body: Any, token: str | None = None) -> int:
    path = reverse("generator:callback", args=[job.pk, token or job.callback_token])
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Client().post(path, content, content_type="application/json").status_code


def stage(job: Job, status: Status, **fields: Any) -> Job:
    """Put a job into a status, as a worker would have left it."""
    Job.objects.filter(pk=job.pk).update(status=status, **fields)
    job.refresh_from_db()
    return job


def test_a_report_makes_a_running_job_due_now(press: Callable[..., Batch]) -> None:
    job = stage(press().jobs.get(), Status.RUNNING, task_id="ta-1", due_at=None)
    assert report(job, {"task_id": "ta-1", "status": "success"}) == 204
    assert Job.objects.get(pk=job.pk).due_at is not None
    assert Job.objects.get(pk=job.pk).status == Status.RUNNING


@pytest.mark.parametrize("token", ["wrong", "x" * 32, "é"])
def test_a_wrong_token_changes_nothing(press: Callable[..., Batch], token: str) -> None:
    job = stage(press().jobs.get(), Status.RUNNING, task_id="ta-1", due_at=None)
    events = job.events.count()
    assert report(job, {"task_id": "ta-1", "status": "success"}, token) == 404
    job.refresh_from_db()
    assert (job.due_at, job.events.count()) == (None, events)


def test_another_task_is_refused(press: Callable[..., Batch]) -> None:
    job = stage(press().jobs.get(), Status.RUNNING, task_id="ta-1", due_at=None)
    assert report(job, {"task_id": "ta-2", "status": "success"}) == 409
    assert Job.objects.get(pk=job.pk).due_at is None


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff\xfe", b"[" * 100_000, b'"text"'])
def test_a_malformed_report_is_400(press: Callable[..., Batch], body: bytes) -> None:
    assert report(press().jobs.get(), body) == 400


def test_a_huge_report_is_not_read(press: Callable[..., Batch]) -> None:
    assert report(press().jobs.get(), b"{" + b" " * 300_000 + b"}") == 413


def test_only_post_is_answered(press: Callable[..., Batch]) -> None:
    job = press().jobs.get()
    path = reverse("generator:callback", args=[job.pk, job.callback_token])
    assert Client().get(path).status_code == 405


def test_a_report_resolves_an_unconfirmed_job_without_a_second_send(
    sandbox: Sandbox, press: Callable[..., Batch], work: Callable[..., None], settings: Any
) -> None:
    settings.GEMPIX_SUBMIT_TIMEOUT_SECONDS = 0.5
    job = press("a red fox [accepted-reset]").jobs.get()
    work(lambda: Job.objects.get(pk=job.pk).status == Status.UNCONFIRMED)
    (task_id,) = sandbox.tasks
    job.refresh_from_db()
    assert report(job, {"task_id": task_id, "status": "success"}) == 204
    work(lambda: Job.objects.get(pk=job.pk).status == Status.SUCCEEDED)
    assert sandbox.submits == 1


def test_a_report_before_the_answer_is_kept_for_whoever_records_it(
    sandbox: Sandbox, press: Callable[..., Batch], work: Callable[..., None]
) -> None:
    job = press().jobs.get()
    (claimed,) = submits.claim(1)
    task_id = submits.send(claimed)
    assert report(job, {"task_id": task_id, "status": "success"}) == 204
    assert Job.objects.get(pk=job.pk).status == Status.SUBMITTING
    submits.park(claimed, "The worker was stopped while this was being sent.")
    work(lambda: Job.objects.get(pk=job.pk).status == Status.SUCCEEDED)
    assert sandbox.submits == 1


def test_a_report_saves_a_job_that_was_queued_again_from_a_second_payment(
    sandbox: Sandbox, press: Callable[..., Batch], work: Callable[..., None]
) -> None:
    first = press().jobs.get()
    (claimed,) = submits.claim(1)
    task_id = submits.send(claimed)
    claimed.advance(Status.QUEUED, due_in_seconds=0)
    assert report(first, {"task_id": task_id, "status": "success"}) == 204
    work(lambda: Job.objects.get(pk=first.pk).status == Status.SUCCEEDED)
    assert sandbox.submits == 1


def test_a_report_that_names_an_unknown_task_is_dropped_after_some_looks(
    sandbox: Sandbox,
    press: Callable[..., Batch],
    work: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("generator.services.backoff.jittered", lambda seconds: 0.05)
    job = stage(press().jobs.get(), Status.UNCONFIRMED, due_at=None)
    assert report(job, {"task_id": "ta-unheard-of", "status": "success"}) == 204
    work(lambda: Job.objects.get(pk=job.pk).callback_task_id == "")
    job.refresh_from_db()
    assert (job.status, job.task_id, job.due_at) == (Status.UNCONFIRMED, None, None)


def test_a_task_that_another_job_holds_is_never_taken_twice(
    sandbox: Sandbox, press: Callable[..., Batch], work: Callable[..., None]
) -> None:
    first = press().jobs.get()
    work(lambda: Job.objects.get(pk=first.pk).status == Status.SUCCEEDED)
    first.refresh_from_db()
    second = stage(press("a blue fox").jobs.get(), Status.UNCONFIRMED, due_at=None)
    assert report(second, {"task_id": first.task_id, "status": "success"}) == 204
    work(lambda: not Job.objects.get(pk=second.pk).callback_task_id)
    second.refresh_from_db()
    assert (second.status, second.task_id) == (Status.UNCONFIRMED, None)
    assert second.images.count() == 0


def test_a_report_revives_a_parked_job(
    sandbox: Sandbox, press: Callable[..., Batch], work: Callable[..., None], settings: Any
) -> None:
    settings.GEMPIX_STALLED_SECONDS = 0.2
    job = press("a red fox [slow:4]").jobs.get()
    work(lambda: Job.objects.get(pk=job.pk).status == Status.STALLED)
    settings.GEMPIX_STALLED_SECONDS = 30
    job.refresh_from_db()
    assert report(job, {"task_id": job.task_id, "status": "success"}) == 204
    work(lambda: Job.objects.get(pk=job.pk).status == Status.SUCCEEDED)
