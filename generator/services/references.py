"""Reference images as they are sent to the image service."""

from __future__ import annotations

import base64

from generator.media import reencoding, storage
from generator.models import Reference
from generator.upstream.errors import InvalidSubmission


def wire_value(reference: Reference) -> str:
    """Return what is sent for this reference: its URL, or the image itself as a data URI.

    Runs in the sending thread, so that only images in progress are in memory, and touches no
    database: the upload or image is already loaded. Raise `InvalidSubmission` if the file is gone.
    """
    try:
        if reference.upload:
            data = storage.upload_path(reference.upload.file).read_bytes()
            return _data_uri(reference.upload.mime, data)
        if reference.image:
            reencoded = reencoding.reencode(storage.path(reference.image.file))
            return _data_uri(reencoded.mime, reencoded.data)
    except (OSError, reencoding.InvalidUpload) as error:
        raise InvalidSubmission(
            f"reference {reference.position}: {error}",
            sentence=f"The file of reference image {reference.position} can no longer be read.",
        ) from error
    return reference.url


def display_value(reference: Reference) -> str:
    """Return what is shown for this reference: a description in place of image bytes."""
    if reference.upload:
        size = f"{reference.upload.size_bytes / 1000:.0f} kB"
        return f"data:{reference.upload.mime};base64,[an uploaded image, {size}]"
    if reference.image_id:
        return f"data:image;base64,[the studio's image {reference.image_id}]"
    return reference.url


def _data_uri(mime: str, data: bytes) -> str:
    return f"data:{mime};base64,{base64.b64encode(data).decode('ascii')}"
