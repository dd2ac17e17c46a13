"""Image files and uploads: names, durable writes, paths. Knows no rows.

A file is written under a temporary name, flushed to the disk, and only then renamed: a name in the
images' folder always belongs to a whole file.
"""

from __future__ import annotations

import os
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

EXTENSIONS = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "image/gif": "gif",
    "image/avif": "avif",
}
TEMPORARY_FILE_SECONDS = 3600


class StorageError(Exception):
    """A file could not be written. `sentence` is for members, `detail` for the timeline."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.sentence = "The image could not be written to the studio's disk."
        self.detail = detail


def images_dir() -> Path:
    """Return the folder of the images, under its stored name."""
    return Path(settings.GEMPIX_DATA_DIR) / "pictures"


def uploads_dir() -> Path:
    """Return the folder of members' reference images, beside the images' folder."""
    return Path(settings.GEMPIX_DATA_DIR) / "uploads"


def temporary_dir(folder: Path | None = None) -> Path:
    """Return where files of this folder (by default the images') are written; on the same disk."""
    return (folder or images_dir()) / ".drafts"


def image_name(job_id: uuid.UUID, index: int, mime: str) -> str:
    """Return the stored name of a result, relative to the images' folder.

    It is derived from the job, so a repeated copy replaces the file instead of adding one. The last
    digits of the id are random and spread the files over 256 folders.
    """
    return f"{job_id.hex[-2:]}/{job_id.hex}-{index}.{EXTENSIONS[mime]}"


def upload_name(upload_id: uuid.UUID, mime: str) -> str:
    """Return the stored name of an upload, relative to the uploads' folder."""
    return f"{upload_id.hex[-2:]}/{upload_id.hex}.{EXTENSIONS[mime]}"


def path(name: str) -> Path:
    """Return the path of a stored image."""
    return images_dir() / name


def upload_path(name: str) -> Path:
    """Return the path of an upload."""
    return uploads_dir() / name


def small_upload_path(name: str) -> Path:
    """Return the path of an upload's small copy."""
    return upload_path(name).with_suffix(".small.webp")


def thumbnail_path(name: str, width: int) -> Path:
    """Return the path of an image's copy of this width."""
    return (images_dir() / name).with_suffix(f".{width}.webp")


@dataclass(frozen=True, slots=True)
class TempFile:
    """A file being written, and its path until `keep` renames it."""

    file: BinaryIO
    path: Path


@contextmanager
def temporary_file(folder: Path | None = None) -> Iterator[TempFile]:
    """Yield a new file to write into; it is removed at the end unless `keep` renamed it.

    Raise `StorageError` if the disk is full or the folder is not writable.
    """
    temporary: TempFile | None = None
    try:
        temporary_dir(folder).mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=temporary_dir(folder))
        temporary = TempFile(os.fdopen(handle, "w+b"), Path(name))
        yield temporary
    except OSError as error:
        raise StorageError(error.strerror or type(error).__name__) from error
    finally:
        if temporary is not None:
            temporary.path.unlink(missing_ok=True)
            with suppress(OSError):  # a full disk was reported above, while writing
                temporary.file.close()


def keep(temporary: TempFile, name: str, folder: Path | None = None) -> str:
    """Make a temporary file durable under its final name in its folder, and return that name.

    Raise `OSError`.
    """
    target = (folder or images_dir()) / name
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary.file.flush()
    os.fsync(temporary.file.fileno())
    temporary.path.replace(target)
    descriptor = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return name


def read_marker(marker: Path) -> str:
    """Return the name of the installation that this folder belongs to; empty if there is none."""
    try:
        return marker.read_text(encoding="utf-8").strip()[:64]
    except (FileNotFoundError, NotADirectoryError):
        return ""


def write_marker(marker: Path, name: str) -> None:
    """Write the name durably. Raise `OSError`."""
    marker.parent.mkdir(parents=True, exist_ok=True)
    with marker.open("w", encoding="utf-8") as file:
        file.write(name + "\n")
        file.flush()
        os.fsync(file.fileno())


def sweep_temporary_files() -> None:
    """Remove temporary files that a killed worker left behind."""
    oldest = time.time() - TEMPORARY_FILE_SECONDS
    for folder in (images_dir(), uploads_dir()):
        for entry in temporary_dir(folder).glob("*"):
            with suppress(FileNotFoundError):
                if entry.stat().st_mtime < oldest:
                    entry.unlink()


def remove(name: str, widths: list[int]) -> None:
    """Remove an image and its small copies, or what is left of them. Raise `OSError`."""
    for width in widths:
        thumbnail_path(name, width).unlink(missing_ok=True)
    path(name).unlink(missing_ok=True)
