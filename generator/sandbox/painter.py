"""One image from one order. The same order gives the same bytes."""

import io
from dataclasses import dataclass
from random import Random

from generator.sandbox.painting import caption, heavens, palettes, scenes
from generator.sandbox.painting.colour import from_hex
from generator.sandbox.painting.sheet import Sheet

# Scenes are painted at most this large and enlarged after: their forms are soft enough.
MAX_SCENE_PIXELS = 2_400_000
GRAIN = 7

# The real models' sizes, about a megapixel each.
SIZES = {
    "1:1": (1024, 1024),
    "16:9": (1344, 768),
    "9:16": (768, 1344),
    "4:3": (1184, 864),
    "3:4": (864, 1184),
    "3:2": (1248, 832),
    "2:3": (832, 1248),
    "5:4": (1152, 896),
    "4:5": (896, 1152),
    "21:9": (1536, 672),
}
FACTORS = {"2k": 2, "4k": 4}
SIZED_MODELS = ("google/nano-banana-pro", "google/nano-banana-2")


@dataclass(frozen=True)
class Order:
    """What to paint. ``variation`` tells images of one prompt apart, ``tints`` are references."""

    prompt: str
    model: str
    variation: str
    width: int
    height: int
    tints: tuple[str, ...] = ()


def size_for(model: str, aspect_ratio: str, image_size: str) -> tuple[int, int]:
    """The size in pixels that the real model would give."""
    width, height = SIZES.get(aspect_ratio, SIZES["1:1"])
    factor = FACTORS.get(image_size, 1) if model in SIZED_MODELS else 1
    return width * factor, height * factor


def paint(order: Order) -> bytes:
    """The image as PNG."""
    # JSON can carry half a surrogate pair, which no seed and no font takes.
    prompt = order.prompt.encode(errors="replace").decode()
    # The model and the references are part of what all variations share.
    theme = Random(f"{prompt}|{order.model}|{'|'.join(order.tints)}")
    twist = Random(f"{prompt}|{order.variation}")
    scene = scenes.choose(prompt, Random(prompt))
    palette = palettes.choose(prompt, order.tints, theme, twist)
    size = (order.width, order.height)
    shrink = min(1.0, (MAX_SCENE_PIXELS / (order.width * order.height)) ** 0.5)
    sheet = Sheet((round(size[0] * shrink), round(size[1] * shrink)), palette, theme, twist)
    scene(sheet)
    if order.tints:
        heavens.lanterns(sheet, tuple(from_hex(tint) for tint in order.tints))
    if sheet.image.size != size:
        sheet.enlarge(size)
    sheet.grain(GRAIN)
    caption.write(sheet, prompt, order.model)
    out = io.BytesIO()
    sheet.image.save(out, "PNG", compress_level=2)
    return out.getvalue()
