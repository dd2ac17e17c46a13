"""A job's timeline as it is read: repeating rounds are folded into one line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from generator.models import Job, JobEvent

# A round is at most this many lines that repeat in the same order: sent, refused, queued.
LONGEST_ROUND = 3
# Fewer repeats are as quick to read as their summary.
LEAST_REPEATS = 3
NUMBER = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Lines of a timeline in their order; `rounds` is how often they repeat (1: not at all)."""

    events: Sequence[JobEvent]
    rounds: int = 1

    @property
    def folded(self) -> bool:
        return self.rounds > 1

    @property
    def first(self) -> JobEvent:
        return self.events[0]

    @property
    def round(self) -> Sequence[JobEvent]:
        """Return the lines of the last round, which shows the final state."""
        return self.events[-(len(self.events) // self.rounds) :]

    @property
    def pauses_seconds(self) -> tuple[float, float]:
        """Return the shortest and the longest time from one round to the next."""
        starts = [event.at for event in self.events[:: len(self.events) // self.rounds]]
        gaps = [later - sooner for sooner, later in pairwise(starts)]
        return _seconds(min(gaps)), _seconds(max(gaps))


def timeline(job: Job) -> list[Stretch]:
    """Return the job's events, in one query, with repeating rounds folded."""
    return fold(list(job.events.all()))


def fold(events: Sequence[JobEvent]) -> list[Stretch]:
    """Fold repeating rounds into one stretch each; nothing is lost or reordered."""
    kinds = [_kind(event) for event in events]
    stretches, start = [], 0
    while start < len(events):
        size, rounds = _longest_repeat(kinds, start)
        stretches.append(Stretch(events[start : start + size * rounds], rounds))
        start += size * rounds
    return stretches


def _longest_repeat(kinds: Sequence[object], start: int) -> tuple[int, int]:
    """Return size and number of the repeating rounds that begin here and cover most; (1, 1) if
    nothing repeats."""
    best = (1, 1)
    for size in range(1, LONGEST_ROUND + 1):
        block, rounds = kinds[start : start + size], 1
        while kinds[start + size * rounds : start + size * (rounds + 1)] == block:
            rounds += 1
        if rounds >= LEAST_REPEATS and size * rounds > best[0] * best[1]:
            best = (size, rounds)
    return best


def _kind(event: JobEvent) -> tuple[object, ...]:
    """Return what makes two lines the same to a reader: everything but times and numbers."""
    return event.kind, event.status, NUMBER.sub("0", event.detail), event.http_status


def _seconds(gap: timedelta) -> float:
    return max(0.0, gap.total_seconds())
