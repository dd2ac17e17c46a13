"""When a task is queried: as the latest images of its model and size lead one to expect."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from generator.models import Job, User
from generator.worker import rhythm
from tests.images import make_batch, make_image, make_job

pytestmark = pytest.mark.django_db
MODEL = "a/model"
BOUNDS = {"FIRST": 5, "MIN": 3, "MAX": 20}


@pytest.fixture(autouse=True)
def bounds(settings: Any) -> None:
    for name, seconds in BOUNDS.items():
        setattr(settings, f"GEMPIX_POLL_{name}_SECONDS", seconds)


def took(owner: User, *times: float, size: str = "") -> None:
    """Make an image for each of these seconds between its send and its end."""
    for seconds in times:
        job = make_image(owner, model=MODEL, image_size=size).job
        assert job.ended_at
        sent = job.ended_at - timedelta(seconds=seconds)
        Job.objects.filter(pk=job.pk).update(submitted_at=sent)


def sent_before(owner: User, seconds: float, size: str = "") -> Job:
    job = make_job(make_batch(owner, model=MODEL, image_size=size))
    job.submitted_at = timezone.now() - timedelta(seconds=seconds)
    return job


def within(wait: float, seconds: float) -> bool:
    return seconds - 0.1 <= wait <= seconds * 1.1 + 0.1


def test_first_look_comes_shortly_before_the_image_usually_does(member: User) -> None:
    took(member, 18, 20, 20, 22, 24, 90)
    assert within(rhythm.first_wait(sent_before(member, 0)), 20 * rhythm.EARLY)


def test_looks_are_close_while_the_image_is_expected_and_then_grow_apart(member: User) -> None:
    took(member, 20, 20, 20, 20, 20)
    waits = [rhythm.next_wait(sent_before(member, age)) for age in (17, 21, 26, 30, 40, 90)]
    for wait, wanted in zip(waits, [3, 3, 3, 5, 10, 20], strict=True):
        assert within(wait, wanted), waits


def test_no_look_comes_before_the_bounds(member: User) -> None:
    took(member, 1, 1, 1)
    assert within(rhythm.first_wait(sent_before(member, 0)), 5)
    assert within(rhythm.next_wait(sent_before(member, 2)), 3)
    # As if the clock had been set back.
    assert within(rhythm.next_wait(sent_before(member, -600)), 3)


def test_sizes_are_told_apart(member: User) -> None:
    took(member, 20, 20, 20)
    took(member, 150, 150, 150, size="4k")
    assert within(rhythm.first_wait(sent_before(member, 0)), 18)
    assert within(rhythm.first_wait(sent_before(member, 0, size="4k")), 135)
    # Nothing is known of this one.
    assert within(rhythm.first_wait(sent_before(member, 0, size="2k")), 5)


def test_slow_service_is_not_left_alone_for_long(member: User) -> None:
    took(member, 3000, 3000, 3000)
    assert within(rhythm.first_wait(sent_before(member, 0)), rhythm.LONGEST_FIRST_SECONDS)
