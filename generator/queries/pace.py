"""How long the image service takes, as the latest images of a model and a size show."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from django.core.cache import cache

from generator.models import SHOWN, Image, Job
from generator.state import Status

# Enough to tell the sizes of a model apart.
SAMPLE = 100
# Fewer say too little.
LEAST_IMAGES = 3
CACHE_SECONDS = 60


class Pace(NamedTuple):
    """Seconds from the send to the image: what a fifth of them, half of them, and four fifths of
    them stay below."""

    soon: float
    usual: float
    late: float


def of_models(models: Iterable[str]) -> dict[tuple[str, str], Pace]:
    """Return the pace for each of these models and each size (empty for the model's default).
    Without enough images of a pair, it is missing. Cached for a minute."""
    names = {f"pace:{model}": model for model in models}
    known = cache.get_many(names) if names else {}
    for key in names.keys() - known.keys():
        known[key] = _measure(names[key])
        cache.set(key, known[key], CACHE_SECONDS)
    return {
        (names[key], size): Pace(*seconds)
        for key, by_size in known.items()
        for size, seconds in by_size.items()
    }


def _measure(model: str) -> dict[str, tuple[float, ...]]:
    # By the images, which have an index by model: jobs have none, and a new model's few would be
    # searched for among all.
    latest = Image.objects.filter(SHOWN, model=model).order_by("-pk").values("job")[:SAMPLE]
    recent = Job.objects.filter(pk__in=latest, status=Status.SUCCEEDED).order_by()
    seconds: defaultdict[str, list[float]] = defaultdict(list)
    for size, ended, sent in recent.values_list("batch__image_size", "ended_at", "submitted_at"):
        if ended and sent:
            seconds[size].append((ended - sent).total_seconds())
    return {
        size: (_quantile(times, 1), statistics.median(times), _quantile(times, 4))
        for size, times in seconds.items()
        if len(times) >= LEAST_IMAGES
    }


def _quantile(times: list[float], fifth: int) -> float:
    return statistics.quantiles(times, n=5, method="inclusive")[fifth - 1]
