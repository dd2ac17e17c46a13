"""The one way from a file's bytes to an image: recognized, whole, decoded, as a person sees it.

Bounded: an allow-list of formats, a limit on pixels (a 0.4 MB file can require gigabytes), and two
decodes at a time in a process. Uploads and results take this way, so a copy looks like its original
and a reference like the image it was made from.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from PIL import Image as Pillow
from PIL import ImageCms, UnidentifiedImageError

from generator.media import wholeness

MAX_PIXELS = 50_000_000
MIMES = {
    "PNG": "image/png",
    "JPEG": "image/jpeg",
    "WEBP": "image/webp",
    "GIF": "image/gif",
    "AVIF": "image/avif",
}
FORMATS = list(MIMES)
# What Pillow calls a JPEG that is followed by another image, as many phones write it.
MULTIPLE = "MPO"
# The camera's orientation tag, and the operation that turns the image upright.
ORIENTATION = 0x0112
TURNS = {
    2: Pillow.Transpose.FLIP_LEFT_RIGHT,
    3: Pillow.Transpose.ROTATE_180,
    4: Pillow.Transpose.FLIP_TOP_BOTTOM,
    5: Pillow.Transpose.TRANSPOSE,
    6: Pillow.Transpose.ROTATE_270,
    7: Pillow.Transpose.TRANSVERSE,
    8: Pillow.Transpose.ROTATE_90,
}
SWAPS_SIDES = {turn for tag, turn in TURNS.items() if tag >= 5}
SRGB = ImageCms.createProfile("sRGB")

# Our limit is stricter: nothing above MAX_PIXELS is decoded, but a paid image of any size is kept.
Pillow.MAX_IMAGE_PIXELS = None

_slots = threading.BoundedSemaphore(2)


class NotAnImage(Exception):
    """The bytes are not an image, or not a whole one."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.sentence = "The file from the image service is not a complete image."
        self.detail = detail


class Unrecognized(NotAnImage):
    """The bytes are of no format that is accepted."""


class TooLarge(NotAnImage):
    """An image with more pixels than are decoded, where one is needed that can be."""


@dataclass(frozen=True, slots=True)
class ImageInfo:
    """What the file's own bytes say; width and height as displayed, turned upright."""

    mime: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Decoded:
    """An image and its pixels as they are stored, perhaps at a fraction of the size; without them
    (None) if it is above the pixel limit."""

    info: ImageInfo
    pixels: Pillow.Image | None
    turn: Pillow.Transpose | None = None
    profile: bytes | None = None

    def as_displayed(self, box: tuple[int, int]) -> Pillow.Image | None:
        """Return the image upright, within these sides, in sRGB with 8 bits, as RGB or RGBA, and
        without metadata."""
        if self.pixels is None:
            return None
        image = _eight_bits(self.pixels).copy()
        # Reduced first: turning an image of full size would hold it in memory twice.
        image.thumbnail(_turned(box, self.turn), Pillow.Resampling.LANCZOS, reducing_gap=3)
        upright = image if self.turn is None else image.transpose(self.turn)
        plain = _in_srgb(upright, self.profile)
        plain.info = {}
        return plain


@contextmanager
def decoded(
    source: Path | BinaryIO, box: tuple[int, int], *, any_size: bool = True
) -> Iterator[Decoded]:
    """Yield type and size from the bytes, never from a name or header, and the decoded pixels: all
    of them, or if the format allows it so many as the sides of `box` need.

    The first frame of an animation counts. Raise `NotAnImage`, also for a file that is not whole,
    while it can still be fetched or chosen again; and `TooLarge` unless `any_size` is accepted.
    """
    with _slots:
        yield _decode(source, box, any_size)


def examine(source: Path) -> ImageInfo:
    """Return what `decoded` says about the file. Raise `NotAnImage`."""
    with decoded(source, (1, 1)) as image:
        return image.info


def _decode(source: Path | BinaryIO, box: tuple[int, int], any_size: bool) -> Decoded:
    try:
        with Pillow.open(source, formats=FORMATS) as image:
            width, height = image.size
            profile = image.info.get("icc_profile")
            kind = "JPEG" if image.format == MULTIPLE else str(image.format)
            within = width * height <= MAX_PIXELS
            if not (within or any_size):
                raise TooLarge(f"{width} x {height}")
            _check_whole(source, kind)
            if within:
                image.draft("RGB", box)
                # Before anything else that decodes, such as reading the EXIF data of a PNG, could
                # swallow its error.
                image.load()
            turn = _turn(image, within)
            return Decoded(
                ImageInfo(MIMES[kind], *_turned((width, height), turn)),
                image if within else None,
                turn,
                profile,
            )
    except NotAnImage:
        raise
    except UnidentifiedImageError as error:
        raise Unrecognized("no known format") from error
    except wholeness.NotWhole as error:
        raise NotAnImage(str(error)) from error
    except Exception as error:  # a decoder may raise anything on hostile bytes
        raise NotAnImage(type(error).__name__) from error


def _check_whole(source: Path | BinaryIO, kind: str) -> None:
    if isinstance(source, Path):
        with source.open("rb") as file:
            wholeness.check(file, kind)
    else:
        place = source.tell()
        wholeness.check(source, kind)
        source.seek(place)


def _turn(image: Pillow.Image, is_loaded: bool) -> Pillow.Transpose | None:
    """Return how to turn the image upright. Broken camera data is no reason to reject it."""
    if not is_loaded and image.format == "PNG" and "exif" not in image.info:
        return None  # looking for it would decode the image
    try:
        return TURNS.get(image.getexif().get(ORIENTATION, 1))
    except Exception:
        return None


def _turned(sides: tuple[int, int], turn: Pillow.Transpose | None) -> tuple[int, int]:
    return (sides[1], sides[0]) if turn in SWAPS_SIDES else sides


def _eight_bits(image: Pillow.Image) -> Pillow.Image:
    """Return a deep gray image in 256 steps: a plain conversion would clip it at white. Colors from
    a palette are mixed while it is made smaller, so they are looked up first."""
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.mode in ("P", "PA", "1"):
        return image.convert("RGBA" if image.has_transparency_data else "RGB")
    return image


def _in_srgb(image: Pillow.Image, profile: bytes | None) -> Pillow.Image:
    """Return the image in sRGB, which readers without color management show correctly."""
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
