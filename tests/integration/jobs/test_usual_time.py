"""How long a model usually takes, as cards show it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from generator.models import Job, User
from generator.queries import jobs, pace
from generator.state import Status
from tests.images import make_batch, make_image, make_job

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases("queries.pace")]


def make_timed(owner: User, seconds: float, model: str) -> None:
    job = make_image(owner, model=model).job
    assert job.ended_at
    sent = job.ended_at - timedelta(seconds=seconds)
    Job.objects.filter(pk=job.pk).update(submitted_at=sent)


def usual_seconds(owner: User, model: str) -> int | None:
    job = make_job(make_batch(owner, model=model))
    job.status = Status.RUNNING
    jobs.add_usual_seconds([job])
    return job.usual_seconds


def test_usual_time_is_the_median_of_the_latest_images_of_the_model(
    member: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "SAMPLE", 3)
    for seconds in (90, 90, 90, 5, 20, 11):
        make_timed(member, seconds, "a/model")
    make_timed(member, 300, "another/model")
    assert usual_seconds(member, "a/model") == 11


def test_usual_time_is_unknown_with_fewer_than_three_images(member: User) -> None:
    for seconds in (5, 6):
        make_timed(member, seconds, "a/model")
    assert usual_seconds(member, "a/model") is None
