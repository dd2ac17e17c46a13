"""Whether work is being done: the sweep's pulse, its leadership, and the watchdog's questions."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from generator import taskqueue
from generator.models import Job, Pulse

# A leader renews well within this; when it dies, another sweep may lead after it.
LEADERSHIP_SECONDS = 10


def beat(holder: str) -> bool:
    """Write that work is being done, and lead if nobody else does; gives whether we lead.

    One conditional update: of two sweeps only one can find the leadership free.
    """
    now = timezone.now()
    Pulse.objects.get_or_create(pk=1)
    # A leadership that ends far in the future was taken before the clock was set back.
    is_free = Q(held_until__lt=now) | Q(held_until__gt=now + timedelta(minutes=1))
    return bool(
        Pulse.objects.filter(Q(holder=holder) | is_free, pk=1).update(
            at=now, holder=holder, held_until=now + timedelta(seconds=LEADERSHIP_SECONDS)
        )
    )


def resign(holder: str) -> None:
    """Give the leadership back, so that the next sweep need not wait for it to run out."""
    now = timezone.now()
    Pulse.objects.filter(pk=1, holder=holder).update(at=now, holder="", held_until=now)


def overdue_seconds() -> float:
    """For how long work has been due while none was done; 0 when nothing is wrong."""
    first = Job.objects.due(timezone.now()).values_list("due_at", flat=True).first()
    if first is None:
        return 0
    return overdue(first, Pulse.objects.filter(pk=1).values_list("at", flat=True).first())


def overdue(first_due: datetime | None, beat_at: datetime | None) -> float:
    """The same in seconds, from when work was first due and when some was last done."""
    if first_due is None:
        return 0
    now = timezone.now()
    # Times in the future come from a clock that was set back: they excuse nothing for long.
    since = [moment for moment in (first_due, beat_at) if moment is not None and moment <= now]
    return (now - max(since)).total_seconds() if since else 0


def nudge() -> None:
    """Ask the queue for a sweep."""
    taskqueue.nudge()
