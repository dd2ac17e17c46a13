"""How long to wait: doubling with a cap, and jitter so that many jobs do not come due at once."""

from __future__ import annotations

import random

MAX_JITTER = 1.1


def jittered(seconds: float) -> float:
    """Return up to a tenth more, never less."""
    return seconds * random.uniform(1, MAX_JITTER)  # noqa: S311 - spreads load, guards nothing


def seconds(failures: int, *, first: float, most: float) -> float:
    """Return the wait after this many failures in a row: `first`, doubling each time, up to
    `most`."""
    return jittered(min(most, first * 2 ** min(failures, 30)))


def poll_seconds(polls: int, *, least: float, most: float) -> float:
    """Return the wait before the next query: `least`, growing by half each time, up to `most`."""
    return jittered(min(most, least * 1.5 ** min(polls, 30)))
