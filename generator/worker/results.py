"""Copying results to the studio: claim, fetch in threads, record.

Files before rows, rows before visibility.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from time import monotonic

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from generator.media import decoding, storage, thumbnails
from generator.models import Image, Job, JobEvent, shape_of
from generator.models.event_details import encode_error
from generator.services import collections, connections, search
from generator.services.connections import Connection
from generator.state import Status
from generator.upstream import download, errors
from generator.worker import leases, polls

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """An image that is stored, whole and durable, under its final name."""

    name: str
    sha256: str
    size_bytes: int
    info: decoding.ImageInfo
    copies: thumbnails.Copies


def claim(limit: int, connection: Connection) -> list[Job]:
    """Claim up to `limit` jobs whose images should be copied now."""
    due = Job.objects.due(timezone.now()).filter(status=Status.STORING)
    return leases.acquire(due.select_related("batch"), limit) if due.exists() else []


def fetch(job: Job, connection: Connection) -> list[StoredFile]:
    """Copy every image of this job. Runs in a thread and touches no database.

    All of it has one deadline, which `generator.checks` adds up with the rest of a sweep. Names are
    derived from the job, so a second run writes the same files again. Raise `UpstreamError` and
    `StorageError`.
    """
    ends = monotonic() + settings.GEMPIX_DOWNLOAD_TIMEOUT_SECONDS
    # Data URIs are not stored in the row, so query the task again for them.
    sources = job.result_urls or _images_of_task(job, connection)
    if not sources:
        raise errors.DownloadFailed(detail="the result no longer has an image")
    return [fetch_one(job, index, source, ends) for index, source in enumerate(sources)]


def _images_of_task(job: Job, connection: Connection) -> tuple[str, ...]:
    return connections.client(connection).query(str(job.task_id)).images


def fetch_one(job: Job, index: int, source: str, ends: float) -> StoredFile:
    """Copy one image of this job. Raise `UpstreamError`, `StorageError` and `NotAnImage`."""
    with storage.temporary_file() as temporary:
        download_result = download.fetch(
            source,
            temporary.file,
            allowed_private_hosts=connections.allowed_private_hosts(job),
            user_agent=settings.GEMPIX_USER_AGENT,
            max_bytes=settings.GEMPIX_DOWNLOAD_MAX_BYTES,
            deadline_seconds=max(0.001, ends - monotonic()),
        )
        temporary.file.flush()
        with decoding.decoded(temporary.path, thumbnails.BOX) as image:
            name = storage.keep(temporary, storage.image_name(job.pk, index, image.info.mime))
            copies = _copies(image, name)
    return StoredFile(name, download_result.sha256, download_result.bytes, image.info, copies)


def _copies(image: decoding.Decoded, name: str) -> thumbnails.Copies:
    """Return the small copies, or none: the image is whole and stored, whatever becomes of them."""
    try:
        return thumbnails.copy(
            image, lambda width: storage.thumbnail_path(name, width), storage.temporary_dir()
        )
    except Exception as error:
        if isinstance(error, OSError) and error.errno:
            raise  # the disk, which may be well again later; an encoder's own error has no number
        log.exception("no small copies of %s could be made", name)
        return thumbnails.Copies([])


def record(
    job: Job,
    files: list[StoredFile] | None,
    error: Exception | None,
    duration_ms: int,
    connection: Connection,
) -> None:
    """Commit the images and the end of the job, or that its files are still to be copied."""
    if files is not None:
        try:
            _succeed(job, files, duration_ms)
        except IntegrityError:
            # Another worker stored the same results at the same moment; its rows are these.
            log.info("%s was stored by another worker", job)
        return
    if not isinstance(error, errors.UpstreamError | storage.StorageError | decoding.NotAnImage):
        log.error("fetch of %s failed", job, exc_info=error)
        error = errors.DownloadFailed(detail=type(error).__name__)
    job.note(JobEvent.Kind.FETCH, encode_error(error))
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
        create_images(job, dict(enumerate(files)))


def create_images(job: Job, files: dict[int, StoredFile]) -> None:
    """Create the rows of stored files by index, in the collection that the batch names."""
    has_references = job.batch.references.exists()
    images = [_create(job, index, file, has_references) for index, file in files.items()]
    collection = job.batch.collection
    if collection and collection.deleted_at is None:
        owner = job.batch.owner
        collections.add_images(collection, [image.pk for image in images], owner, timezone.now())


def _create(job: Job, index: int, file: StoredFile, has_references: bool) -> Image:
    image = Image.objects.create(
        job=job,
        index=index,
        owner_id=job.batch.owner_id,
        file=file.name,
        sha256=file.sha256,
        size_bytes=file.size_bytes,
        mime=file.info.mime,
        width=file.info.width,
        height=file.info.height,
        thumbnail_widths=file.copies.widths,
        color=file.copies.color,
        shape=shape_of(file.info.width, file.info.height),
        model=job.batch.model,
        has_references=has_references,
        private=job.batch.private,
    )
    search.index(image)
    return image
