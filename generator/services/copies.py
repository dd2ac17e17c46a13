"""Making an image's small copies again: they were deleted, or could not be made at first."""

from __future__ import annotations

import logging

from generator.media import storage, thumbnails
from generator.media.decoding import NotAnImage
from generator.models import Image

log = logging.getLogger(__name__)


def restore(image: Image) -> bool:
    """Make all copies of this image from its original; return whether it has any now.

    Harmless when they exist, and in several processes at once: each is written aside and renamed.
    """
    widths = image.thumbnail_widths or thumbnails.WIDTHS
    try:
        copies = thumbnails.make(
            storage.path(image.file),
            lambda width: storage.thumbnail_path(image.file, width),
            storage.temporary_dir(),
            widths,
        )
    except (NotAnImage, OSError, ValueError, MemoryError) as error:
        log.warning("no small copies of %s could be made: %s", image.file, error)
        return False
    if not image.thumbnail_widths and copies.widths:
        rows = Image.objects.filter(pk=image.pk, thumbnail_widths=[])
        rows.update(thumbnail_widths=copies.widths, color=copies.color)
    return bool(copies.widths)
