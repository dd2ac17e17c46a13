"""A database that is away: a clear page that says whether anything was sent, and work resumes."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from generator.models import Batch
from generator.sandbox.server import Sandbox
from generator.state import Status
from generator.worker import db_retry, submits
from tests.forms import compose_form
from tests.typing import Press, Work

pytestmark = pytest.mark.django_db


def away(*args: Any, **kwargs: Any) -> None:
    raise OperationalError("database is locked")


@pytest.mark.both_databases("views.errors")
def test_pages_answer_503_with_a_message(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client.raise_request_exception = False
    monkeypatch.setattr("django.contrib.auth.backends.ModelBackend.get_user", away)
    for path in ("/", "/history/", "/gallery/", "/live/?have=x"):
        answer = client.get(path)
        assert answer.status_code == 503, path
        assert answer["Retry-After"] == "10", path
        assert "Nothing was sent" in answer.content.decode(), path


def test_failed_press_can_be_repeated(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client.raise_request_exception = False
    form = compose_form()
    with monkeypatch.context() as broken:
        broken.setattr("generator.services.usage.reserve", away)
        assert client.post("/batches/", form).status_code == 503
    assert Batch.objects.count() == 0
    assert client.post("/batches/", form).status_code == 302
    assert Batch.objects.count() == 1


def test_callback_answers_503(press: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    job = press().jobs.get()
    client = Client(raise_request_exception=False)
    monkeypatch.setattr("generator.services.callbacks.report", away)
    path = f"/callbacks/{job.pk}/{job.callback_token}/"
    body = '{"task_id": "t", "status": "success"}'
    assert client.post(path, body, content_type="application/json").status_code == 503


@pytest.mark.both_databases("worker.db_retry")
@pytest.mark.django_db(transaction=True)
def test_result_of_a_submit_survives_an_outage(
    sandbox: Sandbox, press: Press, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db_retry, "RETRY_SECONDS", 0.05)
    failures = iter(range(5))
    accept = submits.accept

    def flaky(*args: Any, **kwargs: Any) -> bool:
        if next(failures, None) is not None:
            raise OperationalError("server closed the connection unexpectedly")
        return accept(*args, **kwargs)

    monkeypatch.setattr(submits, "accept", flaky)
    batch = press()
    work(lambda: batch.jobs.get().status == Status.SUCCEEDED)
    assert sandbox.submits == 1
    assert next(failures, None) is None
