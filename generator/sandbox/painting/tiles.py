"""Shapes in a grid, in the manner of the Bauhaus, and arches within arches."""

import math
from collections.abc import Callable

from generator.sandbox.painting.colour import Colour, lighter, lightness, mix
from generator.sandbox.painting.sheet import Pen, Sheet


def mosaic(sheet: Sheet) -> None:
    """Quarter circles, half circles and discs on coloured tiles."""
    p, theme, twist = sheet.palette, sheet.theme, sheet.twist
    cell = min(sheet.width, sheet.height) / theme.choice((4, 4, 5))
    columns, rows = math.ceil(sheet.width / cell), math.ceil(sheet.height / cell)
    left, top = (sheet.width - columns * cell) / 2, (sheet.height - rows * cell) / 2
    inks = [*p.land, p.sky[0], p.sky[1], *p.accents[:2]]
    grounds = [mix(p.sky[2], p.light, 0.5), p.sky[2], p.light, p.land[-1], p.sky[1]]
    kinds = [theme.choice(KINDS) for _ in range(columns * rows)]
    for index, kind in enumerate(kinds):
        box = (left + index % columns * cell, top + index // columns * cell)
        ground = twist.choice(grounds)
        ink = twist.choice([c for c in inks if _apart(c, ground)] or inks)
        second = twist.choice([c for c in inks if _apart(c, ground) and c != ink] or inks)
        corner = twist.randrange(4)
        for colour, draw in zip((ground, ink, second), (_square, *kind), strict=False):
            _put(sheet, (*box, cell), corner, colour, draw)


def _apart(one: Colour, other: Colour) -> bool:
    return sum(abs(a - b) for a, b in zip(one, other, strict=True)) > 120


# Draws on a tile: its left, top and side; the corner, 0 to 3, clockwise from the upper left.
Draw = Callable[[Pen, float, float, float, int], None]


def _put(
    sheet: Sheet, tile: tuple[float, float, float], corner: int, colour: Colour, draw: Draw
) -> None:
    x, y, cell = tile
    stencil = sheet.stencil(lambda pen: draw(pen, x, y, cell, corner), (x, y, x + cell, y + cell))
    shades = (lighter(colour, 0.035), lighter(colour, -0.035))
    sheet.lay(stencil, sheet.slanted(shades, stencil.mask.size, 50))


def _square(pen: Pen, x: float, y: float, cell: float, corner: int) -> None:
    pen.box(x, y, x + cell, y + cell)


def _quarter(pen: Pen, x: float, y: float, cell: float, corner: int, share: float = 1.0) -> None:
    across, down = x + cell * (corner in (1, 2)), y + cell * (corner in (2, 3))
    pen.pie(across, down, cell * share, 90 * corner, 90 * corner + 90)


def _small_quarter(pen: Pen, x: float, y: float, cell: float, corner: int) -> None:
    _quarter(pen, x, y, cell, corner, 0.55)


def _half(pen: Pen, x: float, y: float, cell: float, corner: int) -> None:
    pen.pie(x + cell / 2, y + cell / 2, cell / 2, 90 * corner, 90 * corner + 180)


def _disc(pen: Pen, x: float, y: float, cell: float, corner: int) -> None:
    pen.disc(x + cell / 2, y + cell / 2, cell * 0.38)


def _dot(pen: Pen, x: float, y: float, cell: float, corner: int) -> None:
    pen.disc(x + cell / 2, y + cell / 2, cell * 0.16)


def _stripes(pen: Pen, x: float, y: float, cell: float, corner: int) -> None:
    for stripe in (0, 2, 4):
        pen.box(x, y + cell * stripe / 6, x + cell, y + cell * (stripe + 1) / 6)


KINDS: tuple[tuple[Draw, ...], ...] = (
    (_quarter, _small_quarter),
    (_quarter, _small_quarter),
    (_disc, _dot),
    (_half,),
    (_quarter,),
    (_stripes,),
)


def arches(sheet: Sheet) -> None:
    """Arches within arches on a floor, a sun in the innermost, its light falling out of it."""
    p, theme, twist, u = sheet.palette, sheet.theme, sheet.twist, sheet.u
    wall = mix(p.sky[2], p.light, 0.4) if not p.dark else p.sky[0]
    shades = (lighter(wall, 0.02), mix(wall, p.sky[1], 0.35))
    sheet.image = sheet.slanted(shades, sheet.image.size, 70)
    count = theme.randint(5, 6)
    x = sheet.width * (0.5 + theme.choice((-0.06, 0.0, 0.06)))
    low = sheet.height * theme.uniform(0.8, 0.84)
    outer = min(sheet.width * 0.44, sheet.height * 0.4)
    _floor(sheet, low, mix(p.land[0], p.sky[2], 0.45))
    tones = (p.land[2], p.land[1], p.accents[0], p.land[0], p.sky[1], p.sky[2])
    for index in range(count):
        place = index / (count - 1)
        radius = outer * (1 - 0.66 * place) * (1 + twist.uniform(-0.012, 0.012))
        spring = low - sheet.height * 0.35 * (1 - 0.25 * place)
        last = index == count - 1
        tone = mix(p.light, p.sky[2], 0.5) if last else tones[index % len(tones)]
        _arch(sheet, (x, spring, radius), low, tone)
    _sun_in_arch(sheet, x, low, outer * 0.34)
    beam = [(x - outer * 0.34, low), (x + outer * 0.34, low)]
    beam += [(x + outer * 0.7, sheet.height), (x - outer * 0.9, sheet.height)]
    sheet.shade(sheet.polygon(beam), mix(p.light, p.accents[0], 0.15), 0.5, 12 * u)


def _arch(sheet: Sheet, form: tuple[float, float, float], low: float, tone: Colour) -> None:
    x, spring, radius = form

    def draw(pen: Pen) -> None:
        pen.disc(x, spring, radius)
        pen.box(x - radius, spring, x + radius, low)

    u = sheet.u
    stencil = sheet.stencil(draw, (x - radius, spring - radius, x + radius, low))
    ink = mix(sheet.palette.land[-1], (0, 0, 0), 0.4)
    sheet.shade(stencil, ink, 0.4, 20 * u, (5 * u, 3 * u))
    fill = (lighter(tone, 0.06), tone, lighter(tone, -0.06))
    sheet.lay(stencil, sheet.slanted(fill, stencil.mask.size, 70))


def _sun_in_arch(sheet: Sheet, x: float, low: float, radius: float) -> None:
    p = sheet.palette
    y = low - sheet.height * 0.27 + sheet.twist.uniform(-16, 16) * sheet.u
    sheet.glow(x, y, radius * 1.6, p.accents[0], 0.35)
    disc = sheet.disc(x, y, radius * 0.5)
    warm = max(p.accents, key=lightness)
    sheet.lay(disc, sheet.gradient((lighter(warm, 0.06), lighter(warm, -0.05)), disc.mask.size))


def _floor(sheet: Sheet, low: float, tone: Colour) -> None:
    size = (sheet.width, sheet.height - round(low))
    sheet.image.paste(
        sheet.gradient((lighter(tone, 0.05), lighter(tone, -0.1)), size), (0, round(low))
    )
    sheet.veil(low - 60 * sheet.u, low, lighter(tone, -0.25), 0.12)
