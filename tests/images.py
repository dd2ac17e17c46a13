"""Rows of images as if they had been stored, for tests that need no upstream."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.utils import timezone

from generator.media import storage
from generator.models import Batch, Image, Job, Reference, User, shape_of
from generator.models.ids import id_floor, new_id
from generator.services import search
from generator.state import Status

BATCH_FIELDS = {"references", "model", "image_size", "private"}


def make_image(
    owner: User, prompt: str = "a red fox", *, made_at: datetime | None = None, **fields: Any
) -> Image:
    """Create an image of a batch of its own, which takes `BATCH_FIELDS` as well."""
    batch_fields = {name: fields.pop(name) for name in BATCH_FIELDS & fields.keys()}
    batch = make_batch(owner, prompt, made_at=made_at, **batch_fields)
    return add_image(make_job(batch), made_at=made_at, **fields)


def make_images(owner: User, count: int = 1, **fields: Any) -> list[Image]:
    """Create images of one job, in one query and so outside the search index."""
    job = make_job(make_batch(owner))
    rows = [image_row(job, index, has_references=False, **fields) for index in range(count)]
    return Image.objects.bulk_create(rows)


def make_batch(
    owner: User,
    prompt: str = "a red fox",
    *,
    made_at: datetime | None = None,
    references: int = 0,
    model: str = "google/gempix2",
    image_size: str = "",
    private: bool = False,
) -> Batch:
    """Create a batch without jobs."""
    batch = Batch.objects.create(
        id=id_of(made_at),
        owner=owner,
        prompt=prompt,
        model=model,
        image_size=image_size,
        count=1,
        form_token=new_id().hex,
        private=private,
        created_at=made_at or timezone.now(),
    )
    Reference.objects.bulk_create(
        Reference(batch=batch, position=position, url="https://example.org/a.png")
        for position in range(1, references + 1)
    )
    search.index_batch(batch, bool(references))
    return batch


def make_job(batch: Batch, index: int = 0) -> Job:
    """Create a job that has succeeded."""
    return Job.objects.create(
        batch=batch,
        index=index,
        price_credits=1,
        status=Status.SUCCEEDED,
        due_at=None,
        ended_at=batch.created_at,
    )


def add_image(job: Job, **fields: Any) -> Image:
    """Create an image of this job that the search finds."""
    image = image_row(job, job.images.count(), **fields)
    image.save()
    search.index(image)
    return image


def image_row(job: Job, index: int = 0, *, made_at: datetime | None = None, **fields: Any) -> Image:
    """Return an image of this job that is not saved and has no files."""
    batch = job.batch
    created_at = made_at or timezone.now()
    size = {"width": fields.pop("width", 1024), "height": fields.pop("height", 1024)}
    if "has_references" not in fields:
        fields["has_references"] = batch.references.exists()
    defaults = {
        "id": id_of(made_at),
        "job": job,
        "index": index,
        "owner": batch.owner,
        "file": f"aa/{job.pk.hex}-{index}.png",
        "sha256": "0" * 64,
        "size_bytes": 1,
        "mime": "image/png",
        "thumbnail_widths": [320],
        "shape": shape_of(**size),
        "model": batch.model,
        "private": batch.private,
        "created_at": created_at,
        "month": timezone.localtime(created_at).strftime("%Y-%m"),
    }
    return Image(**defaults | size | fields)


def write_files(image: Image, content: bytes = b"an image") -> Image:
    """Write this content where the image's original and its thumbnails belong."""
    thumbnails = [storage.thumbnail_path(image.file, width) for width in image.thumbnail_widths]
    for path in (storage.path(image.file), *thumbnails):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    Image.objects.filter(pk=image.pk).update(size_bytes=len(content))
    image.size_bytes = len(content)
    return image


def id_of(made_at: datetime | None) -> uuid.UUID:
    """Return a new identifier, as if it had been made at this moment."""
    if made_at is None:
        return new_id()
    return uuid.UUID(int=id_floor(made_at).int | new_id().int & (1 << 62) - 1)
