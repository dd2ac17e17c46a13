"""Planets, rings and orbits."""

import math
from random import Random

from PIL import Image, ImageChops

from generator.sandbox.painting import heavens
from generator.sandbox.painting.colour import Colour, lighter, mix, turned
from generator.sandbox.painting.sheet import Pen, Sheet, Stencil, levels


def planets(sheet: Sheet) -> None:
    """A large planet, its moons on fine orbits, a nebula behind."""
    p, theme, twist, u = sheet.palette, sheet.theme, sheet.twist, sheet.u
    deep = mix(mix(p.sky[0], p.land[-1], 0.75), (4, 5, 18), 0.6)
    tones = (deep, mix(deep, p.sky[0], 0.4), mix(deep, p.sky[1], 0.25))
    sheet.image = sheet.slanted(tones, sheet.image.size, theme.choice((60, 90, 120)))
    _nebula(sheet, mix(p.sky[1], deep, 0.5), mix(p.accents[0], deep, 0.5))
    heavens.stars(sheet, sheet.height, 420, twist)
    side = theme.choice((-1, 1))
    x = sheet.width * (0.5 + side * theme.uniform(0.04, 0.16) + twist.uniform(-0.02, 0.02))
    y = sheet.height * (theme.uniform(0.5, 0.58) + twist.uniform(-0.02, 0.02))
    radius = theme.uniform(190, 265) * u
    tilt = theme.uniform(-24, 24) + twist.uniform(-3, 3)
    ringed = theme.random() < 0.65
    for orbit in (1.75, 2.3, 2.95):
        _orbit(sheet, (x, y), radius * orbit, tilt, p.light)
    sheet.glow(x, y, radius * 1.9, p.sky[1], 0.5)
    if ringed:
        _rings(sheet, (x, y), radius, tilt, front=False)
    _planet(sheet, (x, y), radius, (p.sky[1], p.sky[2], p.land[0], p.accents[0]), twist)
    if ringed:
        _rings(sheet, (x, y), radius, tilt, front=True)
    for number, orbit in enumerate((1.75, 2.3, 2.95)):
        angle = theme.uniform(0, math.tau) + twist.uniform(-0.5, 0.5)
        mx, my = _on_orbit((x, y), radius * orbit, tilt, angle)
        size = radius * theme.uniform(0.1, 0.2) * (1 if number else 0.8)
        tone = turned((p.accents * 2)[number % 2], 20 * number)
        sheet.glow(mx, my, size * 3, tone, 0.35)
        _planet(sheet, (mx, my), size, (lighter(tone, 0.12), tone, p.land[1]), twist)


def _nebula(sheet: Sheet, one: Colour, other: Colour) -> None:
    for colour, strength in ((one, 0.85), (other, 0.5)):
        mask = levels(sheet.noise(sheet.theme, 3, 3, 5), 116, 2.5, strength)
        sheet.image.paste(colour, (0, 0), mask)


def _on_orbit(
    centre: tuple[float, float], across: float, tilt: float, angle: float
) -> tuple[float, float]:
    turn = math.radians(tilt)
    ex, ey = across * math.cos(angle), across * 0.3 * math.sin(angle)
    return (
        centre[0] + ex * math.cos(turn) - ey * math.sin(turn),
        centre[1] + ex * math.sin(turn) + ey * math.cos(turn),
    )


def _orbit(
    sheet: Sheet, centre: tuple[float, float], across: float, tilt: float, colour: Colour
) -> None:
    points = [_on_orbit(centre, across, tilt, math.tau * step / 180) for step in range(181)]
    stencil = sheet.stencil(lambda pen: pen.line(points, 1.1 * sheet.u))
    sheet.lay(stencil, colour, 0.34)


def _planet(
    sheet: Sheet,
    centre: tuple[float, float],
    radius: float,
    tones: tuple[Colour, ...],
    luck: Random,
) -> None:
    """A ball: bands of its tones, light from the upper left, night at the lower right."""
    x, y = centre
    disc = sheet.disc(x, y, radius)
    size = disc.mask.size
    skin = sheet.gradient(_bands(tones, luck), size).rotate(
        luck.uniform(-18, 18), Image.Resampling.BILINEAR, fillcolor=tones[-1]
    )
    sheet.lay(disc, skin)
    lit = sheet.disc(x - radius * 0.4, y - radius * 0.45, radius * 1.12)
    # A square well beyond the rim: a blurred crescent would leave the rim itself in the light.
    pad = round(radius * 0.7)
    square = Image.new("L", (size[0] + 2 * pad, size[1] + 2 * pad), 255)
    shadow = _minus(Stencil(square, disc.left - pad, disc.top - pad), lit)
    body = Image.new("L", sheet.image.size)
    body.paste(disc.mask, (disc.left, disc.top))
    before = sheet.image.copy()
    sheet.shade(shadow, (4, 4, 14), 0.9, radius * 0.26)
    sheet.glow(x - radius * 0.42, y - radius * 0.46, radius * 1.0, sheet.palette.light, 0.42)
    # Light and night end at the planet's edge.
    sheet.image = Image.composite(sheet.image, before, body)


def _bands(tones: tuple[Colour, ...], luck: Random) -> tuple[Colour, ...]:
    bands = []
    for _ in range(luck.randint(9, 13)):
        bands.append(lighter(luck.choice(tones), luck.uniform(-0.06, 0.06)))
    return tuple(bands)


def _minus(one: Stencil, other: Stencil) -> Stencil:
    whole = Image.new("L", one.mask.size)
    whole.paste(other.mask, (other.left - one.left, other.top - one.top))
    return Stencil(ImageChops.subtract(one.mask, whole), one.left, one.top)


def _rings(
    sheet: Sheet, centre: tuple[float, float], radius: float, tilt: float, front: bool
) -> None:
    """The half of the rings before or behind the planet."""
    p = sheet.palette
    bands = ((1.32, 1.4, 0.35), (1.43, 1.62, 0.7), (1.66, 1.7, 0.5), (1.73, 1.9, 0.4))
    start = 0.0 if front else math.pi
    for number, (inner, outer, opacity) in enumerate(bands):
        arc = [start + math.pi * step / 90 for step in range(91)]
        points = [_on_orbit(centre, radius * outer, tilt, a) for a in arc]
        points += [_on_orbit(centre, radius * inner, tilt, a) for a in reversed(arc)]

        def draw(pen: Pen, points: list[tuple[float, float]] = points) -> None:
            pen.polygon(points)

        tone = mix(p.light, (p.accents * 2)[number % 2], 0.35)
        sheet.lay(sheet.stencil(draw), tone, opacity)
