"""Inspecting an image's bytes, and making smaller WebP copies. Knows no rows.

Decoding is bounded: an allow-list of formats, a limit on pixels (a 0.4 MB file can require
gigabytes), and two decodes at a time in a process.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image as Pillow
from PIL import ImageOps, UnidentifiedImageError

WIDTHS = (320, 640, 1280)
MAX_PIXELS = 50_000_000
MIMES = {
    "PNG": "image/png",
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",  # written by many phones: a JPEG followed by another image
    "WEBP": "image/webp",
    "GIF": "image/gif",
    "AVIF": "image/avif",
}

# Formats that may be decoded. An MPO file is opened as the JPEG that it begins with.
FORMATS = [name for name in MIMES if name != "MPO"]

# Our limit is stricter: nothing above MAX_PIXELS is decoded, but a paid image of any size is kept,
# and only its header is read.
Pillow.MAX_IMAGE_PIXELS = None

# Two decodes at a time in a process, here and in `reencoding`.
decoding = threading.BoundedSemaphore(2)


class NotAnImage(Exception):
    """The bytes are not an image, or not a whole one."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.sentence = "The file from the image service is not a complete image."
        self.detail = detail


@dataclass(frozen=True, slots=True)
class ImageInfo:
    """What the file's own bytes say; width and height as displayed, turned upright."""

    mime: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Decoded:
    """An image and its pixels; without them (None) if it is above the pixel limit."""

    info: ImageInfo
    pixels: Pillow.Image | None


@contextmanager
def decoded(file: str | Path) -> Iterator[Decoded]:
    """Yield type and size from the bytes, never from a name or header, and the decoded pixels.

    Raise `NotAnImage`, also for a truncated file, while it can still be fetched again.
    """
    with ExitStack() as stack:
        try:
            image = stack.enter_context(Pillow.open(file, formats=FORMATS))
            mime, (width, height) = MIMES[str(image.format)], image.size
            within = width * height <= MAX_PIXELS
            if within:
                stack.enter_context(decoding)
                image.load()
            # Reading the EXIF data of a PNG decodes it.
            exif_is_cheap = within or mime != "image/png"
            if exif_is_cheap and image.getexif().get(0x0112, 1) >= 5:  # these swap the sides
                width, height = height, width
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
            raise NotAnImage(type(error).__name__) from error
        yield Decoded(ImageInfo(mime, width, height), image if within else None)


def examine(file: str | Path) -> ImageInfo:
    """Return what `decoded` says about the file. Raise `NotAnImage`."""
    with decoded(file) as image:
        return image.info


@dataclass(frozen=True, slots=True)
class Copies:
    """The widths of the copies, ascending, and the image's mean color as `#rrggbb`."""

    widths: list[int]
    color: str = ""


def make(
    source: Path, target: Callable[[int], Path], temporary_dir: Path, widths: Sequence[int] = WIDTHS
) -> Copies:
    """Do what `copy` does with a file that was examined before, which saves decoding it whole."""
    with decoding, Pillow.open(source, formats=FORMATS) as opened:
        within = opened.width * opened.height <= MAX_PIXELS
        opened.draft("RGB", (max(widths), max(widths)))
        return copy(opened if within else None, target, temporary_dir, widths)


def copy(
    pixels: Pillow.Image | None,
    target: Callable[[int], Path],
    temporary_dir: Path,
    widths: Sequence[int] = WIDTHS,
) -> Copies:
    """Write a WebP copy for each of `widths` that the image is at least as wide as, and one at its
    own width if it is smaller than the widest.

    `target` returns the path of a width. A copy is written in `temporary_dir` on the same disk and
    renamed, so that a killed process leaves nothing among the images. An image above the pixel
    limit gets no copies.
    """
    if pixels is None:
        return Copies([])
    image = ImageOps.exif_transpose(pixels)
    image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    made = sorted({min(width, image.width) for width in widths})
    for width in reversed(made):
        height = max(1, round(image.height * width / image.width))
        image = image.resize((width, height), Pillow.Resampling.LANCZOS, reducing_gap=3)
        _write(image, target(width), temporary_dir)
    return Copies(made, _mean_color(image))


def _mean_color(image: Pillow.Image) -> str:
    # A transparent image shows the page's background: its hidden colors do not count.
    pixel = image.convert("RGBa").resize((1, 1), Pillow.Resampling.BOX).tobytes()
    return f"#{pixel[:3].hex()}" if pixel[3] > 127 else ""


def _write(image: Pillow.Image, target: Path, temporary_dir: Path) -> None:
    temporary = temporary_dir / f"{target.stem}.{os.getpid()}-{threading.get_ident()}"
    image.save(temporary, "WEBP", quality=82, method=2)
    temporary.replace(target)
