"""One color, as ``#rrggbb``, that stands for a reference image."""

import colorsys
import hashlib
import io
import warnings

from PIL import Image

MAX_PIXELS = 50_000_000


def tint_of_url(url: str) -> str:
    """Return a lively color for a reference that is only known by its URL."""
    return _lively(url.encode(errors="replace"))


def tint_of_bytes(data: bytes) -> str:
    """Return the average color of an encoded image."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the size is checked below
            with Image.open(io.BytesIO(data)) as image:
                if image.width * image.height <= MAX_PIXELS:
                    image.draft("RGB", (64, 64))
                    average = image.convert("RGB").resize((1, 1), Image.Resampling.BOX)
                    return f"#{average.tobytes().hex()}"
    except Exception:  # noqa: S110 - whatever Pillow cannot read still gets a color
        pass
    return _lively(data)


def _lively(data: bytes) -> str:
    hue = int.from_bytes(hashlib.sha256(data).digest()[:2]) / 65536
    channels = colorsys.hls_to_rgb(hue, 0.56, 0.62)
    return "#" + bytes(round(channel * 255) for channel in channels).hex()
