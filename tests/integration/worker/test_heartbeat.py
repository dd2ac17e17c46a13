"""The heartbeat: one sweep leads at a time, and another follows when it dies or resigns."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from generator.models import Pulse
from generator.worker import heartbeat
from tests.threads import in_threads

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.both_databases("worker.heartbeat"),
]


def test_one_of_many_sweeps_leads() -> None:
    heartbeat.record("first")  # of all: it only makes the row
    Pulse.objects.update(holder="", held_until=timezone.now() - timedelta(seconds=1))
    names = [f"sweep {number}" for number in range(20)]
    assert sorted(in_threads(heartbeat.record, names)) == [False] * 19 + [True]


def test_leader_renews_and_is_followed_when_it_resigns_or_dies() -> None:
    heartbeat.record("first")
    assert heartbeat.record("first")
    assert not heartbeat.record("second")
    heartbeat.release_leadership("second")  # of one that does not lead
    assert not heartbeat.record("second")
    heartbeat.release_leadership("first")
    assert heartbeat.record("second")
    Pulse.objects.update(held_until=timezone.now() - timedelta(seconds=1))
    assert heartbeat.record("third")
