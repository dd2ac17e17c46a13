"""Whether the images' files match the rows."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from generator.media import storage
from generator.models import Gate, Image, Upload
from generator.models.ids import new_id
from generator.services import copies, holds

# A file is written before its row.
YOUNG_SECONDS = 3600


class VolumeMissing(Exception):
    """The images' folder is not the one that the rows belong to; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One mismatch between files and rows.

    `kind` is missing, changed, thumbnail or orphaned; `image_id` is the image's id, or the upload's
    for files under `uploads/`.
    """

    kind: str
    name: str
    image_id: str = ""


def verify(*, contents: bool = True) -> Iterator[Finding]:
    """Yield every image and upload whose file is missing or changed, every missing thumbnail, and
    every file without a row.

    With `contents`, read each file whole and compare its digest.
    """
    # A purged image may have its files or not, until `services.trash` is done with it.
    images = Image.objects.filter(purged_at=None)
    for image in images.order_by("pk").iterator(chunk_size=500):
        problem = _problem(storage.path(image.file), image, contents)
        if problem:
            yield Finding(problem, image.file, str(image.pk))
        for width in image.thumbnail_widths:
            small = storage.thumbnail_path(image.file, width)
            if not small.exists():
                name = str(small.relative_to(storage.images_dir()))
                yield Finding("thumbnail", name, str(image.pk))
    for upload in Upload.objects.order_by("pk").iterator(chunk_size=500):
        problem = _problem(storage.upload_path(upload.file), upload, contents)
        if problem:
            yield Finding(problem, f"uploads/{upload.file}", str(upload.pk))
    yield from _orphans(storage.images_dir(), Image.objects.filter(size_bytes__gt=0))
    yield from _orphans(storage.uploads_dir(), Upload.objects.all(), "uploads/")


def repair() -> Iterator[tuple[str, bool]]:
    """Make missing thumbnails again; yield the file's name and whether it worked."""
    for image in Image.objects.filter(purged_at=None).order_by("pk").iterator(chunk_size=500):
        small = [storage.thumbnail_path(image.file, width) for width in image.thumbnail_widths]
        if all(path.exists() for path in small) and (small or image.too_large_to_show):
            continue
        yield image.file, copies.restore(image)


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


def _orphans(root: Path, known: QuerySet[Any], prefix: str = "") -> Iterator[Finding]:
    """Yield files under `root` without a row; each folder is compared with the rows that name
    it."""
    for folder in sorted(root.glob("[0-9a-f][0-9a-f]")):
        rows = _within(known, folder.name).order_by()
        stems = {Path(name).stem for name in rows.values_list("file", flat=True)}
        for path in sorted(folder.iterdir()):
            young = time.time() - path.stat().st_mtime < YOUNG_SECONDS
            if not young and path.name.split(".")[0] not in stems:
                yield Finding("orphaned", f"{prefix}{folder.name}/{path.name}")


def _within(rows: QuerySet[Any], folder: str) -> QuerySet[Any]:
    """Return the rows that name a file in this folder, by the index of the files' names.

    SQLite uses it for a range only. PostgreSQL has one for the beginnings of texts, and would
    compare a range by the rules of its language.
    """
    if connection.vendor == "sqlite":
        # "0" comes after "/".
        return rows.filter(file__gte=f"{folder}/", file__lt=f"{folder}0")
    return rows.filter(file__startswith=f"{folder}/")


def check_volume() -> None:
    """Check, before anything starts, that the data folder belongs to the database and can be
    written and read back. Raise `VolumeMissing` with a sentence for the operator."""
    gate = holds.read()
    marker = storage.images_dir() / ".studio"
    marker_name = storage.read_marker(marker)
    newest = Image.objects.filter(purged_at=None).order_by("-pk").first()
    if not marker_name and newest and not storage.path(newest.file).exists():
        raise VolumeMissing(
            f"the database knows images, but {storage.images_dir()} (GEMPIX_DATA_DIR) is not "
            "their folder: is the volume mounted? To continue with an empty folder anyway, "
            f"write {gate.installation or 'a word'} into a file named {marker}."
        )
    if marker_name and gate.installation and marker_name != gate.installation:
        raise VolumeMissing(
            f"the images in {storage.images_dir()} (GEMPIX_DATA_DIR) belong to another "
            "studio's database; set GEMPIX_DATA_DIR or DATABASE_URL to what belongs together."
        )
    name = gate.installation or marker_name or new_id().hex
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
