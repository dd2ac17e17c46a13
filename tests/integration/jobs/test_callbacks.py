"""Callbacks: a token opens, the body is only a hint, and the truth is read from the upstream."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from generator.models import Job
from generator.models.event_details import EventDetail
from generator.sandbox.server import Sandbox
from generator.services import connections
from generator.state import Status
from generator.views import callbacks as callback_view
from generator.worker import submits
from tests.threads import in_threads
from tests.typing import Press, Work

pytestmark = pytest.mark.django_db
both = pytest.mark.both_databases(
    "services.callbacks", "services.jobs", "worker.submits", "worker.polls"
)


def post_callback(job: Job, body: Any, token: str | None = None) -> int:
    path = reverse("generator:callback", args=[job.pk, token or job.callback_token])
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Client().post(path, content, content_type="application/json").status_code


def put_into(job: Job, status: Status, **fields: Any) -> Job:
    """Put a job into a status as a worker would."""
    Job.objects.filter(pk=job.pk).update(status=status, **fields)
    job.refresh_from_db()
    return job


@both
def test_callback_makes_a_running_job_due(press: Press) -> None:
    job = put_into(press().jobs.get(), Status.RUNNING, task_id="ta-1", due_at=None)
    assert post_callback(job, {"task_id": "ta-1", "status": "success"}) == 204
    assert Job.objects.get(pk=job.pk).due_at is not None
    assert Job.objects.get(pk=job.pk).status == Status.RUNNING


def test_wrong_token_changes_nothing(press: Press) -> None:
    job = put_into(press().jobs.get(), Status.RUNNING, task_id="ta-1", due_at=None)
    events = job.events.count()
    for token in ("wrong", "x" * 32, "é"):
        assert post_callback(job, {"task_id": "ta-1", "status": "success"}, token) == 404
    job.refresh_from_db()
    assert (job.due_at, job.events.count()) == (None, events)


def test_wrong_token_leaves_one_line_in_the_log(
    press: Press, caplog: pytest.LogCaptureFixture
) -> None:
    job = press().jobs.get()
    post_callback(job, {"task_id": "ta-1"}, "wrong")
    lines = [record for record in caplog.records if record.levelname == "WARNING"]
    assert [record.getMessage() for record in lines if record.name.startswith("generator")] == [
        f"a callback for job {job.pk} from 127.0.0.1 had a wrong token"
    ]


def test_address_without_the_last_slash_is_answered(press: Press) -> None:
    job = put_into(press().jobs.get(), Status.RUNNING, task_id="ta-1", due_at=None)
    path = f"/callbacks/{job.pk}/{job.callback_token}"
    body = json.dumps({"task_id": "ta-1", "status": "success"})
    assert Client().post(path, body, content_type="application/json").status_code == 204
    assert Job.objects.get(pk=job.pk).due_at is not None


@pytest.mark.django_db(transaction=True)
@pytest.mark.both_databases("models.lock_wait", "views.callbacks")
def test_locked_database_is_answered_503_and_the_next_call_waits_as_usual(
    press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(callback_view, "MAX_LOCK_SECONDS", 0.05)
    job = put_into(press().jobs.get(), Status.RUNNING, task_id="ta-1", due_at=None)
    locked, answered = Event(), Event()

    def hold_a_lock(_: int) -> None:
        with transaction.atomic():
            Job.objects.filter(pk=job.pk).update(polls=7)
            locked.set()
            assert answered.wait(20)

    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(in_threads, hold_a_lock, [0])
        assert locked.wait(20)
        try:
            assert post_callback(job, {"task_id": "ta-1", "status": "success"}) == 503
            with connection.cursor() as cursor:
                sqlite = connection.vendor == "sqlite"
                cursor.execute("PRAGMA busy_timeout" if sqlite else "SHOW lock_timeout")
                assert cursor.fetchone()[0] == (20_000 if sqlite else "0")
        finally:
            answered.set()
        held.result()
    assert Job.objects.get(pk=job.pk).due_at is None
    assert post_callback(job, {"task_id": "ta-1", "status": "success"}) == 204


def test_callback_for_another_task_is_refused(press: Press) -> None:
    job = put_into(press().jobs.get(), Status.RUNNING, task_id="ta-1", due_at=None)
    assert post_callback(job, {"task_id": "ta-2", "status": "success"}) == 409
    assert Job.objects.get(pk=job.pk).due_at is None


def test_malformed_callback_is_400(press: Press) -> None:
    job = press().jobs.get()
    for body in (b"", b"{", b"[]", b"\xff\xfe", b"[" * 100_000, b'"text"'):
        assert post_callback(job, body) == 400, body[:9]


def test_huge_callback_is_413(press: Press) -> None:
    assert post_callback(press().jobs.get(), b"{" + b" " * 300_000 + b"}") == 413


def test_only_post_is_answered(press: Press) -> None:
    job = press().jobs.get()
    path = reverse("generator:callback", args=[job.pk, job.callback_token])
    assert Client().get(path).status_code == 405


@both
def test_callback_resolves_an_unconfirmed_job(
    sandbox: Sandbox, press: Press, work: Work, settings: Any
) -> None:
    settings.GEMPIX_SUBMIT_TIMEOUT_SECONDS = 0.5
    job = press("a red fox [accepted-reset]").jobs.get()
    work(lambda: Job.objects.get(pk=job.pk).status == Status.UNCONFIRMED)
    (task_id,) = sandbox.tasks
    job.refresh_from_db()
    assert post_callback(job, {"task_id": task_id, "status": "success"}) == 204
    work(lambda: Job.objects.get(pk=job.pk).status == Status.SUCCEEDED)
    assert sandbox.submits == 1


@both
def test_callback_before_the_response_is_kept(sandbox: Sandbox, press: Press, work: Work) -> None:
    job = press().jobs.get()
    connection = connections.read()
    (claimed,) = submits.claim(1, connection)
    task_id = submits.send(claimed, connection)
    assert post_callback(job, {"task_id": task_id, "status": "success"}) == 204
    assert Job.objects.get(pk=job.pk).status == Status.SUBMITTING
    submits.park_as(claimed, EventDetail.WORKER_STOPPED)
    work(lambda: Job.objects.get(pk=job.pk).status == Status.SUCCEEDED)
    assert sandbox.submits == 1


@both
def test_callback_saves_a_requeued_job_from_a_second_submit(
    sandbox: Sandbox, press: Press, work: Work
) -> None:
    first = press().jobs.get()
    connection = connections.read()
    (claimed,) = submits.claim(1, connection)
    task_id = submits.send(claimed, connection)
    claimed.advance(Status.QUEUED, due_in_seconds=0)
    assert post_callback(first, {"task_id": task_id, "status": "success"}) == 204
    work(lambda: Job.objects.get(pk=first.pk).status == Status.SUCCEEDED)
    assert sandbox.submits == 1


@both
def test_callback_for_an_unknown_task_is_dropped(
    sandbox: Sandbox, press: Press, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generator.worker.backoff.jittered", lambda seconds: 0.05)
    job = put_into(press().jobs.get(), Status.UNCONFIRMED, due_at=None)
    assert post_callback(job, {"task_id": "ta-unheard-of", "status": "success"}) == 204
    work(lambda: Job.objects.get(pk=job.pk).callback_task_id == "")
    job.refresh_from_db()
    assert (job.status, job.task_id, job.due_at) == (Status.UNCONFIRMED, None, None)


@both
def test_task_of_another_job_is_never_taken(sandbox: Sandbox, press: Press, work: Work) -> None:
    first = press().jobs.get()
    work(lambda: Job.objects.get(pk=first.pk).status == Status.SUCCEEDED)
    first.refresh_from_db()
    second = put_into(press("a blue fox").jobs.get(), Status.UNCONFIRMED, due_at=None)
    assert post_callback(second, {"task_id": first.task_id, "status": "success"}) == 204
    work(lambda: not Job.objects.get(pk=second.pk).callback_task_id)
    second.refresh_from_db()
    assert (second.status, second.task_id) == (Status.UNCONFIRMED, None)
    assert second.images.count() == 0


def test_callback_revives_a_stalled_job(
    sandbox: Sandbox, press: Press, work: Work, settings: Any
) -> None:
    settings.GEMPIX_STALLED_SECONDS = 0.2
    sandbox.configure(hold=["a red fox"])
    job = press("a red fox").jobs.get()
    work(lambda: Job.objects.get(pk=job.pk).status == Status.STALLED)
    settings.GEMPIX_STALLED_SECONDS = 30
    sandbox.configure(hold=[])
    job.refresh_from_db()
    sandbox.configure(hold=[])
    assert post_callback(job, {"task_id": job.task_id, "status": "success"}) == 204
    work(lambda: Job.objects.get(pk=job.pk).status == Status.SUCCEEDED)
