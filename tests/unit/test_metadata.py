"""Texts written into a copy of an image file."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from PIL import Image as Pillow

from generator.media import metadata

PROMPT = 'A "fox" & <b>snow</b> 🦊 ثعلب\nsecond line \x0b end'
TEXTS = {"prompt": PROMPT, "model": "google/gempix2", "task_id": "ta-1"}


def write_image(kind: str, path: Path, **options: Any) -> Pillow.Image:
    image = Pillow.effect_noise((301, 207), 90).convert(options.pop("mode", "RGB"))
    image.save(path, kind, **options)
    return image


def packet(image: Pillow.Image) -> dict[str, str]:
    """Return the properties of the XMP packet."""
    tree = ElementTree.fromstring(image.info["xmp"])
    (description,) = tree.iter("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}Description")
    return {child.tag.partition("}")[2]: child.text or "" for child in description}


@pytest.mark.parametrize(
    ("kind", "mime", "options"),
    [
        ("PNG", "image/png", {}),
        ("PNG", "image/png", {"mode": "RGBA"}),
        ("JPEG", "image/jpeg", {}),
        ("JPEG", "image/jpeg", {"exif": Pillow.Exif(), "progressive": True}),
        ("WEBP", "image/webp", {}),
        ("WEBP", "image/webp", {"lossless": True}),
        ("WEBP", "image/webp", {"lossless": True, "mode": "RGBA"}),
        ("WEBP", "image/webp", {"mode": "RGBA", "exif": b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0"}),
    ],
)
def test_tagged_copy_has_the_same_pixels_and_the_texts(
    kind: str, mime: str, options: dict[str, Any], tmp_path: Path
) -> None:
    path = tmp_path / "image"
    write_image(kind, path, **options)
    tagged = metadata.tag(path, mime, TEXTS)
    data = b"".join(tagged.blocks())
    assert len(data) == tagged.size_bytes
    with Pillow.open(path) as before, Pillow.open(io.BytesIO(data)) as after:
        assert after.format == kind
        assert after.mode == before.mode
        assert after.tobytes() == before.tobytes()
        if kind == "PNG":
            assert {name: after.info[name] for name in TEXTS} == TEXTS
        else:
            assert packet(after) == TEXTS | {"prompt": PROMPT.replace("\x0b", "")}


def test_longest_prompt_fits_a_jpeg(tmp_path: Path) -> None:
    path = tmp_path / "image"
    before = write_image("JPEG", path)
    data = b"".join(metadata.tag(path, "image/jpeg", {"prompt": "&" * 20_000}).blocks())
    with Pillow.open(io.BytesIO(data)) as after, Pillow.open(path) as plain:
        assert after.size == before.size
        assert after.tobytes() == plain.tobytes()
        assert len(packet(after)["prompt"]) > 9_000


@pytest.mark.parametrize("mime", ["image/png", "image/jpeg", "image/webp", "image/gif"])
def test_damaged_file_or_one_of_another_kind_cannot_be_tagged(mime: str, tmp_path: Path) -> None:
    path = tmp_path / "image"
    for content in (b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8", b"RIFF\1\0\0\0WEBPVP8L", b"?" * 99):
        path.write_bytes(content)
        with pytest.raises(metadata.CannotCarryText):
            metadata.tag(path, mime, TEXTS)
