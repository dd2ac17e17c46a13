"""The heartbeat: one sweep leads at a time, and another follows when it dies or resigns."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from generator.models import Pulse
from generator.services import pulse
from tests.threads import in_threads

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases("services.pulse")]


def test_one_of_many_sweeps_leads() -> None:
    pulse.beat("first")  # of all: it only makes the row
    Pulse.objects.update(holder="", held_until=timezone.now() - timedelta(seconds=1))
    names = [f"sweep {number}" for number in range(20)]
    assert sorted(in_threads(pulse.beat, names)) == [False] * 19 + [True]


def test_leader_renews_and_is_followed_when_it_resigns_or_dies() -> None:
    pulse.beat("first")
    assert pulse.beat("first")
    assert not pulse.beat("second")
    pulse.resign("second")  # of one that does not lead
    assert not pulse.beat("second")
    pulse.resign("first")
    assert pulse.beat("second")
    Pulse.objects.update(held_until=timezone.now() - timedelta(seconds=1))
    assert pulse.beat("third")
