"""The caption in the corner: what was asked for, and that it was not the real model."""

import re
import textwrap
from functools import lru_cache

from PIL import ImageDraw, ImageFont

from generator.sandbox.painting.canvas import Canvas
from generator.sandbox.painting.color import mix

LINES = 2
INK = (250, 248, 242)
# What the bundled font cannot draw: everything but Latin letters and common punctuation.
_UNKNOWN = re.compile("[^ -~\u00a1-\u017f\u2013\u2014\u2018-\u201d\u2026]+")
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


@lru_cache(maxsize=16)
def _font(size: int) -> Font:
    return ImageFont.load_default(size)


def write(canvas: Canvas, prompt: str, model: str) -> None:
    """Write the caption into the lower left corner."""
    unit = canvas.unit
    large, small = _font(max(9, round(25 * unit))), _font(max(7, round(16 * unit)))
    margin, pad, step = 30 * unit, 20 * unit, 33 * unit
    rows = _rows(prompt, large, min(canvas.width - 2 * margin, 640 * unit) - 2 * pad)
    label = f"sandbox · {model.rpartition('/')[2]}"
    wide = max([large.getlength(row) for row in rows] + [small.getlength(label)]) + 2 * pad
    tall = step * len(rows) + 18 * unit + 2 * pad
    left, top = margin, canvas.height - margin - tall
    ground = mix(canvas.palette.land[-1], (8, 8, 14), 0.6)
    draw = ImageDraw.Draw(canvas.image, "RGBA")
    panel = (left, top, left + wide, top + tall)
    draw.rounded_rectangle(panel, radius=14 * unit, fill=(*ground, 168))
    x, y = left + pad, top + pad - 4 * unit
    for number, row in enumerate(rows):
        draw.text((x, y + step * number), row, font=large, fill=INK)
    draw.text((x, y + step * len(rows) + 4 * unit), label, font=small, fill=mix(ground, INK, 0.82))


def _rows(prompt: str, font: Font, width: float) -> list[str]:
    """Return the prompt, as far as the font can draw it, on lines of about this width."""
    text = " ".join(_UNKNOWN.sub("… ", " ".join(prompt[:600].split())).split())
    if not text.strip("… "):
        return []
    characters = max(4, int(width / (font.getlength(text) / len(text))))
    return textwrap.wrap(text, characters, max_lines=LINES, placeholder="…")
