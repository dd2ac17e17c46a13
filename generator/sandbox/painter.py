"""Paint one image for one order. The same order always produces the same bytes."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from generator.sandbox.painting import caption, palettes
from generator.sandbox.painting.canvas import Canvas
from generator.sandbox.painting.city import paint_city
from generator.sandbox.painting.mountains import paint_mountains
from generator.sandbox.painting.sea import paint_sea
from generator.sandbox.painting.tiles import paint_tiles

Scene = Callable[[Canvas], None]
# Each with the words that call for it.
SCENES: tuple[tuple[Scene, str], ...] = (
    (paint_mountains, "mountain hill valley lake river forest tree cabin fox deer owl desert snow"),
    (paint_sea, "sea ocean boat sailboat ship sail beach island harbor lighthouse whale wave"),
    (paint_city, "city street building tower bridge skyline tokyo paris london neon office car"),
    (paint_tiles, "poster logo geometric house room door kitchen cat dog flower bouquet fruit"),
)
# Larger images are painted at this size and enlarged: their shapes are soft enough.
MAX_SCENE_PIXELS = 2_400_000

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
    """What to paint.

    ``variation`` distinguishes the images of one prompt; ``tints`` stand for its references.
    """

    prompt: str
    model: str
    variation: str
    width: int
    height: int
    tints: tuple[str, ...] = ()


def size_for(model: str, aspect_ratio: str, image_size: str) -> tuple[int, int]:
    """Return the size in pixels that the real model would produce."""
    width, height = SIZES.get(aspect_ratio, SIZES["1:1"])
    factor = FACTORS.get(image_size, 1) if model in SIZED_MODELS else 1
    return width * factor, height * factor


def paint(order: Order) -> bytes:
    """Return the image as PNG."""
    # JSON can carry half a surrogate pair, which neither a seed nor a font accepts.
    prompt = order.prompt.encode(errors="replace").decode()
    rng = Random(prompt)  # what depends on the words alone
    theme = Random(f"{prompt}|{order.model}|{'|'.join(order.tints)}")
    twist = Random(f"{prompt}|{order.variation}")
    size = (order.width, order.height)
    shrink = min(1.0, (MAX_SCENE_PIXELS / (order.width * order.height)) ** 0.5)
    scene_size = (round(size[0] * shrink), round(size[1] * shrink))
    palette = palettes.choose(prompt, order.tints, rng)
    canvas = Canvas(scene_size, palette, theme, twist)
    palettes.pick(SCENES, prompt, rng)(canvas)
    canvas.enlarge(size)
    canvas.add_grain()
    caption.write(canvas, prompt, order.model)
    png = io.BytesIO()
    # zlib's run-length strategy: a search for matches takes much longer and finds few in grain.
    canvas.image.save(png, "PNG", compress_level=1, compress_type=3)
    return png.getvalue()
