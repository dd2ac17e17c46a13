"""What an image's bytes are, and its smaller WebP copies. Knows nothing of rows.

Decoding is bounded: an allow-list of formats, a limit of pixels (a 0.4 MB file can ask for
gigabytes), and two decodes at a time in a process.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image as Pillow
from PIL import ImageOps, UnidentifiedImageError

WIDTHS = (320, 640, 1280)
MAX_PIXELS = 50_000_000
MIMES = {
    "PNG": "image/png",
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",  # as many phones write them: a JPEG with another image behind it
    "WEBP": "image/webp",
    "GIF": "image/gif",
    "AVIF": "image/avif",
}

# What may be decoded. A multi-image file is opened as the JPEG that it begins with.
FORMATS = [name for name in MIMES if name != "MPO"]

# Ours is the stricter limit: nothing above MAX_PIXELS is decoded, but a paid image of any size
# is kept, and only its header is read.
Pillow.MAX_IMAGE_PIXELS = None

# Two decodes at a time in a process, here and in `reencoding`.
decoding = threading.BoundedSemaphore(2)


class NotAnImage(Exception):
    """The bytes are no image, or not a whole one."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.sentence = "The file that the image service gave is not a whole image."
        self.detail = detail


@dataclass(frozen=True, slots=True)
class ImageInfo:
    """What the file itself says; pixels as it is to be seen, turned upright."""

    mime: str
    width: int
    height: int


def examine(file: str | Path) -> ImageInfo:
    """Type and size from the bytes, never from a name or header. Raises `NotAnImage`.

    Also decodes the image once if it is within the limits, so that a cut file is found out
    while it can still be fetched again.
    """
    try:
        with Pillow.open(file, formats=FORMATS) as image:
            mime, (width, height) = MIMES[str(image.format)], image.size
            within = width * height <= MAX_PIXELS
            if within:
                with decoding:
                    image.load()
            # A PNG decodes itself when it is asked for its EXIF.
            may_ask = within or mime != "image/png"
            if may_ask and image.getexif().get(0x0112, 1) >= 5:  # these swap the sides
                width, height = height, width
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise NotAnImage(type(error).__name__) from error
    return ImageInfo(mime, width, height)


@dataclass(frozen=True, slots=True)
class Copies:
    """The widths of the copies that were made, ascending, and the mean colour as `#rrggbb`."""

    widths: list[int]
    color: str = ""


def make(
    source: Path, target: Callable[[int], Path], drafts: Path, widths: Sequence[int] = WIDTHS
) -> Copies:
    """Write a WebP copy for each of `widths` that the image is at least as wide as, and one at
    its own width if it is smaller than the widest.

    `target` names the file of a width; it is written in the folder `drafts` of the same disk and
    renamed, so that whoever is killed meanwhile leaves nothing among the images. An image over
    the pixel limit gets none.
    """
    with decoding, Pillow.open(source, formats=FORMATS) as opened:
        if opened.width * opened.height > MAX_PIXELS:
            return Copies([])
        opened.draft("RGB", (max(widths), max(widths)))
        image = ImageOps.exif_transpose(opened)
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
        made = sorted({min(width, image.width) for width in widths})
        for width in reversed(made):
            height = max(1, round(image.height * width / image.width))
            image = image.resize((width, height), Pillow.Resampling.LANCZOS, reducing_gap=3)
            _write(image, target(width), drafts)
    return Copies(made, _mean_color(image))


def _mean_color(image: Pillow.Image) -> str:
    # A transparent image is seen on the page's ground: its hidden colours do not count.
    pixel = image.convert("RGBa").resize((1, 1), Pillow.Resampling.BOX).tobytes()
    return f"#{pixel[:3].hex()}" if pixel[3] > 127 else ""


def _write(image: Pillow.Image, target: Path, drafts: Path) -> None:
    draft = drafts / f"{target.stem}.{os.getpid()}-{threading.get_ident()}"
    image.save(draft, "WEBP", quality=82, method=2)
    draft.replace(target)
