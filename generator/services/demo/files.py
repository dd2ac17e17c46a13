"""A few real images under many names: 100,000 images need no 100,000 files."""

from __future__ import annotations

import hashlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from generator.media import decoding, storage, thumbnails


@dataclass(frozen=True, slots=True)
class Original:
    """A painted image with its copies, in a temporary folder."""

    subject: str
    file: Path
    sha256: str
    size_bytes: int
    info: decoding.ImageInfo
    copies: thumbnails.Copies


def keep(folder: Path, subject: str, number: int, png: bytes) -> Original:
    """Write a painted image into this folder, with its copies."""
    file = folder / f"{number}.png"
    file.write_bytes(png)
    with decoding.decoded(file, thumbnails.BOX) as image:
        copies = thumbnails.copy(image, lambda width: _copy_of(file, width), folder)
    digest = hashlib.sha256(png).hexdigest()
    return Original(subject, file, digest, len(png), image.info, copies)


def name(original: Original, stored: str) -> None:
    """Store the image and its copies under a stored name, with hard links where the disk has them.

    Stored files are never written again, so they may share their bytes.
    """
    target = storage.path(stored)
    _link(original.file, target)
    for width in original.copies.widths:
        _link(_copy_of(original.file, width), storage.thumbnail_path(stored, width))


def _copy_of(file: Path, width: int) -> Path:
    return file.with_suffix(f".{width}.webp")


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except FileNotFoundError:
        target.parent.mkdir(parents=True, exist_ok=True)
        _link(source, target)
    except OSError:  # another disk, or too many links to one file
        shutil.copyfile(source, target)
