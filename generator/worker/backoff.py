"""How long to wait: doubling with a cap, and jitter so that many jobs do not come at once."""

from __future__ import annotations

import random

MAX_JITTER = 1.1


def jittered(seconds: float) -> float:
    """Return up to a tenth more, never less."""
    return seconds * random.uniform(1, MAX_JITTER)  # noqa: S311 - spreads load, guards nothing


def seconds(failures: int, *, first: float, most: float) -> float:
    """The wait after this many failures in a row: `first`, then twice as long each, to `most`."""
    return jittered(min(most, first * 2 ** min(failures, 30)))


def poll_seconds(polls: int, *, least: float, most: float) -> float:
    """The wait before the next look: `least`, growing by half each, to `most`."""
    return jittered(min(most, least * 1.5 ** min(polls, 30)))
