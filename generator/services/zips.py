"""A zip of any selection, streamed as it is made: one open file at a time, nothing on disk."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.utils.translation import gettext as _
from zipstream import ZIP_STORED, ZipStream

from generator.media import storage
from generator.models import Image, Reference, User
from generator.services import bulk, stored_files

# Up to this many images, the size is computed before the first byte, so that browsers show
# progress. A larger zip is assembled as it is sent, to keep memory bounded.
MOST_SIZED = 1000
PART = 200


@dataclass(frozen=True, slots=True)
class Zip:
    """A zip to be sent: its bytes, its number of images, and its size if known."""

    parts: Iterator[bytes]
    count: int
    size: int | None


def make(member: User, selection: bulk.Selection) -> Zip:
    """Return a zip of the selected images that the member may see, newest first."""
    parts = bulk.parts(member, selection, PART)
    first: list[list[uuid.UUID]] = []
    for part in parts:
        first.append(part)
        if selection.all_matching and sum(map(len, first)) > MOST_SIZED:
            break
    count = sum(map(len, first))
    sized = count <= MOST_SIZED
    stream = ZipStream(compress_type=ZIP_STORED, sized=sized)
    names: set[str] = set()
    if not sized:
        if selection.all_matching:
            count = bulk.count(member, selection)
        return Zip(_sent(stream, _images(member, chain(first, parts)), names), count, None)
    for image in _images(member, first):
        _add(stream, image, names)
    return Zip(iter(stream), count, len(stream))


def _images(member: User, parts: Iterable[list[uuid.UUID]]) -> Iterator[Image]:
    """Yield the images part by part; those that have become invisible meanwhile are skipped."""
    for part in parts:
        rows = bulk.images(member, bulk.Selection(part)).order_by("-pk")
        rows = rows.select_related("owner", "job__batch")
        yield from rows.prefetch_related("job__batch__references")


def _sent(stream: ZipStream, images: Iterator[Image], names: set[str]) -> Iterator[bytes]:
    for image in images:
        _add(stream, image, names)
        yield from stream.all_files()
    yield from stream.footer()


def _add(stream: ZipStream, image: Image, names: set[str]) -> None:
    """Add the image and its metadata; if the file is missing, a line that says so."""
    stem = _unique(stored_files.file_stem(image), names)
    file = storage.path(image.file)
    name = f"{stem}{file.suffix}"
    try:
        stream.add_path(file, name, recurse=False)
    except OSError:
        stream.add(_("This image's file is missing from the studio.") + "\n", f"{name}.txt")
    stream.add(
        json.dumps(generation_metadata(image, name), ensure_ascii=False, indent=2), f"{stem}.json"
    )


def _unique(stem: str, names: set[str]) -> str:
    unique, number = stem, 1
    while unique.casefold() in names:
        number += 1
        unique = f"{stem}-{number}"
    names.add(unique.casefold())
    return unique


def generation_metadata(image: Image, name: str) -> dict[str, Any]:
    """Return how the image was made, for the JSON file beside it."""
    job, batch = image.job, image.job.batch
    credits = job.consumed_credits
    return {
        "file": name,
        "prompt": batch.prompt,
        "model": batch.model,
        "aspect_ratio": batch.aspect_ratio or None,
        "image_size": batch.image_size or None,
        "references": [_reference(reference) for reference in _references(batch.references)],
        "task_id": job.task_id,
        "credits": None if credits is None else f"{credits.normalize():f}",
        "made_by": image.owner.username,
        "made_at": image.created_at.isoformat(),
        "width": image.width,
        "height": image.height,
        "sha256": image.sha256,
        "note": image.note or None,
        "rating": image.rating or None,
        "image": str(image.pk),
    }


def _references(related: Any) -> Iterable[Reference]:
    return sorted(related.all(), key=lambda reference: reference.position)


def _reference(reference: Reference) -> dict[str, str]:
    if reference.image_id:
        return {"image": str(reference.image_id)}
    return {"upload": str(reference.upload_id)} if reference.upload_id else {"url": reference.url}


def file_name(count: int, day: str) -> str:
    """Return `gempix-2026-11-22-12-images.zip`."""
    return f"gempix-{day}-{count}-images.zip"
