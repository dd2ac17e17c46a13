"""The sweep's heartbeat, and which of several sweeps leads."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from generator.models import Pulse

# A leader renews well within this; when it dies, another sweep may lead after it.
LEADERSHIP_SECONDS = 10


def record(leader_id: str) -> bool:
    """Write that work is being done, and lead if nobody else does; gives whether we lead.

    One conditional update: of two sweeps only one can find the leadership free.
    """
    now = timezone.now()
    Pulse.objects.get_or_create(pk=1)
    # A leadership that ends far in the future was taken before the clock was set back.
    is_free = Q(held_until__lt=now) | Q(held_until__gt=now + timedelta(minutes=1))
    return bool(
        Pulse.objects.filter(Q(holder=leader_id) | is_free, pk=1).update(
            at=now, holder=leader_id, held_until=now + timedelta(seconds=LEADERSHIP_SECONDS)
        )
    )


def release_leadership(leader_id: str) -> None:
    """Give the leadership back, so that the next sweep need not wait for it to run out."""
    now = timezone.now()
    Pulse.objects.filter(pk=1, holder=leader_id).update(at=now, holder="", held_until=now)
