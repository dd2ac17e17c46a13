"""Batches and jobs with all that their cards show."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.db.models import (
    Exists,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Sum,
    prefetch_related_objects,
)

from generator.models import Batch, Image, Job, LedgerEntry, Reference
from generator.permissions import Viewer
from generator.queries import gallery, pace


def jobs(viewer: Viewer) -> QuerySet[Job]:
    """Return the jobs that this member may see, with all that a card shows."""
    rows = _cards().filter(Q(batch__private=False) | Q(batch__owner=viewer.pk))
    return rows.select_related("batch__owner").prefetch_related(_shown_images(viewer))


def batches(viewer: Viewer, visible: QuerySet[Batch] | None = None) -> QuerySet[Batch]:
    """Return the batches that this member may see, or those of `visible`, with all that their
    section shows."""
    cards = _cards().order_by("index").prefetch_related(_shown_images(viewer))
    visible = gallery.visible_batches(viewer) if visible is None else visible
    rows = visible.select_related("owner", "collection")
    return rows.prefetch_related(Prefetch("jobs", cards), _references(viewer))


def _cards() -> QuerySet[Job]:
    """Return the jobs, each with `is_kept`: whether an image of it exists, possibly in the
    trash."""
    # Does not exclude the trash: SQLite would read all of it for each job.
    existing = Image.objects.filter(job=OuterRef("pk"), purged_at=None)
    return Job.objects.annotate(is_kept=Exists(existing))


def _shown_images(viewer: Viewer) -> Prefetch[str]:
    """Prefetch a card's images, without those in the trash or private to somebody else."""
    return Prefetch("images", gallery.visible(viewer).order_by("index"))


def _references(viewer: Viewer) -> Prefetch[str]:
    """Prefetch a batch's references, each with `in_sight`: whether it is an image of the studio
    that the viewer may see."""
    seen = gallery.visible(viewer).filter(pk=OuterRef("image"))
    rows = Reference.objects.select_related("image").annotate(in_sight=Exists(seen))
    return Prefetch("references", rows)


def of_batches(
    viewer: Viewer, batch_ids: Sequence[uuid.UUID], job_ids: Sequence[uuid.UUID] = ()
) -> list[Job]:
    """Return the jobs of these batches, in the order of their cards, and these single jobs, as far
    as the viewer may see them."""
    rows = _listed(_cards(), viewer, batch_ids, job_ids)
    return list(rows.select_related("batch__owner"))


def versions(
    viewer: Viewer, batch_ids: Sequence[uuid.UUID], job_ids: Sequence[uuid.UUID]
) -> list[tuple[uuid.UUID, uuid.UUID, int]]:
    """Return batch, id and version of the jobs that `of_batches` returns, in the same order."""
    rows = _listed(Job.objects.all(), viewer, batch_ids, job_ids)
    return list(rows.values_list("batch_id", "pk", "version"))


def _listed(
    rows: QuerySet[Job],
    viewer: Viewer,
    batch_ids: Sequence[uuid.UUID],
    job_ids: Sequence[uuid.UUID],
) -> QuerySet[Job]:
    rows = rows.filter(Q(batch__in=batch_ids) | Q(pk__in=job_ids))
    visible = rows.filter(Q(batch__private=False) | Q(batch__owner=viewer.pk))
    return visible.order_by("batch_id", "index")


def with_images(viewer: Viewer, jobs: Sequence[Job]) -> Sequence[Job]:
    """Return the same jobs with the images that the viewer may see, in one more query."""
    prefetch_related_objects(jobs, _shown_images(viewer))
    return jobs


def batch_cost(batch: Batch) -> Decimal | None:
    """Return the credits settled so far; None as long as nothing is known."""
    settled = LedgerEntry.objects.filter(job__batch=batch, kind=LedgerEntry.Kind.SETTLED)
    total: Decimal | None = settled.aggregate(total=Sum("credits"))["total"]
    return total


def add_usual_seconds(rows: Iterable[Job]) -> None:
    """Set each live job's `usual_seconds`: the median time from the send to the image, for its
    model and size; None if too little is known."""
    live = [job for job in rows if job.live]
    paces = pace.of_models({job.batch.model for job in live})
    for job in live:
        known = paces.get((job.batch.model, job.batch.image_size))
        job.usual_seconds = round(known.usual) if known else None
