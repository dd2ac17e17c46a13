"""Turning an image into a reference: checked by its bytes, upright, bounded, without metadata.

Knows no rows. The result is a JPEG, or a PNG if parts of the image are transparent, of at most
`MAX_SIDE` pixels a side and `MAX_BYTES`. It has none of the original's metadata, so it does not
reveal where the image was taken.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from PIL import Image as Pillow

from generator.media.decoding import (
    MAX_PIXELS,
    MIMES,
    NotAnImage,
    TooLarge,
    Unrecognized,
    decoded,
)

MAX_SIDE = 2048
# 5 MB as base64.
MAX_BYTES = 3_750_000
QUALITIES = (92, 85, 75, 60)

USE = _("Use JPEG, PNG, WebP, GIF or AVIF.")
# What the first bytes of a file show, if it is not an image that is supported.
BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
KNOWN = (
    ((b"%pdf",), _("This is a PDF document, not an image.")),
    ((b"<svg",), _("SVG drawings are not supported. Save it as PNG first.")),
    ((b"<!doctype", b"<html", b"<head", b"<body"), _("This is a web page, not an image.")),
    ((b"ftyp",), _("This is a video, not an image.")),
    ((b"pk\x03\x04",), _("This is an archive or a document, not an image.")),
)


class InvalidUpload(Exception):
    """The bytes cannot be a reference; `sentence` tells the member why."""

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Reencoded:
    """A reference as it is stored and sent."""

    data: bytes
    mime: str
    width: int
    height: int


def reencode(source: BinaryIO | Path) -> Reencoded:
    """Return the image of this file as a reference. Raise `InvalidUpload`.

    Equal bytes always lead to equal bytes. Of an animation, the first frame is used.
    """
    box = (MAX_SIDE, MAX_SIDE)
    try:
        with decoded(source, box, any_size=False) as image:
            displayed = image.as_displayed(box)
        if displayed is None:
            raise TooLarge("not decoded")
    except Unrecognized:
        raise InvalidUpload(_what_it_is(source)) from None
    except TooLarge:
        raise InvalidUpload(
            _("This image is too large: at most %(most)d million pixels.")
            % {"most": MAX_PIXELS // 1_000_000}
        ) from None
    except (NotAnImage, MemoryError):
        raise InvalidUpload(_("This image is damaged or incomplete.")) from None
    return _encode(displayed)


def _what_it_is(source: BinaryIO | Path) -> str | Promise:
    head = _head(source).lower()
    if not head:
        return _("This file is empty.")
    if head[4:8] == b"ftyp" and head[8:12] in BRANDS:
        return _("HEIC images are not supported. Save it as JPEG first.")
    for marks, sentence in KNOWN:
        if any(mark in head for mark in marks):
            return sentence
    return _("This file is not a supported image. %(use)s") % {"use": USE}


def _head(source: BinaryIO | Path) -> bytes:
    if isinstance(source, Path):
        with source.open("rb") as file:
            return file.read(512)
    source.seek(0)
    return source.read(512)


def _encode(image: Pillow.Image) -> Reencoded:
    kind = "PNG" if image.mode == "RGBA" else "JPEG"
    while True:
        # A PNG has no quality setting; a second try would produce the same bytes.
        for quality in QUALITIES[: 1 if kind == "PNG" else None]:
            file = io.BytesIO()
            image.save(file, kind, quality=quality)
            if file.tell() <= MAX_BYTES:
                return Reencoded(file.getvalue(), MIMES[kind], image.width, image.height)
        smaller = (max(1, image.width * 3 // 4), max(1, image.height * 3 // 4))
        image = image.resize(smaller, Pillow.Resampling.LANCZOS)
