"""One colour that stands for a reference image."""

import colorsys
import hashlib
import io
import warnings

from PIL import Image

MAX_PIXELS = 50_000_000


def tint_of_text(text: str) -> str:
    """A lively colour for a reference that is only known by its URL, as ``#rrggbb``."""
    return _lively(
        int.from_bytes(hashlib.sha256(text.encode(errors="replace")).digest()[:2]) / 65536
    )


def tint_of_bytes(data: bytes) -> str:
    """The prevailing colour of an encoded image, vivid pixels counting more, as ``#rrggbb``."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the size is judged below
            with Image.open(io.BytesIO(data)) as image:
                if image.width * image.height > MAX_PIXELS:
                    return _of_digest(data)
                image.draft("RGB", (64, 64))
                small = image.convert("RGB").resize((12, 12), Image.Resampling.BOX)
    except Exception:  # whatever Pillow cannot read still gets a colour
        return _of_digest(data)
    raw = small.tobytes()
    total, sums = 0.0, [0.0, 0.0, 0.0]
    for start in range(0, len(raw), 3):
        pixel = raw[start : start + 3]
        weight = 8.0 + max(pixel) - min(pixel)
        total += weight
        sums = [have + weight * value for have, value in zip(sums, pixel, strict=True)]
    return "#" + "".join(f"{round(value / total):02x}" for value in sums)


def _of_digest(data: bytes) -> str:
    return _lively(int.from_bytes(hashlib.sha256(data).digest()[:2]) / 65536)


def _lively(hue: float) -> str:
    red, green, blue = colorsys.hls_to_rgb(hue, 0.56, 0.62)
    return f"#{round(red * 255):02x}{round(green * 255):02x}{round(blue * 255):02x}"
