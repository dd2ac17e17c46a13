"""Decoding is bounded: a small file may ask for gigabytes."""

from __future__ import annotations

from pathlib import Path

from PIL import Image as Pillow

from generator.media import thumbnails

# Just over 50 million pixels: the documented limit, not whatever the code says.
SIDE = 7_072


def test_image_over_the_pixel_limit_is_kept_undecoded(tmp_path: Path) -> None:
    path = tmp_path / "huge.png"
    Pillow.new("1", (SIDE, SIDE)).save(path)
    copies = thumbnails.make(path, lambda width: tmp_path / f"{width}.webp", tmp_path)
    assert copies == thumbnails.Copies([])
    path.write_bytes(path.read_bytes()[:-100])  # whoever decodes it finds out that it is cut
    assert thumbnails.examine(path) == thumbnails.ImageInfo("image/png", SIDE, SIDE)
