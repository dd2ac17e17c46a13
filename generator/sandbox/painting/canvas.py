"""The canvas that scenes paint on: antialiased polygons, gradients, glows, mist and grain.

Coordinates are pixels; ``canvas.unit`` is a thousandth of the shorter side, so that a scene
looks the same at every size.
"""

import math
from collections.abc import Sequence
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from generator.sandbox.painting.color import Color
from generator.sandbox.painting.palettes import Palette

OVERSAMPLING = 3
GRAIN = 4
Polygon = Sequence[tuple[float, float]]


def box(left: float, top: float, right: float, bottom: float) -> Polygon:
    """Return a rectangle."""
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def oval(x: float, y: float, across: float, down: float) -> Polygon:
    """Return an ellipse with the two radii."""
    steps = 8 + min(88, round(max(across, down)))
    angles = [math.tau * step / steps for step in range(steps)]
    return [(x + across * math.cos(angle), y + down * math.sin(angle)) for angle in angles]


def gradient(colors: Sequence[Color], size: tuple[int, int]) -> Image.Image:
    """Return an image of a gradient from top to bottom."""
    stops = Image.new("RGB", (1, len(colors)))
    stops.putdata(list(colors))
    # From the middle of the first stop to the middle of the last one.
    whole = (0, 0.5, 1, len(colors) - 0.5)
    return stops.resize((1, size[1]), Image.Resampling.BICUBIC, whole).resize(size)


class Canvas:
    """An image in the making.

    ``theme`` is the randomness that all images of one prompt share, ``twist`` that of this one.
    """

    def __init__(
        self, size: tuple[int, int], palette: Palette, theme: Random, twist: Random
    ) -> None:
        self.width, self.height = size
        self.palette, self.theme, self.twist = palette, theme, twist
        self.unit = min(size) / 1000
        self.image = Image.new("RGB", size)

    def fill(
        self, polygons: Sequence[Polygon], *colors: Color, opacity: float = 1.0, blur: float = 0.0
    ) -> None:
        """Paint the polygons in one color, or in a gradient from their top to their bottom."""
        xs = [x for polygon in polygons for x, _ in polygon]
        ys = [y for polygon in polygons for _, y in polygon]
        if not xs:
            return
        pad = 3 * blur
        left, top = max(0, math.floor(min(xs) - pad)), max(0, math.floor(min(ys) - pad))
        right = min(self.width, math.ceil(max(xs) + pad))
        bottom = min(self.height, math.ceil(max(ys) + pad))
        if right <= left or bottom <= top:
            return
        size = (right - left, bottom - top)
        # A blurred edge needs no antialiasing.
        scale = 1 if blur else OVERSAMPLING
        mask = Image.new("L", (size[0] * scale, size[1] * scale))
        draw = ImageDraw.Draw(mask)
        for polygon in polygons:
            draw.polygon([((x - left) * scale, (y - top) * scale) for x, y in polygon], fill=255)
        mask = mask.filter(ImageFilter.GaussianBlur(blur)) if blur else mask.reduce(scale)
        if opacity < 1:
            mask = mask.point(lambda value: round(value * opacity))
        paint = gradient(colors, size) if len(colors) > 1 else colors[0]
        self.image.paste(paint, (left, top, right, bottom), mask)

    def add_glow(self, x: float, y: float, radius: float, color: Color, strength: float) -> None:
        """Add a light that fades to nothing at ``radius``."""
        side = max(2, round(radius * 2))
        # The gradient reaches 255 in the corners of its square, 181 on the inscribed circle.
        fade = Image.radial_gradient("L").point(
            lambda value: round(255 * strength * max(0.0, 1 - value / 181) ** 2.2)
        )
        left, top = round(x - radius), round(y - radius)
        mask = fade.resize((side, side), Image.Resampling.BICUBIC)
        self.image.paste(color, (left, top, left + side, top + side), mask)

    def add_clouds(self, bottom: float, color: Color, strength: float) -> None:
        """Add long soft clouds that fade toward the top and toward ``bottom``."""
        size = (self.width, max(2, round(bottom)))
        small = (max(2, size[0] // 4), max(2, size[1] // 4))
        clouds = Image.new("L", small)
        for octave in range(4):
            grid = (2 << octave, 7 << octave)
            noise = Image.frombytes("L", grid, self.twist.randbytes(grid[0] * grid[1]))
            noise = noise.resize(small, Image.Resampling.BICUBIC)
            clouds = Image.blend(clouds, noise, 0.5 ** (octave + 0.5) if octave else 1.0)
        clouds = clouds.point(lambda value: round(strength * min(255, max(0, value - 126) * 5)))
        fade = Image.new("L", (1, 3))
        fade.putdata([0, 255, 0])
        mask = ImageChops.multiply(clouds, fade.resize(small, Image.Resampling.BICUBIC))
        self.image.paste(color, (0, 0, *size), mask.resize(size, Image.Resampling.BICUBIC))

    def reflect(self, waterline: int, color: Color) -> None:
        """Mirror what is above the waterline in the water below it."""
        depth = self.height - waterline
        mirror = self.image.crop((0, waterline - depth, self.width, waterline))
        mirror = mirror.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
        mirror = mirror.filter(ImageFilter.GaussianBlur((3 * self.unit, 9 * self.unit)))
        water = Image.blend(mirror, Image.new("RGB", mirror.size, color), 0.3)
        self.image.paste(water, (0, waterline))

    def enlarge(self, size: tuple[int, int]) -> None:
        """Bring a finished scene to a larger size."""
        if self.image.size != size:
            self.image = self.image.resize(size, Image.Resampling.BICUBIC)
            self.width, self.height = size
            self.unit = min(size) / 1000

    def add_grain(self) -> None:
        """Add fine grain, which also hides the steps of 8-bit gradients."""
        noise = Image.frombytes(
            "L", self.image.size, self.twist.randbytes(self.width * self.height)
        )
        noise = noise.point(lambda value: 128 + round((value - 127.5) * GRAIN / 128))
        self.image = ImageChops.add(self.image, Image.merge("RGB", [noise] * 3), 1, -128)
