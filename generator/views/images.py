"""A picture's page and its files, each behind the same access check."""

from __future__ import annotations

import uuid
from pathlib import Path

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.http.response import HttpResponseNotModified
from django.shortcuts import render
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from generator import access, queries, storage
from generator.models import Image

# A stored picture never changes under its address; only members' browsers may keep it.
FOREVER = "private, max-age=31536000, immutable"


@require_safe
def detail(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    image = access.image(pk)
    newer, older = queries.neighbours(image)
    context = {
        "image": image,
        "job": image.job,
        "batch": image.job.batch,
        "references": image.job.batch.references.all(),
        "newer": newer,
        "older": older,
        "is_mine": image.owner_id == access.member_of(request).pk,
    }
    return render(request, "generator/image.html", context)


@require_safe
def file(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """The original, byte for byte; with `?download` as a file to save."""
    image = access.image(pk)
    name = _download_name(image) if "download" in request.GET else ""
    return answer(request, storage.path(image.file), image.mime, image.sha256, name)


@require_safe
def thumbnail(request: HttpRequest, pk: uuid.UUID, width: int) -> HttpResponseBase:
    image = access.image(pk)
    if width not in image.thumbnail_widths:
        raise Http404
    path = storage.thumbnail_path(image.file, width)
    return answer(request, path, "image/webp", f"{image.sha256}-{width}")


def answer(
    request: HttpRequest, path: Path, mime: str, etag: str, download_name: str = ""
) -> HttpResponseBase:
    """A stored file that never changes, or that the browser has it already. Raises `Http404`."""
    if f'"{etag}"' in request.headers.get("If-None-Match", ""):
        unchanged = HttpResponseNotModified()
        unchanged["ETag"] = f'"{etag}"'
        return unchanged
    try:
        stream = path.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(
        stream, content_type=mime, as_attachment=bool(download_name), filename=download_name
    )
    response["Cache-Control"] = FOREVER
    response["ETag"] = f'"{etag}"'
    return response


def _download_name(image: Image) -> str:
    """`fox-in-snow-1a2b3c4d.png`: the prompt's beginning, and enough of the id to be unique."""
    words = slugify(image.job.batch.prompt[:200])[:48].strip("-") or "picture"
    return f"{words}-{image.pk.hex[-8:]}{Path(image.file).suffix}"
