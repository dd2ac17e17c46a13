"""From bytes to an image, in one way: a copy looks like its original, nothing damaged passes."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image as Pillow
from PIL import ImageCms, ImageDraw, ImageStat

from generator.media import decoding, thumbnails
from generator.media.decoding import ImageInfo, NotAnImage, Unrecognized, decoded
from generator.media.reencoding import InvalidUpload, reencode
from generator.models import MOST_SHOWN_PIXELS

# Just over 50 million pixels: the documented limit, not whatever the code says.
SIDE = 7_072
BOX = (640, 640)


def saved(image: Pillow.Image, kind: str = "PNG", **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def gray_16() -> Pillow.Image:
    image = Pillow.new("I;16", (64, 64))
    for x in range(64):
        for y in range(64):
            image.putpixel((x, y), x * 1_000)
    return image


def palette() -> Pillow.Image:
    return Pillow.effect_mandelbrot((64, 64), (-2, -1.5, 1, 1.5), 40).convert("P")


def with_profile() -> bytes:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    return saved(Pillow.new("RGB", (64, 64), (200, 100, 50)), icc_profile=lab.tobytes())


def turned() -> bytes:
    image = Pillow.new("RGB", (60, 30), "red")
    ImageDraw.Draw(image).rectangle((30, 0, 60, 30), fill="blue")
    exif = Pillow.Exif()
    exif[decoding.ORIENTATION] = 6
    return saved(image, "JPEG", quality=95, exif=exif)


LOOKS: dict[str, tuple[bytes, tuple[float, ...]]] = {
    "16-bit gray": (saved(gray_16()), (123, 123, 123)),
    "one bit": (saved(Pillow.new("1", (64, 64), 1)), (255, 255, 255)),
    "CMYK": (saved(Pillow.new("CMYK", (64, 64), (0, 255, 255, 0)), "JPEG"), (254, 0, 0)),
    "gray and alpha": (saved(Pillow.new("LA", (64, 64), (90, 255))), (90, 90, 90)),
    "a profile": (with_profile(), (200, 100, 50)),
    "turned": (turned(), (127, 0, 127)),
}


@pytest.mark.parametrize(("data", "mean"), LOOKS.values(), ids=LOOKS.keys())
def test_copy_and_reference_look_like_the_original(
    data: bytes, mean: tuple[float, ...], tmp_path: Path
) -> None:
    path = tmp_path / "image"
    path.write_bytes(data)
    (width,) = thumbnails.make(
        path, lambda width: tmp_path / f"{width}.webp", tmp_path, [640]
    ).widths
    reference = reencode(path)
    for made in (Pillow.open(tmp_path / f"{width}.webp"), Pillow.open(io.BytesIO(reference.data))):
        seen = ImageStat.Stat(made.convert("RGB")).mean
        assert max(abs(a - b) for a, b in zip(seen, mean, strict=True)) < 6, seen
        assert made.width == decoding.examine(path).width


def test_colors_of_a_palette_are_looked_up_before_they_are_mixed(tmp_path: Path) -> None:
    path = tmp_path / "image.png"
    path.write_bytes(saved(palette()))
    with decoded(path, BOX) as image:
        displayed = image.as_displayed((16, 16))
    assert displayed is not None
    wanted = palette().convert("RGB").resize((16, 16), Pillow.Resampling.LANCZOS)
    means = ImageStat.Stat(displayed).mean, ImageStat.Stat(wanted).mean
    assert max(abs(a - b) for a, b in zip(*means, strict=True)) < 4


def test_damaged_png_is_refused_on_both_ways(tmp_path: Path) -> None:
    """Reading its camera data decodes a PNG, and swallowed the error: what followed was black."""
    data = bytearray(saved(Pillow.effect_noise((256, 256), 80)))
    data[len(data) // 2] ^= 0x55
    path = tmp_path / "damaged.png"
    path.write_bytes(data)
    with pytest.raises(NotAnImage):
        decoding.examine(path)
    with pytest.raises(InvalidUpload, match="damaged"):
        reencode(io.BytesIO(bytes(data)))


def test_bytes_of_no_format_are_not_recognized(tmp_path: Path) -> None:
    path = tmp_path / "page.png"
    path.write_text("<!doctype html>")
    with pytest.raises(Unrecognized):
        decoding.examine(path)


def test_image_over_the_pixel_limit_is_kept_undecoded_if_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "huge.png"
    Pillow.new("1", (SIDE, SIDE)).save(path)
    copies = thumbnails.make(path, lambda width: tmp_path / f"{width}.webp", tmp_path)
    assert copies == thumbnails.Copies([])
    assert decoding.examine(path) == ImageInfo("image/png", SIDE, SIDE)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(NotAnImage):
        decoding.examine(path)


def test_pages_and_decoding_have_one_limit() -> None:
    assert decoding.MAX_PIXELS == MOST_SHOWN_PIXELS


@pytest.mark.parametrize("size", [(1, 20_000), (20_000, 1), (3, 16_500), (16_384, 16)])
def test_thin_image_has_copies_that_webp_can_hold(size: tuple[int, int], tmp_path: Path) -> None:
    path = tmp_path / "thin.png"
    Pillow.new("RGB", size, "green").save(path)
    copies = thumbnails.make(path, lambda width: tmp_path / f"{width}.webp", tmp_path)
    assert copies.widths
    for width in copies.widths:
        with Pillow.open(tmp_path / f"{width}.webp") as copy:
            assert copy.width == width
            assert copy.height <= thumbnails.MAX_SIDE
