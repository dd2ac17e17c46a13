"""Whether the images' files are what the rows say."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db.models import QuerySet

from generator.media import storage
from generator.models import Gate, Image, Upload
from generator.models.ids import new_id
from generator.services import holds

# A file may stand a moment before its row does.
YOUNG_SECONDS = 3600


class VolumeMissing(Exception):
    """The images' folder is not the one that the rows belong to; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be: `kind` is missing, changed, thumbnail or orphaned;
    `image_id` is the image's, or the upload's under `uploads/`."""

    kind: str
    name: str
    image_id: str = ""


def verify(*, contents: bool = True) -> Iterator[Finding]:
    """Every image and upload whose file is missing or changed, every missing small copy, and
    every file that no row knows.

    With `contents` each file is read whole and its digest compared."""
    # What was given up for good may have its files or not, until `services.trash` is through.
    kept = Image.objects.filter(purged_at=None)
    for image in kept.order_by("pk").iterator(chunk_size=500):
        problem = _problem(storage.path(image.file), image, contents)
        if problem:
            yield Finding(problem, image.file, str(image.pk))
        for width in image.thumbnail_widths:
            small = storage.thumbnail_path(image.file, width)
            if not small.exists():
                yield Finding("thumbnail", str(small.relative_to(storage.images_dir())))
    for upload in Upload.objects.order_by("pk").iterator(chunk_size=500):
        problem = _problem(storage.upload_path(upload.file), upload, contents)
        if problem:
            yield Finding(problem, f"uploads/{upload.file}", str(upload.pk))
    yield from _orphans(storage.images_dir(), Image.objects.filter(size_bytes__gt=0))
    yield from _orphans(storage.uploads_dir(), Upload.objects.all(), "uploads/")


def _problem(path: Path, row: Image | Upload, contents: bool) -> str:
    try:
        if path.stat().st_size != row.size_bytes:
            return "changed"
        if contents:
            with path.open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != row.sha256:
                    return "changed"
    except FileNotFoundError:
        return "missing"
    return ""


def _orphans(room: Path, known: QuerySet[Any], prefix: str = "") -> Iterator[Finding]:
    """Files of the room's folders, each folder's against the rows that name it."""
    for folder in sorted(room.glob("[0-9a-f][0-9a-f]")):
        rows = known.filter(file__startswith=f"{folder.name}/")
        stems = {Path(name).stem for name in rows.values_list("file", flat=True)}
        for path in sorted(folder.iterdir()):
            young = time.time() - path.stat().st_mtime < YOUNG_SECONDS
            if not young and path.name.split(".")[0] not in stems:
                yield Finding("orphaned", f"{prefix}{folder.name}/{path.name}")


def check_volume() -> None:
    """Make sure, before anything starts, that the data folder is the one that the database
    belongs to and can be written and read back. Raises `VolumeMissing` with a sentence."""
    gate = holds.read()
    marker = storage.images_dir() / ".studio"
    found = storage.read_marker(marker)
    newest = Image.objects.filter(purged_at=None).order_by("-pk").first()
    if not found and newest and not storage.path(newest.file).exists():
        raise VolumeMissing(
            f"the database knows images, but {storage.images_dir()} (GEMPIX_DATA_DIR) is not "
            "their folder: is the volume mounted? To go on with an empty folder all the same, "
            f"write {gate.installation or 'a word'} into a file named {marker}."
        )
    if found and gate.installation and found != gate.installation:
        raise VolumeMissing(
            f"the images in {storage.images_dir()} (GEMPIX_DATA_DIR) belong to another "
            "studio's database; set GEMPIX_DATA_DIR or DATABASE_URL to what belongs together."
        )
    name = gate.installation or found or new_id().hex
    Gate.objects.filter(pk=1, installation="").update(installation=name)
    try:
        storage.write_marker(marker, name)
    except OSError as error:
        raise VolumeMissing(
            f"the folder {storage.images_dir()} (GEMPIX_DATA_DIR) cannot be written: "
            f"{error.strerror}."
        ) from error
    if storage.read_marker(marker) != name:
        raise VolumeMissing(
            f"what is written into {storage.images_dir()} (GEMPIX_DATA_DIR) is not read back."
        )
