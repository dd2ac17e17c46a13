"""Cut paper: ribbons that flow over each other, and a view through layers of holes."""

import math
from random import Random

from PIL import Image, ImageChops

from generator.sandbox.painting.colour import Colour, lighter, mix, ramp
from generator.sandbox.painting.sheet import Point, Sheet, Stencil


def ribbons(sheet: Sheet) -> None:
    """Bands of paper in long waves, each casting its shadow on the one behind."""
    p, theme, twist, u = sheet.palette, sheet.theme, sheet.twist, sheet.u
    stops = (*p.sky[::-1], *p.land) if p.dark else (p.light, *p.sky[::-1], *p.land)
    sheet.image = sheet.slanted((stops[0], stops[1]), sheet.image.size, 70)
    sun = (sheet.width * theme.uniform(0.25, 0.75), sheet.height * theme.uniform(0.16, 0.26))
    disc = sheet.disc(*sun, theme.uniform(80, 125) * u)
    sheet.glow(*sun, 420 * u, p.accents[0], 0.4)
    sheet.lay(disc, sheet.gradient((p.accents[-1], p.accents[0]), disc.mask.size))
    count = theme.randint(8, 11)
    slope, swing = theme.uniform(-0.22, 0.22), theme.uniform(0.05, 0.1)
    pace = theme.uniform(0.7, 1.15)
    phase = twist.uniform(0, math.tau)
    for index in range(count):
        place = index / (count - 1)
        base = sheet.height * (0.24 + 0.74 * place)
        phase += theme.uniform(0.5, 1.1) + twist.uniform(-0.15, 0.15)
        edge = _wave(sheet, base, (slope, swing * (1.1 - 0.4 * place), pace), phase)
        stencil = sheet.polygon([*edge, (sheet.width, sheet.height), (0, sheet.height)])
        tone = ramp(stops, 0.12 + 0.88 * place)
        if index == round(count * theme.uniform(0.35, 0.6)):
            tone = p.accents[0]
        sheet.shade(stencil, mix(p.land[-1], (0, 0, 0), 0.4), 0.42, 20 * u, (0, -9 * u))
        fill = (lighter(tone, 0.055), tone, lighter(tone, -0.05))
        sheet.lay(stencil, sheet.slanted(fill, stencil.mask.size, 35 + 40 * place))
        _edge(sheet, edge, lighter(tone, 0.14))


def _wave(sheet: Sheet, base: float, form: tuple[float, float, float], phase: float) -> list[Point]:
    slope, swing, pace = form
    points = []
    for step in range(161):
        t = step / 160
        wave = math.sin(t * math.tau * pace + phase) + 0.36 * math.sin(
            t * math.tau * pace * 2.1 + phase * 1.7
        )
        points.append((t * sheet.width, base + sheet.height * (swing * wave + slope * (t - 0.5))))
    return points


def _edge(sheet: Sheet, edge: list[Point], colour: Colour) -> None:
    """The cut itself, which catches the light."""
    thick = 1.5 * sheet.u
    below = [(x, y + thick) for x, y in reversed(edge)]
    sheet.lay(sheet.polygon([*edge, *below]), colour, 0.7)


def depths(sheet: Sheet) -> None:
    """Sheets of paper behind each other, each with a smaller hole, light at the end."""
    p, theme, twist, u = sheet.palette, sheet.theme, sheet.twist, sheet.u
    stops = (*p.sky[::-1], *p.land)
    x = sheet.width * (0.5 + theme.uniform(-0.08, 0.08) + twist.uniform(-0.02, 0.02))
    y = sheet.height * (0.47 + theme.uniform(-0.05, 0.05) + twist.uniform(-0.02, 0.02))
    sheet.image = sheet.gradient((p.sky[0], p.sky[1], p.sky[2]), sheet.image.size)
    sheet.glow(x, y, 520 * u, p.light, 0.8)
    disc = sheet.disc(x, y, theme.uniform(66, 96) * u)
    sheet.glow(x, y, 300 * u, p.accents[0], 0.4)
    sheet.lay(disc, sheet.gradient((p.light, mix(p.light, p.accents[0], 0.6)), disc.mask.size))
    count = theme.randint(6, 8)
    lobes, depth = theme.randint(4, 7), theme.uniform(0.07, 0.15)
    wide, tall = (
        sheet.width / min(sheet.width, sheet.height),
        sheet.height / min(sheet.width, sheet.height),
    )
    phase = twist.uniform(0, math.tau)
    for index in range(count):
        place = index / (count - 1)
        radius = (165 + 400 * place**1.1) * u
        phase += theme.uniform(0.3, 0.9)
        hole = _blob((x, y), (radius * wide, radius * tall), lobes, depth, phase, twist)
        tone = ramp(stops, 0.22 + 0.78 * place)
        if index == count - 3:
            tone = mix(tone, p.accents[0], 0.75)
        _sheet_with_hole(sheet, hole, tone)


def _blob(
    centre: Point, radii: Point, lobes: int, depth: float, phase: float, luck: Random
) -> list[Point]:
    extra = luck.uniform(0, math.tau)
    points = []
    for step in range(220):
        angle = math.tau * step / 220
        wobble = 1 + depth * math.sin(lobes * angle + phase)
        wobble += depth * 0.6 * math.sin((lobes + 3) * angle + extra)
        wobble += depth * 0.5 * math.sin(2 * angle - phase)
        points.append(
            (
                centre[0] + radii[0] * wobble * math.cos(angle),
                centre[1] + radii[1] * wobble * math.sin(angle),
            )
        )
    return points


def _sheet_with_hole(sheet: Sheet, hole: list[Point], tone: Colour) -> None:
    u = sheet.u
    cut = sheet.stencil(lambda pen: pen.polygon(hole))
    paper = Stencil(ImageChops.invert(cut.mask), cut.left, cut.top)
    ink = mix(sheet.palette.land[-1], (0, 0, 0), 0.5)
    # The pad keeps the shadow of the paper's outer border from lightening the image's rim.
    grown = Image.new("L", cut.mask.size, 255)
    grown.paste(paper.mask)
    sheet.shade(Stencil(grown, 0, 0), ink, 0.5, 24 * u, (7 * u, 14 * u))
    fill = (lighter(tone, 0.06), tone, lighter(tone, -0.06))
    sheet.lay(paper, sheet.slanted(fill, paper.mask.size, 65))
    _edge(sheet, [*hole, hole[0]], lighter(tone, 0.16))
