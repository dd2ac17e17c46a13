"""The fields and files that tests post."""

from __future__ import annotations

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image as Pillow

HTMX = {"HX-Request": "true"}
GEMINI = "google/gemini-2.5-flash-image"


def compose_form(**changes: Any) -> dict[str, Any]:
    """Return the fields of a press of Generate."""
    fields = {"prompt": "a red fox", "model": "google/gempix2", "count": 1, "form_token": "t-1"}
    return fields | changes


def full_form(**changes: Any) -> dict[str, Any]:
    """Return a press with everything that can be asked for."""
    slots = ["https://example.org/a.png", "https://example.org/b.png"]
    full = {"prompt": r"\{a|b} fox", "model": GEMINI, "image_urls": slots, "aspect_ratio": "4:3"}
    return compose_form(**full | changes)


def png_file(colour: str = "red", size: tuple[int, int] = (40, 30)) -> SimpleUploadedFile:
    """Return a small image to upload, as `fox.png`."""
    content = io.BytesIO()
    Pillow.new("RGB", size, colour).save(content, "PNG")
    return SimpleUploadedFile("fox.png", content.getvalue(), "image/png")
