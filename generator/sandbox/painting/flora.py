"""Flowers: one seen from above, petal over petal, and stems with leaves before a low sun."""

import math
from random import Random

from generator.sandbox.painting.colour import Colour, lighter, mix, ramp
from generator.sandbox.painting.sheet import Point, Sheet


def blossom(sheet: Sheet) -> None:
    """Rings of petals around a heart, each ring over the one before."""
    p, theme, twist, u = sheet.palette, sheet.theme, sheet.twist, sheet.u
    ground = (p.sky[0], p.sky[1]) if p.dark else (mix(p.sky[2], p.light, 0.3), p.sky[2])
    sheet.image = sheet.slanted((ground[0], ground[1]), sheet.image.size, 70)
    x, y = sheet.width * 0.5, sheet.height * 0.485
    sheet.glow(x, y, 620 * u, p.light, 0.5 if not p.dark else 0.22)
    rings, petals = theme.randint(5, 6), theme.choice((8, 9, 10, 12, 14))
    pointed, wide = theme.uniform(0.0, 0.75), theme.uniform(0.85, 1.15)
    stops = (
        (*p.land[::-1], p.accents[0], p.sky[2], p.light)
        if p.dark
        else (p.land[2], p.land[1], p.land[0], p.accents[0], mix(p.accents[-1], p.light, 0.3))
    )
    turn = twist.uniform(0, math.tau)
    for ring in range(rings):
        place = ring / (rings - 1)
        length = (430 - 325 * place**0.85) * u
        turn += math.pi / petals + twist.uniform(-0.05, 0.05)
        tone = ramp(stops, place)
        _ring(sheet, (x, y), petals, (length, length * wide * 2.6 / petals, pointed), turn, tone)
    _heart(sheet, (x, y), 62 * u, twist)


def _ring(
    sheet: Sheet,
    centre: Point,
    count: int,
    form: tuple[float, float, float],
    turn: float,
    tone: Colour,
) -> None:
    length, wide, pointed = form
    ink = mix(sheet.palette.land[-1], (0, 0, 0), 0.3)
    for number in range(count):
        angle = turn + math.tau * number / count
        reach = length * sheet.twist.uniform(0.95, 1.05)
        outline = _petal(centre, angle, reach, wide, pointed)
        stencil = sheet.polygon(outline)
        sheet.shade(stencil, ink, 0.3, 13 * sheet.u, (0, 6 * sheet.u))
        light = lighter(tone, 0.1 + 0.03 * math.sin(number * 2.4))
        fill = sheet.slanted(
            (lighter(tone, -0.1), tone, light), stencil.mask.size, math.degrees(angle)
        )
        sheet.lay(stencil, fill, 0.97)
        vein = _petal(centre, angle, reach * 0.9, wide * 0.05, 1.0)
        sheet.lay(sheet.polygon(vein), lighter(tone, -0.09), 0.5)


def _petal(centre: Point, angle: float, length: float, wide: float, pointed: float) -> list[Point]:
    """An outline from the centre outwards; ``pointed`` 0 is round, 1 a leaf."""
    sides: list[list[Point]] = [[], []]
    for step in range(25):
        t = step / 24
        swell = math.sin(math.pi * t ** (1.35 - 0.35 * pointed)) ** (0.62 + 0.4 * pointed)
        for side, sign in zip(sides, (-1, 1), strict=True):
            across, along = sign * wide * 0.5 * swell, t * length
            side.append(
                (
                    centre[0] + along * math.cos(angle) - across * math.sin(angle),
                    centre[1] + along * math.sin(angle) + across * math.cos(angle),
                )
            )
    return sides[0] + sides[1][::-1]


def _heart(sheet: Sheet, centre: Point, radius: float, luck: Random) -> None:
    """A disc of seeds in the sunflower's spiral."""
    p = sheet.palette
    disc = sheet.disc(*centre, radius)
    dark = mix(p.land[-1], p.accents[0], 0.25)
    sheet.shade(disc, (0, 0, 0), 0.4, 12 * sheet.u, (0, 5 * sheet.u))
    sheet.lay(disc, dark)
    start = luck.uniform(0, math.tau)
    for third in range(3):
        seeds = []
        for number in range(1 + third * 50, 51 + third * 50):
            reach, angle = radius * 1.06 * math.sqrt(number / 150), start + number * 2.39996
            x, y = centre[0] + reach * math.cos(angle), centre[1] + reach * math.sin(angle)
            size = radius * (0.035 + 0.03 * number / 150)
            seeds.append((x, y, size, size))
        sheet.lay(sheet.ovals(seeds), mix(p.accents[-1], p.light, 0.4 + 0.2 * third), 0.95)


