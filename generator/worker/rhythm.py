"""When to query a task: as the latest images of its model and size lead one to expect.

The settings are the bounds. No first look comes before `GEMPIX_POLL_FIRST_SECONDS`, and between two
looks there are `GEMPIX_POLL_MIN_SECONDS` or more. Without experience, the first look comes at the
former, and the waits grow from the latter by half each time, up to `GEMPIX_POLL_MAX_SECONDS`.
"""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone

from generator.models import Job
from generator.queries import pace
from generator.queries.pace import Pace
from generator.worker import backoff

# Somewhat before the first fifth of the images came. What is measured contains our own waits, so a
# share of it is what lets the first look come earlier when the service becomes faster.
EARLY = 0.9
# Something else may have become usual since, so nothing is left alone for longer.
LONGEST_FIRST_SECONDS = 180


def first_wait(job: Job) -> float:
    """Return the seconds from the accepted submit to the first look."""
    known = _pace(job)
    expected = min(known.soon * EARLY, LONGEST_FIRST_SECONDS) if known else 0.0
    return backoff.jittered(max(settings.GEMPIX_POLL_FIRST_SECONDS, expected))


def next_wait(job: Job) -> float:
    """Return the seconds until the next look at a task that was not finished yet: the shortest wait
    while its image is expected, and then half of the time by which it is late."""
    least, most = settings.GEMPIX_POLL_MIN_SECONDS, settings.GEMPIX_POLL_MAX_SECONDS
    known = _pace(job)
    if known is None or job.submitted_at is None:
        return backoff.poll_seconds(job.polls, least=least, most=most)
    late = (timezone.now() - job.submitted_at).total_seconds() - known.late
    return backoff.jittered(min(most, max(least, late / 2)))


def _pace(job: Job) -> Pace | None:
    model, size = job.batch.model, job.batch.image_size
    return pace.of_models([model]).get((model, size))
