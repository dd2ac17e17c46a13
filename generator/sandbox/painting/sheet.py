"""The sheet that scenes paint on: antialiased shapes, gradients, soft shadows, glows, grain.

Coordinates are pixels of the sheet; ``sheet.u`` is a thousandth of its shorter side, so that a
scene looks the same at every size.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from generator.sandbox.painting.colour import Colour, ramp
from generator.sandbox.painting.palettes import Palette

OVERSAMPLING = 3
Point = tuple[float, float]
Fill = Colour | Image.Image


class Pen:
    """Draws on an oversampled stencil, in the sheet's coordinates."""

    def __init__(self, stencil: Image.Image, left: int, top: int) -> None:
        self._draw = ImageDraw.Draw(stencil)
        self._left, self._top = left, top

    def _at(self, points: Sequence[Point]) -> list[Point]:
        return [
            ((x - self._left) * OVERSAMPLING, (y - self._top) * OVERSAMPLING) for x, y in points
        ]

    def polygon(self, points: Sequence[Point], value: int = 255) -> None:
        """A filled polygon; ``value`` 0 cuts a hole."""
        self._draw.polygon(self._at(points), fill=value)

    def disc(self, x: float, y: float, radius: float, value: int = 255) -> None:
        """A filled circle."""
        self.oval(x, y, radius, radius, value)

    def oval(self, x: float, y: float, across: float, down: float, value: int = 255) -> None:
        """A filled ellipse with the two radii."""
        (left, top), (right, low) = self._at([(x - across, y - down), (x + across, y + down)])
        self._draw.ellipse((left, top, right, low), fill=value)

    def ring(self, x: float, y: float, across: float, down: float, width: float) -> None:
        """An ellipse's outline."""
        (left, top), (right, low) = self._at([(x - across, y - down), (x + across, y + down)])
        self._draw.ellipse(
            (left, top, right, low), outline=255, width=max(1, round(width * OVERSAMPLING))
        )

    def line(self, points: Sequence[Point], width: float, value: int = 255) -> None:
        """A line with rounded joints."""
        pixels = max(1, round(width * OVERSAMPLING))
        self._draw.line(self._at(points), fill=value, width=pixels, joint="curve")

    def box(self, left: float, top: float, right: float, low: float, value: int = 255) -> None:
        """A filled rectangle."""
        (x0, y0), (x1, y1) = self._at([(left, top), (right, low)])
        if x1 > x0 and y1 > y0:
            self._draw.rectangle((x0, y0, max(x0, x1 - 1), max(y0, y1 - 1)), fill=value)

    def pie(self, x: float, y: float, radius: float, start: float, end: float) -> None:
        """A sector of a circle, degrees clockwise from three o'clock."""
        (left, top), (right, low) = self._at([(x - radius, y - radius), (x + radius, y + radius)])
        self._draw.pieslice((left, top, right, low), start, end, fill=255)


@dataclass(frozen=True)
class Stencil:
    """A cut-out: its mask and where it lies."""

    mask: Image.Image
    left: int
    top: int


