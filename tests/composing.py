"""What the tests of the compose box share: a press's fields, files, rows of pictures."""

from __future__ import annotations

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image as Pillow

from generator.models import Batch, Image

HTMX = {"HX-Request": "true"}
GEMINI = "google/gemini-2.5-flash-image"


def form(**changes: Any) -> dict[str, Any]:
    first = {"prompt": "a red fox", "model": "google/gempix2", "count": 1, "form_token": "t-1"}
    return first | changes


def file(colour: str = "red", size: tuple[int, int] = (40, 30)) -> SimpleUploadedFile:
    kept = io.BytesIO()
    Pillow.new("RGB", size, colour).save(kept, "PNG")
    return SimpleUploadedFile("fox.png", kept.getvalue(), "image/png")


def row(batch: Batch, **more: Any) -> Image:
    """A picture's row without its files."""
    job = batch.jobs.earliest("index")
    facts = {"size_bytes": 1, "mime": "image/png", "width": 64, "height": 64}
    fields = {"job": job, "owner": batch.owner, "file": f"aa/{job.pk.hex}-0.png", "sha256": "0"}
    return Image.objects.create(**fields, **facts, **more)