def stems(sheet: Sheet) -> None:
    """Arching stems with leaves and berries before a large disc."""
    p, theme, twist, u = sheet.palette, sheet.theme, sheet.twist, sheet.u
    paper = mix(p.sky[2], p.light, 0.45) if not p.dark else p.sky[0]
    sheet.image = sheet.slanted((paper, mix(paper, p.sky[1], 0.3)), sheet.image.size, 80)
    x, y = sheet.width * theme.choice((0.4, 0.5, 0.6)), sheet.height * theme.uniform(0.36, 0.44)
    disc = sheet.disc(x, y, theme.uniform(230, 290) * u)
    sheet.glow(x, y, 520 * u, p.accents[0], 0.3)
    sheet.lay(disc, sheet.gradient((p.accents[-1], p.accents[0]), disc.mask.size))
    count = theme.randint(7, 9)
    kinds = [theme.choice(("leaf", "round", "blade", "berry")) for _ in range(count)]
    if len(set(kinds)) < 3:
        kinds[::3] = ["leaf", "round", "berry"][: len(kinds[::3])]
    for number, kind in enumerate(kinds):
        place = number / (count - 1)
        # From the rim inwards, so that the middle ones lie on top.
        foot = 0.5 + (0.42 - 0.1 * number / count) * (-1 if number % 2 else 1) * (1 - place)
        tone = ramp((p.land[0], p.land[1], p.land[2]), (0.15 + place * 0.85) % 1.01)
        if number == count - 2:
            tone = mix(p.accents[0], p.land[1], 0.15)
        tall = sheet.height * twist.uniform(0.52, 0.84) * (0.74 + 0.26 * place)
        lean = (0.5 - foot) * -0.75 + twist.uniform(-0.14, 0.14)
        _stem(sheet, sheet.width * foot, tall, lean, kind, tone)


def _stem(sheet: Sheet, foot: float, tall: float, lean: float, kind: str, tone: Colour) -> None:
    u, twist = sheet.u, sheet.twist
    low = sheet.height * 1.03

    def at(t: float) -> Point:
        return (foot + lean * tall * t**1.8, low - tall * t)

    stalk = sheet.stencil(lambda pen: pen.line([at(t / 30) for t in range(31)], 4.2 * u))
    sheet.lay(stalk, lighter(tone, -0.05))
    leaves = {"leaf": 9, "round": 8, "blade": 12, "berry": 7}[kind]
    for number in range(leaves):
        t = 0.24 + 0.76 * (number + 0.5) / leaves
        side = -1 if number % 2 else 1
        heading = math.atan2(at(t)[1] - at(t - 0.02)[1], at(t)[0] - at(t - 0.02)[0])
        angle = heading + side * twist.uniform(0.62, 0.95)
        length = (150 - 70 * t) * u * twist.uniform(0.88, 1.12)
        if kind == "berry":
            _berry(sheet, at(t), angle, length * 0.62, tone)
        else:
            wide = {"leaf": 0.42, "round": 0.78, "blade": 0.2}[kind] * length
            _leaf(sheet, at(t), angle, length, wide, tone)
    if kind != "berry":
        heading = math.atan2(at(1)[1] - at(0.98)[1], at(1)[0] - at(0.98)[0])
        _leaf(sheet, at(1), heading, 86 * u, 34 * u, tone)


def _leaf(
    sheet: Sheet, foot: Point, angle: float, length: float, wide: float, tone: Colour
) -> None:
    stencil = sheet.polygon(_petal(foot, angle, length, wide, 0.8))
    ink = mix(sheet.palette.land[-1], (0, 0, 0), 0.4)
    sheet.shade(stencil, ink, 0.22, 9 * sheet.u, (3 * sheet.u, 6 * sheet.u))
    fill = (lighter(tone, -0.05), tone, lighter(tone, 0.09))
    sheet.lay(stencil, sheet.slanted(fill, stencil.mask.size, math.degrees(angle) + 35))
    vein = sheet.polygon(_petal(foot, angle, length * 0.92, 3.0 * sheet.u, 1.0))
    sheet.lay(vein, lighter(tone, 0.16), 0.6)


def _berry(sheet: Sheet, foot: Point, angle: float, length: float, tone: Colour) -> None:
    u, accent = sheet.u, sheet.palette.accents[-1]
    tip = (foot[0] + length * math.cos(angle), foot[1] + length * math.sin(angle))
    box = (min(foot[0], tip[0]), min(foot[1], tip[1]), max(foot[0], tip[0]), max(foot[1], tip[1]))
    sheet.lay(sheet.stencil(lambda pen: pen.line([foot, tip], 2.6 * u), box), tone)
    radius = sheet.twist.uniform(13, 21) * u
    disc = sheet.disc(*tip, radius)
    sheet.shade(disc, (0, 0, 0), 0.25, 8 * u, (3 * u, 5 * u))
    sheet.lay(
        disc,
        sheet.slanted((lighter(accent, 0.1), accent, lighter(accent, -0.1)), disc.mask.size, 60),
    )
