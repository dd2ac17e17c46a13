"""Waking the worker."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from generator import taskqueue
from generator.models import Pulse

# A leading sweep records its heartbeat every two seconds.
FRESH = timedelta(seconds=4)


def wake() -> None:
    """Have the worker process now what the caller's transaction makes due.

    A leading sweep notices the commit itself (`generator.changes`); without one, enqueue a sweep.
    If the leader died a moment ago, the watchdog does so a few seconds later.
    """
    now = timezone.now()
    led = Pulse.objects.filter(at__gt=now - FRESH, held_until__gt=now).exclude(holder="")
    if not led.exists():
        taskqueue.nudge()
