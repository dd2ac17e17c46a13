"""The stored bytes of images and uploads, as a page serves them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from generator.media import storage
from generator.models import Image, Upload

WEBP = "image/webp"
MOST_NAME_BYTES = 120
# Wide enough for a slot of the compose box on a screen of high resolution, in pixels.
PREVIEW_WIDTH = 320


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that never changes; `etag` identifies its bytes. It may be missing on the disk."""

    path: Path
    mime: str
    etag: str


def original(image: Image) -> StoredFile:
    """Return the image as the upstream made it, byte for byte."""
    return StoredFile(storage.path(image.file), image.mime, image.sha256)


def thumbnail(image: Image, width: int) -> StoredFile | None:
    """Return the copy of this width in pixels, if there is one."""
    if width not in image.thumbnail_widths:
        return None
    path = storage.thumbnail_path(image.file, width)
    return StoredFile(path, WEBP, f"{image.sha256}-{width}")


def preview(image: Image) -> StoredFile | None:
    """Return a small copy that is wide enough for a slot; without copies the original, unless it is
    too large to be shown."""
    if image.too_large_to_show:
        return None
    wide_enough = [width for width in image.thumbnail_widths if width >= PREVIEW_WIDTH]
    width = min(wide_enough or image.thumbnail_widths, default=0)
    return thumbnail(image, width) or original(image)


def upload(row: Upload) -> StoredFile:
    """Return an uploaded reference as it is sent."""
    return StoredFile(storage.upload_path(row.file), row.mime, row.sha256)


def small_upload(row: Upload) -> StoredFile:
    """Return the small copy of an upload, or the upload itself if it predates small copies."""
    path = storage.small_upload_path(row.file)
    if not path.exists():
        return upload(row)
    return StoredFile(path, WEBP, f"{row.sha256}-small")


def file_stem(image: Image) -> str:
    """Return `fox-in-snow-1a2b3c4d`: the prompt's first words, in any script, and the end of the
    id.

    Only letters, marks and digits are used, so nothing in it has a meaning to a file system.
    """
    text = unicodedata.normalize("NFC", image.job.batch.prompt[:200])
    letters = (c if unicodedata.category(c)[0] in "LMN" else " " for c in text.lower())
    words = "-".join("".join(letters).split())
    words = words.encode()[:MOST_NAME_BYTES].decode(errors="ignore").strip("-")
    return f"{words or _('image')}-{image.pk.hex[-8:]}"
