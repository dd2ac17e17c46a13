"""Every read that a page needs; each in a constant number of queries.

Lists are pages by key, newest first: `cursor` is the id of the last row of the page before.
"""

from __future__ import annotations

import statistics
import uuid
from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.core.cache import cache
from django.db.models import (
    Exists,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    prefetch_related_objects,
)
from django.utils import timezone

from generator.models import (
    Batch,
    Credential,
    Gate,
    Image,
    Job,
    LedgerEntry,
    Pulse,
    Reference,
    User,
)
from generator.queries import gallery, history
from generator.queries.filters import Filters
from generator.queries.gallery import arrivals_boundary
from generator.queries.paging import Page, cut, cut_above
from generator.state import Status

__all__ = ["Page", "arrivals_boundary"]

USUAL_SAMPLE = 50
USUAL_CACHE_SECONDS = 60


def jobs(viewer: User) -> QuerySet[Job]:
    """The jobs that this member may see, with all that a card shows him."""
    rows = _cards().filter(Q(batch__private=False) | Q(batch__owner=viewer))
    return rows.select_related("batch__owner").prefetch_related(_shown_images(viewer))


def batches(viewer: User, seen: QuerySet[Batch] | None = None) -> QuerySet[Batch]:
    """The batches that this member may see, or these of them, with all that their section shows
    him."""
    cards = _cards().order_by("index").prefetch_related(_shown_images(viewer))
    seen = gallery.visible_batches(viewer) if seen is None else seen
    rows = seen.select_related("owner", "collection")
    return rows.prefetch_related(Prefetch("jobs", cards), _references(viewer))


def _cards() -> QuerySet[Job]:
    """Jobs, each with `is_kept`: whether a picture of it is there, in the trash at least."""
    # Not asked for the trash itself: SQLite would read through all of it for each job.
    kept = Image.objects.filter(job=OuterRef("pk"), purged_at=None)
    return Job.objects.annotate(is_kept=Exists(kept))


def _shown_images(viewer: User) -> Prefetch[str]:
    """A card's pictures, without those that are in the trash or private to somebody else."""
    return Prefetch("images", gallery.visible(viewer).order_by("index"))


def _references(viewer: User) -> Prefetch[str]:
    """A batch's references, each with `in_sight`: whether it is a picture of ours that the viewer
    may see."""
    seen = gallery.visible(viewer).filter(pk=OuterRef("image"))
    rows = Reference.objects.select_related("image").annotate(in_sight=Exists(seen))
    return Prefetch("references", rows)


def batch_page(viewer: User, cursor: uuid.UUID | None) -> Page[Batch]:
    """The viewer's own batches."""
    return history_page(viewer, Filters(member=viewer.username), cursor)


def history_page(viewer: User, filters: Filters, cursor: uuid.UUID | None) -> Page[Batch]:
    """The batches that match, newest first."""
    rows = batches(viewer, history.page(viewer, filters, cursor))
    return _told(cut(list(rows), history.BATCHES_A_PAGE))


def history_above(viewer: User, filters: Filters, begin: uuid.UUID) -> Page[Batch]:
    """The page of batches that match which ends just above this one, newest first."""
    rows = batches(viewer, history.page_above(viewer, filters, begin))
    return _told(cut_above(list(rows), history.BATCHES_A_PAGE))


def _told(page: Page[Batch]) -> Page[Batch]:
    tell_usual(job for batch in page.rows for job in batch.jobs.all())
    return page


def jobs_of_batches(
    viewer: User, batch_ids: Sequence[uuid.UUID], job_ids: Sequence[uuid.UUID]
) -> list[Job]:
    """The jobs of these batches, in the order of their cards, and these single jobs, as far as
    the viewer may see them."""
    rows = _cards().filter(Q(batch__in=batch_ids) | Q(pk__in=job_ids))
    seen = rows.filter(Q(batch__private=False) | Q(batch__owner=viewer))
    return list(seen.select_related("batch__owner").order_by("batch_id", "index"))


def with_images(viewer: User, rows: Sequence[Job]) -> Sequence[Job]:
    """The same jobs with the pictures that the viewer may see, in one more query."""
    prefetch_related_objects(rows, _shown_images(viewer))
    return rows


def batch_cost(batch: Batch) -> Decimal | None:
    """Credits settled so far; None as long as nothing is known."""
    settled = LedgerEntry.objects.filter(job__batch=batch, kind=LedgerEntry.Kind.SETTLED)
    total: Decimal | None = settled.aggregate(total=Sum("credits"))["total"]
    return total


def members() -> QuerySet[User]:
    return User.objects.order_by("-is_active", "username")


def choices(viewer: User) -> tuple[list[str], list[tuple[uuid.UUID, str]]]:
    """The members and the collections that a list may be filtered by, in one query."""
    people = User.objects.values_list(Value("member"), "pk", "username")
    albums = gallery.visible_collections(viewer).values_list(Value("collection"), "pk", "name")
    rows = sorted(people.union(albums), key=lambda row: row[2].casefold())
    members = [name for kind, _pk, name in rows if kind == "member"]
    return members, [(pk, name) for kind, pk, name in rows if kind == "collection"]


def gate() -> Gate:
    """The gate as it stands; an open one before anything was ever sent. With what every page asks
    besides, in the same query: `has_key`, and for `pulse.overdue` `first_due` and `beat_at`."""
    due = Job.objects.due(timezone.now()).values("due_at")
    pulse = Pulse.objects.filter(pk=1).values("at")
    found = Gate.objects.filter(pk=1).annotate(
        has_key=Exists(Credential.objects.all()),
        first_due=Subquery(due[:1]),
        beat_at=Subquery(pulse[:1]),
    )
    return found.first() or _no_gate()


def _no_gate() -> Gate:
    gate = Gate()
    due = Job.objects.due(timezone.now()).values_list("due_at", flat=True).first()
    vars(gate).update(has_key=Credential.objects.exists(), first_due=due, beat_at=None)
    return gate


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
