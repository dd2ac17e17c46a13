"""The sweep's heartbeat, and which of several sweeps leads."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from generator.models import Pulse

# A leader renews well within this time; if it dies, another sweep can lead afterwards.
LEADERSHIP_SECONDS = 10


def record(leader_id: str) -> bool:
    """Record that work is being done, and lead if nobody else does; return whether this sweep
    leads.

    One conditional update: only one of several sweeps can take a free leadership.
    """
    Pulse.objects.get_or_create(pk=1)
    now = timezone.now()  # not earlier: a new row is free from its own time on
    # A leadership that ends far in the future was taken before the clock was set back.
    is_free = Q(held_until__lt=now) | Q(held_until__gt=now + timedelta(minutes=1))
    return bool(
        Pulse.objects.filter(Q(holder=leader_id) | is_free, pk=1).update(
            at=now, holder=leader_id, held_until=now + timedelta(seconds=LEADERSHIP_SECONDS)
        )
    )


def release_leadership(leader_id: str) -> None:
    """Release the leadership, so that the next sweep need not wait for it to expire."""
    now = timezone.now()
    Pulse.objects.filter(pk=1, holder=leader_id).update(at=now, holder="", held_until=now)
