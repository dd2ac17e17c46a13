"""A job's timeline as it is read: rounds that only repeat are folded into one line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from generator.models import Job, JobEvent

# A round is at most this many lines that come again in the same order: sent, refused, queued.
LONGEST_ROUND = 3
# Fewer repeats are as quickly read as their summary.
LEAST_REPEATS = 3
NUMBER = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Lines of a timeline in their order; `rounds` says how often they repeat (1: they do not)."""

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
        """The lines of one round: the last, which says how it stood in the end."""
        return self.events[-(len(self.events) // self.rounds) :]

    @property
    def pauses_seconds(self) -> tuple[float, float]:
        """The shortest and the longest time from one round to the next."""
        starts = [event.at for event in self.events[:: len(self.events) // self.rounds]]
        gaps = [later - sooner for sooner, later in pairwise(starts)]
        return _seconds(min(gaps)), _seconds(max(gaps))


def timeline(job: Job) -> list[Stretch]:
    """The job's events in one query, with repeating rounds folded."""
    return fold(list(job.events.all()))


def fold(events: Sequence[JobEvent]) -> list[Stretch]:
    """Each line by itself, but rounds that repeat as one stretch; nothing is lost or reordered."""
    kinds = [_kind(event) for event in events]
    stretches, place = [], 0
    while place < len(events):
        size, rounds = _longest_repeat(kinds, place)
        stretches.append(Stretch(events[place : place + size * rounds], rounds))
        place += size * rounds
    return stretches


def _longest_repeat(kinds: Sequence[object], place: int) -> tuple[int, int]:
    """Size and number of the rounds that begin here and cover most; (1, 1) when nothing repeats."""
    best = (1, 1)
    for size in range(1, LONGEST_ROUND + 1):
        block, rounds = kinds[place : place + size], 1
        while kinds[place + size * rounds : place + size * (rounds + 1)] == block:
            rounds += 1
        if rounds >= LEAST_REPEATS and size * rounds > best[0] * best[1]:
            best = (size, rounds)
    return best


def _kind(event: JobEvent) -> tuple[object, ...]:
    """What makes two lines the same to a reader: all but the time and the figures in the words."""
    return event.kind, event.status, NUMBER.sub("0", event.detail), event.http_status


def _seconds(gap: timedelta) -> float:
    return max(0.0, gap.total_seconds())
