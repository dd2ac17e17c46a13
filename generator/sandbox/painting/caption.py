"""The caption in the corner: what was asked, and that it was not the real model."""

import re
import unicodedata
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from generator.sandbox.painting.colour import mix
from generator.sandbox.painting.sheet import Sheet

LINES = 2
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


@lru_cache(maxsize=16)
def _font(size: int) -> Font:
    return ImageFont.load_default(size)


@lru_cache(maxsize=4096)
def _drawable(character: str) -> bool:
    """Whether the bundled font has the character; it draws the same box for all it lacks."""
    font = _font(20)
    try:
        return bytes(font.getmask(character)) != bytes(font.getmask("\U0010ffff"))
    except (UnicodeError, OSError, ValueError):
        return False


def plain(prompt: str) -> str:
    """The prompt as far as the bundled font can write it, on one line."""
    text = unicodedata.normalize("NFC", " ".join(prompt[:600].split()))
    kept = "".join(c if c == " " or (c.isprintable() and _drawable(c)) else "\0" for c in text)
    return " ".join(re.sub("\0[\0 ]*", "… ", kept).split()) if kept.strip("\0 ") else ""


def wrap(text: str, font: Font, width: float, lines: int) -> list[str]:
    """The text in so many lines of at most ``width`` pixels, the last one cut with an ellipsis."""
    rows: list[str] = []
    rest = text
    while rest and len(rows) < lines:
        fits = _fitting(rest, font, width)
        if fits < len(rest):
            space = rest.rfind(" ", 0, fits + 1)
            # A word longer than the line is cut where it must be.
            fits = space if space > 0 else fits
        rows.append(rest[:fits].strip())
        rest = rest[fits:].strip()
    if rest and rows:
        last = rows[-1] + "…"
        while len(last) > 1 and font.getlength(last) > width:
            last = last[:-2].rstrip() + "…"
        rows[-1] = last
    return rows


def _fitting(text: str, font: Font, width: float) -> int:
    """How many leading characters fit into the width, at least one."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if font.getlength(text[:middle]) <= width else (low, middle - 1)
    return low


def write(sheet: Sheet, prompt: str, model: str) -> None:
    """Put the caption into the lower left corner."""
    u = sheet.u
    large, small = _font(max(9, round(25 * u))), _font(max(7, round(16 * u)))
    margin, pad = 30 * u, 20 * u
    widest = min(sheet.width - 2 * margin, 640 * u) - 2 * pad
    rows = wrap(plain(prompt), large, widest, LINES)
    label = f"sandbox · {model.rpartition('/')[2]}"
    step = 33 * u
    wide = max([large.getlength(row) for row in rows] + [small.getlength(label)]) + 2 * pad
    tall = step * len(rows) + 22 * u + 2 * pad - 4 * u
    box = (round(margin), round(sheet.height - margin - tall))
    panel = Image.new("L", (round(wide), round(tall)))
    ImageDraw.Draw(panel).rounded_rectangle(
        (0, 0, panel.width - 1, panel.height - 1), radius=14 * u, fill=168
    )
    ink = mix(sheet.palette.land[-1], (8, 8, 14), 0.6)
    sheet.image.paste(ink, (*box, box[0] + panel.width, box[1] + panel.height), panel)
    draw = ImageDraw.Draw(sheet.image)
    x, y = box[0] + pad, box[1] + pad - 4 * u
    for row in rows:
        draw.text((x, y), row, font=large, fill=(250, 248, 242))
        y += step
    faint = mix(ink, (250, 248, 242), 0.82)
    draw.text((x, y + 4 * u), label, font=small, fill=faint)
