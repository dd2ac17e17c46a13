"""Reference images on their way to the image service."""

from __future__ import annotations

import base64

from generator.media import reencoding, storage
from generator.models import Reference
from generator.upstream.errors import InvalidSubmission


def wire_value(reference: Reference) -> str:
    """What is sent for it: its address, or the image itself as a data URI.

    Runs in the sending thread, so that only images under way are in memory, and touches no
    database: its upload or image is already loaded. Raises `InvalidSubmission` for a file that
    is not there any more.
    """
    try:
        if reference.upload:
            data = storage.upload_path(reference.upload.file).read_bytes()
            return _data_uri(reference.upload.mime, data)
        if reference.image:
            made = reencoding.reencode(storage.path(reference.image.file))
            return _data_uri(made.mime, made.data)
    except (OSError, reencoding.InvalidUpload) as error:
        raise InvalidSubmission(
            f"reference {reference.position}: {error}",
            sentence=f"The file of reference image {reference.position} cannot be read any more.",
        ) from error
    return reference.url


def display_value(reference: Reference) -> str:
    """As `on_the_wire`, for people: an image in the body is only told, its file not read."""
    if reference.upload:
        size = f"{reference.upload.size_bytes / 1000:.0f} kB"
        return f"data:{reference.upload.mime};base64,[an uploaded image, {size}]"
    if reference.image_id:
        return f"data:image;base64,[the studio's image {reference.image_id}]"
    return reference.url


def _data_uri(mime: str, data: bytes) -> str:
    return f"data:{mime};base64,{base64.b64encode(data).decode('ascii')}"
