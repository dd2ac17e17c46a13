"""A database that is away: a clear page that says whether anything was sent, and work resumes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from generator.models import Batch, User
from generator.sandbox.server import Sandbox
from generator.services import patience, submits
from generator.state import Status

pytestmark = pytest.mark.django_db


def away(*args: Any, **kwargs: Any) -> None:
    raise OperationalError("database is locked")


@pytest.mark.parametrize("path", ["/", "/history/", "/gallery/", "/live/?have=x"])
def test_pages_say_so_and_are_no_500(
    path: str, member: User, login: Callable[[User], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = login(member)
    client.raise_request_exception = False
    monkeypatch.setattr("django.contrib.auth.backends.ModelBackend.get_user", away)
    answer = client.get(path)
    assert answer.status_code == 503
    assert answer["Retry-After"] == "10"
    assert "Nothing was sent" in answer.content.decode()


def test_a_press_that_meets_it_sends_nothing_and_can_be_repeated(
    member: User, login: Callable[[User], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = login(member)
    client.raise_request_exception = False
    form = {"prompt": "a fox", "model": "google/gempix2", "count": 1, "form_token": "t"}
    with monkeypatch.context() as broken:
        broken.setattr("generator.services.usage.reserve", away)
        assert client.post("/batches/", form).status_code == 503
    assert Batch.objects.count() == 0
    assert client.post("/batches/", form).status_code == 302
    assert Batch.objects.count() == 1


def test_the_callback_asks_the_vendor_to_come_again(
    press: Callable[..., Batch], monkeypatch: pytest.MonkeyPatch
) -> None:
    job = press().jobs.get()
    client = Client(raise_request_exception=False)
    monkeypatch.setattr("generator.services.jobs.report", away)
    path = f"/callbacks/{job.pk}/{job.callback_token}/"
    body = '{"task_id": "t", "status": "success"}'
    assert client.post(path, body, content_type="application/json").status_code == 503


@pytest.mark.django_db(transaction=True)
def test_an_answer_in_hand_is_not_lost_with_the_database(
    sandbox: Sandbox,
    press: Callable[..., Batch],
    work: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(patience, "RETRY_SECONDS", 0.05)
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