class Sheet:
    """An image in the making, with its palette and its two kinds of luck.

    ``theme`` is the luck that all images of one prompt share, ``twist`` that of this image.
    """

    def __init__(
        self, size: tuple[int, int], palette: Palette, theme: Random, twist: Random
    ) -> None:
        self.width, self.height = size
        self.palette, self.theme, self.twist = palette, theme, twist
        self.u = min(size) / 1000
        self.image = Image.new("RGB", size)

    # Fills

    def gradient(self, colours: tuple[Colour, ...], size: tuple[int, int]) -> Image.Image:
        """An image of a gradient from top to bottom."""
        rows = min(256, max(2, size[1]))
        column = Image.new("RGB", (1, rows))
        column.putdata([ramp(colours, row / (rows - 1)) for row in range(rows)])
        return column.resize(size, Image.Resampling.BILINEAR)

    def slanted(
        self, colours: tuple[Colour, ...], size: tuple[int, int], degrees: float
    ) -> Image.Image:
        """An image of a gradient in any direction, 0 from left to right, 90 downwards."""
        # A gradient holds so little that a few cells, enlarged smoothly, say it all.
        cells = 32 if max(size) > 400 else 12
        middle, steps = (cells - 1) / 2, 2 * cells
        table = [ramp(colours, step / (steps - 1)) for step in range(steps)]
        dx, dy = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
        reach = (abs(dx) + abs(dy)) * middle
        small = Image.new("RGB", (cells, cells))
        small.putdata(
            [
                table[
                    round((((x - middle) * dx + (y - middle) * dy) / reach + 1) / 2 * (steps - 1))
                ]
                for y in range(cells)
                for x in range(cells)
            ]
        )
        return small.resize(size, Image.Resampling.BICUBIC)

    def noise(self, luck: Random, across: int, down: int, octaves: int = 4) -> Image.Image:
        """Clouds as a mask of the sheet's size; ``across`` and ``down`` count the largest ones."""
        size = (max(1, self.width // 3), max(1, self.height // 3))
        total = Image.new("L", size)
        for octave in range(octaves):
            grid = (across << octave, down << octave)
            cells = Image.frombytes("L", grid, luck.randbytes(grid[0] * grid[1]))
            cells = cells.resize(size, Image.Resampling.BICUBIC)
            # Each finer octave weighs less than the one before.
            total = Image.blend(total, cells, 0.5 ** (octave + 0.6) if octave else 1.0)
        return total.resize((self.width, self.height), Image.Resampling.BILINEAR)

    # Stencils

    def stencil(
        self, draw: Callable[[Pen], None], box: tuple[float, float, float, float] | None = None
    ) -> Stencil:
        """What ``draw`` draws, cut out of the sheet; ``box`` says where at most, to save time."""
        left, top, right, low = box or (0, 0, self.width, self.height)
        x0, y0 = max(0, math.floor(left) - 2), max(0, math.floor(top) - 2)
        x1 = max(x0 + 1, min(self.width, math.ceil(right) + 2))
        y1 = max(y0 + 1, min(self.height, math.ceil(low) + 2))
        large = Image.new("L", ((x1 - x0) * OVERSAMPLING, (y1 - y0) * OVERSAMPLING))
        draw(Pen(large, x0, y0))
        return Stencil(large.reduce(OVERSAMPLING), x0, y0)

    def polygon(self, points: Sequence[Point]) -> Stencil:
        """A polygon's stencil."""
        xs, ys = [x for x, _ in points], [y for _, y in points]
        return self.stencil(lambda pen: pen.polygon(points), (min(xs), min(ys), max(xs), max(ys)))

    def disc(self, x: float, y: float, radius: float) -> Stencil:
        """A circle's stencil."""
        box = (x - radius, y - radius, x + radius, y + radius)
        return self.stencil(lambda pen: pen.disc(x, y, radius), box)

    def ovals(self, spots: Sequence[tuple[float, float, float, float]]) -> Stencil:
        """Many ellipses as one stencil: x, y and the two radii of each."""

        def draw(pen: Pen) -> None:
            for spot in spots:
                pen.oval(*spot)

        box = (
            min(x - across for x, _, across, _ in spots),
            min(y - down for _, y, _, down in spots),
            max(x + across for x, _, across, _ in spots),
            max(y + down for _, y, _, down in spots),
        )
        return self.stencil(draw, box)

    # Paint

    def lay(self, stencil: Stencil, fill: Fill, opacity: float = 1.0) -> None:
        """Paint through a stencil. An image as fill has the stencil's size, or the sheet's."""
        mask = stencil.mask
        if opacity < 1:
            mask = mask.point(lambda value: round(value * opacity))
        place = (stencil.left, stencil.top)
        if isinstance(fill, tuple):
            box = (*place, place[0] + mask.width, place[1] + mask.height)
            self.image.paste(fill, box, mask)
        else:
            if fill.size != mask.size:
                fill = fill.crop((*place, place[0] + mask.width, place[1] + mask.height))
            self.image.paste(fill, place, mask)

    def shade(
        self,
        stencil: Stencil,
        colour: Colour,
        opacity: float,
        blur: float,
        shift: Point = (0.0, 0.0),
    ) -> None:
        """A soft shadow of a stencil, blurred and shifted by so many pixels."""
        # A blurred edge needs no full resolution: a quarter is sixteen times cheaper.
        pad = math.ceil(blur * 2.5 / 4) * 4
        mask = stencil.mask
        padded = Image.new("L", (mask.width + 2 * pad, mask.height + 2 * pad))
        padded.paste(mask, (pad, pad))
        small = padded.reduce(4).filter(ImageFilter.GaussianBlur(max(0.3, blur / 4)))
        soft = small.point(lambda value: round(value * opacity))
        soft = soft.resize(padded.size, Image.Resampling.BILINEAR)
        place = (stencil.left - pad + round(shift[0]), stencil.top - pad + round(shift[1]))
        box = (*place, place[0] + soft.width, place[1] + soft.height)
        self.image.paste(colour, box, soft)

    def glow(self, x: float, y: float, radius: float, colour: Colour, strength: float) -> None:
        """A light that fades to nothing at ``radius``."""
        side = max(2, round(radius * 2))
        fade = Image.radial_gradient("L").point(
            lambda value: round(255 * strength * max(0.0, 1 - value / 181) ** 2.2)
        )
        # The gradient reaches 255 in the corners of its square; 181 is its inscribed circle.
        fade = fade.resize((side, side), Image.Resampling.BICUBIC)
        place = (round(x - radius), round(y - radius))
        self.image.paste(colour, (*place, place[0] + side, place[1] + side), fade)

    def veil(self, top: float, low: float, colour: Colour, strength: float) -> None:
        """Mist between two heights, densest at the lower one."""
        y0, y1 = max(0, round(top)), min(self.height, round(low))
        if y1 <= y0:
            return
        column = Image.new("L", (1, 64))
        column.putdata([round(255 * strength * (row / 63) ** 1.6) for row in range(64)])
        mask = column.resize((self.width, y1 - y0), Image.Resampling.BICUBIC)
        self.image.paste(colour, (0, y0, self.width, y1), mask)

    def enlarge(self, size: tuple[int, int]) -> None:
        """Bring a finished scene to a larger size."""
        self.image = self.image.resize(size, Image.Resampling.BICUBIC)
        self.width, self.height = size
        self.u = min(size) / 1000

    def grain(self, amount: int) -> None:
        """Fine paper grain; it also hides the steps of 8-bit gradients."""
        size = (self.width, self.height)
        one = Image.frombytes("L", size, self.twist.randbytes(size[0] * size[1]))
        scaled = one.point(lambda value: 128 + round((value - 127.5) * amount / 128))
        self.image = ImageChops.add(self.image, Image.merge("RGB", [scaled] * 3), 1, -128)


def levels(mask: Image.Image, cut: float, gain: float, strength: float) -> Image.Image:
    """A mask with what is below ``cut`` (0 to 255) gone and the rest steepened by ``gain``."""
    return mask.point(lambda value: round(max(0.0, min(255.0, (value - cut) * gain)) * strength))
