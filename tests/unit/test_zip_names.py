"""The names of files in a zip."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from generator.models import Batch, Image, Job
from generator.services import stored_files, zips

STEMS = [
    ("../../etc/passwd", "etc-passwd"),
    ("CON", "con"),
    ("a\\b:c*?<>|\n\x00d", "a-b-c-d"),
    ("Füchse im Schnee", "füchse-im-schnee"),
    ("雪の中の狐", "雪の中の狐"),
    ("हिम में लोमड़ी", "हिम-में-लोमड़ी"),
    ("ثعلب أحمر", "ثعلب-أحمر"),
    ("🦊\u202egnp.exe", "gnp-exe"),
    ("🦊🦊", "image"),
    ("狐" * 200, "狐" * 40),
]


@pytest.mark.parametrize(("prompt", "stem"), STEMS)
def test_names_are_plain_in_every_script(prompt: str, stem: str) -> None:
    image = Image(job=Job(batch=Batch(prompt=prompt)))
    name = stored_files.file_stem(image)
    assert name == f"{stem}-{image.pk.hex[-8:]}"
    assert PurePosixPath(name).name == name
    assert len(f"{name}.png.txt".encode()) < 255


def test_names_are_unique() -> None:
    names: set[str] = set()
    assert [zips._unique(name, names) for name in ("a", "A", "a", "b")] == ["a", "A-2", "a-3", "b"]
