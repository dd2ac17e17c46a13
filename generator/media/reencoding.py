"""Turning an image into a reference: checked by its bytes, upright, bounded, without metadata.

Knows no rows. The result is a JPEG, or a PNG if parts of the image are transparent, of at most
`MAX_SIDE` pixels a side and `MAX_BYTES`. It has none of the original's metadata, so it does not
reveal where the image was taken.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from PIL import Image as Pillow
from PIL import ImageCms, UnidentifiedImageError

from generator.media.thumbnails import FORMATS, MAX_PIXELS, MIMES, decoding

MAX_SIDE = 2048
# 5 MB as base64.
MAX_BYTES = 3_750_000
QUALITIES = (92, 85, 75, 60)
SRGB = ImageCms.createProfile("sRGB")

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
# The camera's orientation tag, and the operation that turns the image upright.
TURNS = {
    2: Pillow.Transpose.FLIP_LEFT_RIGHT,
    3: Pillow.Transpose.ROTATE_180,
    4: Pillow.Transpose.FLIP_TOP_BOTTOM,
    5: Pillow.Transpose.TRANSPOSE,
    6: Pillow.Transpose.ROTATE_270,
    7: Pillow.Transpose.TRANSVERSE,
    8: Pillow.Transpose.ROTATE_90,
}
BROKEN = (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, MemoryError)


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
    try:
        with decoding, Pillow.open(source, formats=FORMATS) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise InvalidUpload(
                    _("This image is too large: at most %(most)d million pixels.")
                    % {"most": MAX_PIXELS // 1_000_000}
                )
            return _encode(_upright(opened))
    except UnidentifiedImageError:
        raise InvalidUpload(_what_it_is(source)) from None
    except BROKEN:
        raise InvalidUpload(_("This image is damaged or incomplete.")) from None


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


def _upright(opened: Pillow.Image) -> Pillow.Image:
    """Return the image within the bounds, upright, in sRGB, and without metadata."""
    profile, turn = opened.info.get("icc_profile"), _turn(opened)
    opened.draft("RGB", (MAX_SIDE, MAX_SIDE))
    image = _eight_bits(opened)
    # Reduce first: turning an image of full size would hold it in memory twice.
    image.thumbnail((MAX_SIDE, MAX_SIDE), Pillow.Resampling.LANCZOS, reducing_gap=3)
    plain = _in_srgb(image if turn is None else image.transpose(turn), profile)
    plain.info = {}
    return plain


def _turn(opened: Pillow.Image) -> Pillow.Transpose | None:
    try:
        return TURNS.get(opened.getexif().get(0x0112, 1))
    except (*BROKEN, struct.error):
        return None  # broken camera data is no reason to reject the image


def _eight_bits(opened: Pillow.Image) -> Pillow.Image:
    """Return a deep gray image in 256 steps: a plain conversion would clip it at white."""
    if opened.mode.startswith("I"):
        return opened.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if opened.mode in ("P", "PA", "1"):
        return opened.convert("RGBA" if opened.has_transparency_data else "RGB")
    return opened


def _in_srgb(image: Pillow.Image, profile: bytes | None) -> Pillow.Image:
    """Return the image in sRGB, which readers without color management show correctly, as RGB or
    RGBA."""
    mode = "RGBA" if _is_transparent(image) else "RGB"
    if profile and image.mode in ("RGB", "RGBA", "CMYK", "L"):
        try:
            own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(
                image, own, SRGB, outputMode="RGBA" if image.mode == "RGBA" else "RGB"
            )
            return (converted or image).convert(mode)
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # a broken profile: keep the values
    return image.convert(mode)


def _is_transparent(image: Pillow.Image) -> bool:
    if not image.has_transparency_data:
        return False
    return any(image.convert("RGBA").getchannel("A").histogram()[:255])


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
