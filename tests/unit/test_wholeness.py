"""What a decoder forgives is not whole, in every format that is accepted."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable

import pytest
from PIL import Image as Pillow

from generator.media import wholeness
from generator.media.decoding import FORMATS
from generator.media.wholeness import NotWhole


def image_bytes(kind: str, **options: object) -> bytes:
    """Return an image with fine structure, so that its data has some length."""
    image = Pillow.effect_mandelbrot((160, 120), (-2, -1.5, 1, 1.5), 40).convert("RGB")
    if options.pop("frames", 0):
        options |= {"save_all": True, "append_images": [image.rotate(90), image.rotate(180)]}
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


WHOLE: dict[str, tuple[str, bytes]] = {
    "PNG": ("PNG", image_bytes("PNG")),
    "animated PNG": ("PNG", image_bytes("PNG", frames=True)),
    "JPEG": ("JPEG", image_bytes("JPEG")),
    "progressive JPEG": ("JPEG", image_bytes("JPEG", progressive=True)),
    "JPEG with restarts": ("JPEG", image_bytes("JPEG", restart_marker_rows=1)),
    "WebP": ("WEBP", image_bytes("WEBP")),
    "lossless WebP": ("WEBP", image_bytes("WEBP", lossless=True, exif=b"Exif\0\0odd")),
    "animated WebP": ("WEBP", image_bytes("WEBP", frames=True)),
    "GIF": ("GIF", image_bytes("GIF")),
    "animated GIF": ("GIF", image_bytes("GIF", frames=True)),
    "AVIF": ("AVIF", image_bytes("AVIF")),
}


def check(kind: str, data: bytes) -> None:
    wholeness.check(io.BytesIO(data), kind)


def chunk(name: bytes, data: bytes, checksum: int | None = None) -> bytes:
    own = zlib.crc32(name + data) if checksum is None else checksum
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", own)


def png(width: int, height: int, *, rows: bytes, interlaced: int = 0) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, interlaced)
    data = chunk(b"IDAT", zlib.compress(rows)) if rows else b""
    return wholeness.PNG_START + chunk(b"IHDR", header) + data + chunk(b"IEND", b"")


def test_every_accepted_format_is_checked() -> None:
    assert {kind for kind, _ in WHOLE.values()} == set(FORMATS)


@pytest.mark.parametrize(("kind", "data"), WHOLE.values(), ids=WHOLE.keys())
def test_whole_file_passes_and_none_that_breaks_off(kind: str, data: bytes) -> None:
    check(kind, data)
    if kind != "AVIF":  # there, another box would have to begin
        check(kind, data + b"what a phone adds")
    for length in {*range(0, len(data), max(1, len(data) // 97)), len(data) - 1, len(data) - 2}:
        with pytest.raises(NotWhole):
            check(kind, data[:length])


@pytest.mark.parametrize("place", [60, 500, 2_000])
def test_png_with_a_wrong_bit_is_not_whole(place: int) -> None:
    _, data = WHOLE["PNG"]
    damaged = bytearray(data)
    damaged[place] ^= 1
    with pytest.raises(NotWhole, match=r"checksum|damaged"):
        check("PNG", bytes(damaged))


def test_png_with_a_damaged_comment_is_whole() -> None:
    _, data = WHOLE["PNG"]
    check("PNG", data[:33] + chunk(b"tEXt", b"Comment\0hello", checksum=1) + data[33:])


ROW = b"\0" + bytes(12)
DAMAGED: dict[str, Callable[[], bytes]] = {
    "no data": lambda: png(4, 4, rows=b""),
    "a row less": lambda: png(4, 4, rows=ROW * 3),
    "a pass less": lambda: png(4, 4, rows=ROW, interlaced=1),
    "no rows at all": lambda: png(30_000, 30_000, rows=b"\0"),
}


@pytest.mark.parametrize("make", DAMAGED.values(), ids=DAMAGED.keys())
def test_png_without_all_of_its_rows_is_not_whole(make: Callable[[], bytes]) -> None:
    with pytest.raises(NotWhole):
        check("PNG", make())


def test_png_with_all_of_its_rows_is_whole() -> None:
    check("PNG", png(4, 4, rows=ROW * 4))
