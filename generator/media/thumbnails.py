"""Making smaller WebP copies of an image. Knows no rows."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image as Pillow

from generator.media.decoding import Decoded, decoded

WIDTHS = (320, 640, 1280)
# The longest side that WebP can have (RFC 9649, 2.5): a taller copy is narrower, too.
MAX_SIDE = 16_383
# What is decoded for copies: as wide as the widest.
BOX = (max(WIDTHS), MAX_SIDE)


@dataclass(frozen=True, slots=True)
class Copies:
    """The widths of the copies, ascending, and the image's mean color as `#rrggbb`."""

    widths: list[int]
    color: str = ""


def make(
    source: Path, target: Callable[[int], Path], temporary_dir: Path, widths: Sequence[int] = WIDTHS
) -> Copies:
    """Do what `copy` does with a file. Raise `NotAnImage` and `OSError`."""
    with decoded(source, BOX) as image:
        return copy(image, target, temporary_dir, widths)


def copy(
    image: Decoded,
    target: Callable[[int], Path],
    temporary_dir: Path,
    widths: Sequence[int] = WIDTHS,
) -> Copies:
    """Write a WebP copy for each of `widths` that the image is at least as wide as, and one at its
    own width if it is smaller than the widest.

    `target` returns the path of a width. A copy is written in `temporary_dir` on the same disk and
    renamed, so that a killed process leaves nothing among the images. An image above the pixel
    limit gets no copies. Raise `OSError`.
    """
    displayed = image.as_displayed((max(widths), MAX_SIDE))
    if displayed is None:
        return Copies([])
    made = sorted({min(width, displayed.width) for width in widths})
    for width in reversed(made):
        height = max(1, round(displayed.height * width / displayed.width))
        displayed = displayed.resize((width, height), Pillow.Resampling.LANCZOS, reducing_gap=3)
        _write(displayed, target(width), temporary_dir)
    return Copies(made, _mean_color(displayed))


def _mean_color(image: Pillow.Image) -> str:
    # A transparent image shows the page's background: its hidden colors do not count.
    pixel = image.convert("RGBa").resize((1, 1), Pillow.Resampling.BOX).tobytes()
    return f"#{pixel[:3].hex()}" if pixel[3] > 127 else ""


def _write(image: Pillow.Image, target: Path, temporary_dir: Path) -> None:
    temporary_dir.mkdir(parents=True, exist_ok=True)
    temporary = temporary_dir / f"{target.stem}.{os.getpid()}-{threading.get_ident()}"
    try:
        image.save(temporary, "WEBP", quality=82, method=2)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
