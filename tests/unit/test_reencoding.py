"""Uploaded images made fit to be sent."""

from __future__ import annotations

import io
import os
import zlib
from typing import Any

import pytest
from PIL import Image as Pillow
from PIL import TiffImagePlugin

from generator.media import reencoding
from generator.media.reencoding import InvalidUpload, reencode

GPS = 0x8825


def image_bytes(size: tuple[int, int] = (40, 20), kind: str = "PNG", **options: Any) -> bytes:
    """Return a red image with a blue top left quarter, which shows how it was turned."""
    image = Pillow.new("RGB", size, "#c83c28")
    image.paste("#2850c8", (0, 0, size[0] // 2, size[1] // 2))
    return encoded(image, kind, **options)


def encoded(image: Pillow.Image, kind: str = "PNG", **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def open_image(data: bytes) -> Pillow.Image:
    return Pillow.open(io.BytesIO(data))


def blue_corner(image: Pillow.Image) -> tuple[bool, bool]:
    """Return whether the blue quarter is left, and whether it is at the top."""
    plain = image.convert("RGB")
    across, down = plain.width // 4, plain.height // 4
    for left in (True, False):
        for top in (True, False):
            position = (
                across if left else plain.width - across,
                down if top else plain.height - down,
            )
            pixel = plain.getpixel(position)
            if isinstance(pixel, tuple) and pixel[2] > 150:
                return left, top
    raise AssertionError("no blue quarter")


def test_rotated_photo_is_upright_and_without_metadata() -> None:
    exif = Pillow.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "a camera's maker"
    exif[GPS] = {1: "N", 2: (TiffImagePlugin.IFDRational(48, 1),) * 3}
    data = image_bytes((400, 200), "JPEG", exif=exif, comment=b"secret place", quality=95)
    assert open_image(data).getexif().get_ifd(GPS)
    made = reencode(io.BytesIO(data))
    result = open_image(made.data)
    assert (made.width, made.height) == result.size == (200, 400)
    assert blue_corner(result) == (False, True)
    assert not dict(result.getexif())
    assert b"secret" not in made.data
    assert b"maker" not in made.data
    assert b"Exif" not in made.data


def test_every_orientation_is_undone() -> None:
    corners = {1: (True, True), 2: (False, True), 3: (False, False), 4: (True, False)}
    corners |= {5: (True, True), 6: (False, True), 7: (False, False), 8: (True, False)}
    for orientation, corner in corners.items():
        exif = Pillow.Exif()
        exif[0x0112] = orientation
        made = reencode(io.BytesIO(image_bytes((400, 200), "JPEG", exif=exif)))
        assert blue_corner(open_image(made.data)) == corner, orientation


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "AVIF"])
def test_each_format_becomes_a_jpeg_of_bounded_size(kind: str) -> None:
    made = reencode(io.BytesIO(image_bytes((3000, 1000), kind)))
    assert (made.mime, made.width, made.height) == ("image/jpeg", 2048, 683)
    assert open_image(made.data).size == (2048, 683)


def test_file_of_several_images_is_accepted() -> None:
    image = open_image(image_bytes((300, 200)))
    data = encoded(image, "MPO", save_all=True, append_images=[image.resize((150, 100))])
    assert open_image(data).format == "MPO"
    assert reencode(io.BytesIO(data)).mime == "image/jpeg"


def test_transparency_stays_and_an_opaque_alpha_goes() -> None:
    clear = open_image(image_bytes()).convert("RGBA")
    clear.putpixel((0, 0), (0, 0, 0, 0))
    made = reencode(io.BytesIO(encoded(clear)))
    assert made.mime == "image/png"
    assert open_image(made.data).convert("RGBA").getpixel((0, 0)) == (0, 0, 0, 0)
    opaque = open_image(image_bytes()).convert("RGBA")
    assert reencode(io.BytesIO(encoded(opaque))).mime == "image/jpeg"


def test_16_bit_grey_is_not_clipped() -> None:
    deep = Pillow.new("I;16", (8, 8), 32768)
    pixel = open_image(reencode(io.BytesIO(encoded(deep))).data).convert("L").getpixel((4, 4))
    assert pixel in range(120, 136)


def test_large_result_is_scaled_until_it_fits() -> None:
    noise = Pillow.frombytes("RGBA", (1500, 1500), os.urandom(1500 * 1500 * 4))
    made = reencode(io.BytesIO(encoded(noise, compress_level=0)))
    assert len(made.data) <= reencoding.MAX_BYTES
    assert made.width < 1500
    assert open_image(made.data).size == (made.width, made.height)


def test_too_many_pixels_are_refused_before_they_are_decoded() -> None:
    header = image_bytes((8, 8))
    bomb = header[:16] + (60_000).to_bytes(4, "big") * 2 + header[24:]
    bomb = bomb[:29] + zlib.crc32(bomb[12:29]).to_bytes(4, "big") + bomb[33:]
    with pytest.raises(InvalidUpload, match="too large: at most 50 million pixels"):
        reencode(io.BytesIO(bomb))


UNUSABLE = [
    (b"", "This file is empty."),
    (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 99, "HEIC images"),
    (b"\0\0\0\x18ftypmp42\0\0\0\0" + b"\0" * 99, "video"),
    (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "SVG drawings"),
    (b"%PDF-1.7\n", "PDF document"),
    (b"<!DOCTYPE html><html><script>alert(1)</script>", "web page"),
    (b"PK\x03\x04 and so on", "archive"),
    (b"no image at all", "not a supported image"),
    (image_bytes((200, 200))[:300], "damaged or incomplete"),
    (image_bytes((200, 200), "JPEG")[:700], "damaged or incomplete"),
]


def test_unusable_file_is_named() -> None:
    for content, reason in UNUSABLE:
        with pytest.raises(InvalidUpload, match=reason):
            reencode(io.BytesIO(content))
