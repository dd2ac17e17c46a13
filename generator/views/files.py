"""An image's files, each behind the same access check as its page."""

from __future__ import annotations

import uuid
from pathlib import Path

from django.http import (
    FileResponse,
    Http404,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseNotModified
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from generator.models import Image
from generator.services import copies, images, stored_files
from generator.services.stored_files import StoredFile
from generator.web import access
from generator.web.requests import MemberRequest

# The image behind a URL never changes; only members' browsers may cache it.
FOREVER = "private, max-age=31536000, immutable"


@require_safe
def original(request: MemberRequest, pk: uuid.UUID) -> HttpResponseBase:
    """Return the original, byte for byte; with `?download` as a file to save, and with
    `?download=tagged` as a copy that contains the prompt, model, and task id."""
    image = access.image(request, pk)
    if request.GET.get("download") == "tagged":
        return _tagged(image)
    name = _download_name(image) if "download" in request.GET else ""
    return answer(request, stored_files.original(image), name)


@require_safe
def thumbnail(request: MemberRequest, pk: uuid.UUID, width: int) -> HttpResponseBase:
    """Return a smaller copy; one that is missing on the disk is made again."""
    image = access.image(request, pk)
    copy = stored_files.thumbnail(image, width)
    if copy is None or not (copy.path.exists() or copies.restore(image)):
        raise Http404
    return answer(request, copy)


def _tagged(image: Image) -> HttpResponseBase:
    try:
        tagged = images.tagged(image)
    except (FileNotFoundError, images.CannotCarryText):
        raise Http404 from None
    response = StreamingHttpResponse(tagged.blocks(), content_type=image.mime)
    response["Content-Length"] = str(tagged.size_bytes)
    response["Content-Disposition"] = content_disposition_header(True, _download_name(image)) or ""
    response["Cache-Control"] = "private, no-cache"
    return response


def answer(request: MemberRequest, file: StoredFile, download_name: str = "") -> HttpResponseBase:
    """Return a stored file, or 304 if the browser already has it. Raise `Http404`."""
    etag = f'"{file.etag}"'
    if etag in request.headers.get("If-None-Match", ""):
        unchanged = HttpResponseNotModified()
        unchanged["ETag"] = etag
        return unchanged
    try:
        stream = file.path.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(
        stream, content_type=file.mime, as_attachment=bool(download_name), filename=download_name
    )
    response["Cache-Control"] = FOREVER
    response["ETag"] = etag
    return response


def _download_name(image: Image) -> str:
    """Return `fox-in-snow-1a2b3c4d.png`: the start of the prompt and the end of the id."""
    return stored_files.file_stem(image) + Path(image.file).suffix
