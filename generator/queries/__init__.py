"""Every read that a page needs; each in a constant number of queries.

Lists are pages by key, newest first: `cursor` is the id of the last row of the page before.
"""

from __future__ import annotations

import statistics
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Generic, TypeVar

from django.core.cache import cache
from django.db.models import Prefetch, QuerySet, Sum, prefetch_related_objects
from django.utils import timezone

from generator.models import SHOWN, Batch, Credential, Gate, Image, Job, LedgerEntry, User
from generator.models.ids import id_floor
from generator.state import Status

BATCHES_A_PAGE = 12
IMAGES_A_PAGE = 48
# A picture that is committed a moment after a younger one still shows up as new within this.
ARRIVALS_OVERLAP = timedelta(seconds=5)
USUAL_SAMPLE = 50
USUAL_CACHE_SECONDS = 60

Row = TypeVar("Row", Batch, Image)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows, and the cursor of the next page (None: this is the last)."""

    rows: Sequence[Row]
    next_cursor: uuid.UUID | None


def _page(rows: QuerySet[Row], cursor: uuid.UUID | None, size: int) -> Page[Row]:
    ordered = rows.order_by("-pk")
    found = list((ordered.filter(pk__lt=cursor) if cursor else ordered)[: size + 1])
    kept = found[:size]
    return Page(kept, kept[-1].pk if len(found) > size else None)


def jobs() -> QuerySet[Job]:
    """Jobs with all that a card shows."""
    return Job.objects.select_related("batch__owner").prefetch_related("images")


def batches() -> QuerySet[Batch]:
    """Batches with all that their section shows."""
    cards = Job.objects.order_by("index").prefetch_related("images")
    return Batch.objects.select_related("owner").prefetch_related(
        Prefetch("jobs", cards), "references"
    )


def batch_page(owner: User, cursor: uuid.UUID | None, size: int = BATCHES_A_PAGE) -> Page[Batch]:
    """One member's batches."""
    page = _page(batches().filter(owner=owner), cursor, size)
    tell_usual(job for batch in page.rows for job in batch.jobs.all())
    return page


def jobs_of_batches(batch_ids: Sequence[uuid.UUID], job_ids: Sequence[uuid.UUID]) -> list[Job]:
    """The jobs of these batches, in the order of their cards, and these single jobs."""
    rows = Job.objects.filter(batch__in=batch_ids) | Job.objects.filter(pk__in=job_ids)
    return list(rows.select_related("batch__owner").order_by("batch_id", "index"))


def with_images(rows: Sequence[Job]) -> Sequence[Job]:
    """The same jobs with their pictures loaded, in one more query."""
    prefetch_related_objects(rows, "images")
    return rows


def images() -> QuerySet[Image]:
    """Pictures with all that their tile and page show."""
    return Image.objects.select_related("owner", "job__batch__owner")


def gallery_page(owner: User | None, cursor: uuid.UUID | None) -> Page[Image]:
    """The team's pictures, or one member's."""
    return _page(_gallery(owner), cursor, IMAGES_A_PAGE)


def arrivals(owner: User | None, after: uuid.UUID) -> list[Image]:
    """Pictures made after this boundary, newest first, at most a page of them."""
    return list(_gallery(owner).filter(pk__gt=after).order_by("-pk")[:IMAGES_A_PAGE])


def arrivals_boundary() -> uuid.UUID:
    """From where a page that is made now asks for what is new: a little before now, since rows
    become visible in another order than their ids; the page drops what it already has."""
    return id_floor(timezone.now() - ARRIVALS_OVERLAP)


def _gallery(owner: User | None) -> QuerySet[Image]:
    shown = images().filter(SHOWN)
    return shown.filter(owner=owner) if owner else shown


def neighbours(image: Image) -> tuple[Image | None, Image | None]:
    """The next newer and the next older picture of the team's gallery."""
    newer = Image.objects.filter(pk__gt=image.pk).order_by("pk").first()
    older = Image.objects.filter(pk__lt=image.pk).order_by("-pk").first()
    return newer, older


def batch_cost(batch: Batch) -> Decimal | None:
    """Credits settled so far; None as long as nothing is known."""
    settled = LedgerEntry.objects.filter(job__batch=batch, kind=LedgerEntry.Kind.SETTLED)
    total: Decimal | None = settled.aggregate(total=Sum("credits"))["total"]
    return total


def members() -> QuerySet[User]:
    return User.objects.order_by("-is_active", "username")


def gate() -> Gate:
    """The gate as it stands; an open one before anything was ever sent."""
    return Gate.objects.filter(pk=1).first() or Gate()


def saved_key() -> Credential | None:
    """The key that the owner entered, sealed; for its hint, date and author."""
    return Credential.objects.select_related("saved_by").first()


def tell_usual(rows: Iterable[Job]) -> None:
    """Give each job its `usual_seconds`: how long its model usually takes from send to picture,
    the median of its last pictures; None with fewer than three. Remembered for a minute."""
    jobs = list(rows)
    names = {f"usual:{job.batch.model}": job.batch.model for job in jobs if job.live}
    known = cache.get_many(names)
    for key in names.keys() - known.keys():
        known[key] = _usual_seconds(names[key])
        cache.set(key, known[key], USUAL_CACHE_SECONDS)
    for job in jobs:
        job.usual_seconds = known.get(f"usual:{job.batch.model}")


def _usual_seconds(model: str) -> int | None:
    recent = Job.objects.filter(status=Status.SUCCEEDED, batch__model=model).order_by("-pk")
    times = recent.values_list("ended_at", "submitted_at")[:USUAL_SAMPLE]
    seconds = [(ended - sent).total_seconds() for ended, sent in times if ended and sent]
    return round(statistics.median(seconds)) if len(seconds) >= 3 else None
