"""Copying results here: claim, fetch in threads, record.

Files before rows, rows before sight.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from generator.media import storage, thumbnails
from generator.models import Image, Job, JobEvent, shape_of
from generator.services import collections, connections, search
from generator.state import Status
from generator.upstream import download, errors
from generator.worker import event_details, leases, polls

log = logging.getLogger(__name__)

COLLECTION_GAP = 1024


@dataclass(frozen=True, slots=True)
class StoredFile:
    """An image that lies, whole and durable, under its final name."""

    name: str
    sha256: str
    size_bytes: int
    facts: thumbnails.ImageInfo
    copies: thumbnails.Copies


def claim(limit: int) -> list[Job]:
    """Up to `limit` jobs whose images should be copied now."""
    due = Job.objects.due(timezone.now()).filter(status=Status.STORING)
    jobs = due.select_related("batch")[:limit]
    return [job for job in jobs if leases.acquire(job)]


def fetch(job: Job) -> list[StoredFile]:
    """Copy every image of this job. Runs in a thread and touches no database.

    Names follow from the job, so a second run writes the same files again. Raises
    `upstream.errors.UpstreamError` and `storage.StorageError`.
    """
    # Results in the form of data URIs are not kept in the row: they are read once more.
    sources = job.result_urls or connections.client_of(job).query(str(job.task_id)).images
    if not sources:
        raise errors.DownloadFailed(detail="the result has no image any more")
    return [_fetch_one(job, index, source) for index, source in enumerate(sources)]


def _fetch_one(job: Job, index: int, source: str) -> StoredFile:
    with storage.temporary_file() as draft:
        fetched = download.fetch(
            source,
            draft.file,
            allowed_private_hosts=connections.allowed_private_hosts(job),
            user_agent=settings.GEMPIX_USER_AGENT,
            max_bytes=settings.GEMPIX_DOWNLOAD_MAX_BYTES,
            deadline_seconds=settings.GEMPIX_DOWNLOAD_TIMEOUT_SECONDS,
        )
        draft.file.flush()
        facts = thumbnails.examine(draft.path)
        name = storage.keep(draft, storage.image_name(job.pk, index, facts.mime))
        copies = thumbnails.make(
            storage.path(name),
            lambda width: storage.thumbnail_path(name, width),
            storage.temporary_dir(),
        )
    return StoredFile(name, fetched.sha256, fetched.bytes, facts, copies)


def record(
    job: Job, files: list[StoredFile] | None, error: Exception | None, duration_ms: int
) -> None:
    """Commit the images and the end of the job, or that its files are still to be had."""
    if files is not None:
        try:
            _succeed(job, files, duration_ms)
        except IntegrityError:
            # Another worker stored the same results at the same moment; its rows are these.
            log.info("%s was stored by another worker", job)
        return
    if not isinstance(error, errors.UpstreamError | storage.StorageError | thumbnails.NotAnImage):
        log.error("fetch of %s broke", job, exc_info=error)
        error = errors.DownloadFailed(detail=type(error).__name__)
    job.note(JobEvent.Kind.FETCH, event_details.describe(error))
    job.advance(
        Status.UNFETCHED,
        reason=error.sentence,
        due_in_seconds=polls.fetch_wait(job),
        failures=job.failures + 1,
    )


def _succeed(job: Job, files: list[StoredFile], duration_ms: int) -> None:
    with transaction.atomic():
        if not job.advance(Status.SUCCEEDED, duration_ms=duration_ms, reason="", failures=0):
            return
        has_references = job.batch.references.exists()
        images = [_create(job, index, file, has_references) for index, file in enumerate(files)]
        collection = job.batch.collection
        if collection and collection.deleted_at is None:
            owner = job.batch.owner
            collections.add_images(
                collection, [image.pk for image in images], owner, timezone.now()
            )


def _create(job: Job, index: int, file: StoredFile, has_references: bool) -> Image:
    image = Image.objects.create(
        job=job,
        index=index,
        owner_id=job.batch.owner_id,
        file=file.name,
        sha256=file.sha256,
        size_bytes=file.size_bytes,
        mime=file.facts.mime,
        width=file.facts.width,
        height=file.facts.height,
        thumbnail_widths=file.copies.widths,
        color=file.copies.color,
        shape=shape_of(file.facts.width, file.facts.height),
        model=job.batch.model,
        has_references=has_references,
        private=job.batch.private,
    )
    search.index(image)
    return image
