"""The open sea: a low sun, its road of light, a sail, headlands."""

import math

from generator.sandbox.painting import heavens
from generator.sandbox.painting.colour import lighter, mix
from generator.sandbox.painting.sheet import Point, Sheet


def sea(sheet: Sheet) -> None:
    """Sun over water."""
    p, theme, twist, u = sheet.palette, sheet.theme, sheet.twist, sheet.u
    horizon = sheet.height * (theme.uniform(0.5, 0.6) + twist.uniform(-0.01, 0.01))
    x = sheet.width * (theme.choice((0.36, 0.5, 0.64)) + twist.uniform(-0.05, 0.05))
    radius = theme.uniform(86, 132) * u
    y = horizon - radius * theme.uniform(0.25, 1.7)
    heavens.sky(sheet, horizon)
    if p.dark:
        heavens.stars(sheet, horizon, 240, twist)
    heavens.luminary(sheet, x, y, radius)
    tone = mix(p.sky[-1], p.light, 0.6) if not p.dark else p.sky[2]
    heavens.clouds(sheet, tone, horizon, 0.6, twist)
    _headland(sheet, horizon, left=x > sheet.width / 2)
    _water(sheet, horizon, x, radius)
    if theme.random() < 0.75:
        place = sheet.width - x + twist.uniform(-60, 60) * u
        _sail(sheet, place, horizon + twist.uniform(60, 120) * u, twist.uniform(120, 165) * u)
    heavens.birds(sheet, sheet.width * 0.5, horizon * 0.42, twist.randint(2, 5), twist)


def _headland(sheet: Sheet, horizon: float, left: bool) -> None:
    p, luck = sheet.palette, sheet.twist
    for far in (1.0, 0.45):
        reach = sheet.width * luck.uniform(0.28, 0.42) * (0.7 + 0.5 * far)
        points: list[Point] = [(0, horizon)]
        phase = luck.uniform(0, math.tau)
        for step in range(41):
            fall = 1 - step / 40
            bump = 1 + 0.22 * math.sin(step * 0.5 + phase) + 0.1 * math.sin(step * 1.7 + phase)
            height = sheet.height * 0.1 * fall**0.7 * bump * (1.25 - 0.5 * far)
            points.append((reach * step / 40, horizon - height))
        points.append((reach, horizon))
        if not left:
            points = [(sheet.width - x, y) for x, y in points]
        tone = mix(mix(p.land[0], p.land[1], 1 - far), p.sky[-1], 0.5 * far)
        stencil = sheet.polygon(points)
        sheet.lay(stencil, sheet.gradient((tone, mix(tone, p.sky[-1], 0.4)), stencil.mask.size))


def _water(sheet: Sheet, horizon: float, sun_x: float, radius: float) -> None:
    p, u = sheet.palette, sheet.u
    rows = sheet.height - round(horizon)
    near = mix(p.land[1], p.land[-1], 0.5)
    tones = (mix(p.sky[-1], p.land[0], 0.55), p.land[0], p.land[1], near)
    sheet.image.paste(sheet.gradient(tones, (sheet.width, rows)), (0, round(horizon)))
    sheet.glow(sun_x, horizon, radius * 3.2, mix(p.light, p.accents[0], 0.4), 0.35)
    _swell(sheet, horizon)
    _road(sheet, horizon, sun_x, radius)
    sheet.veil(horizon - 10 * u, horizon, mix(p.light, p.sky[-1], 0.5), 0.35)


def _swell(sheet: Sheet, horizon: float) -> None:
    """Long flat lenses of lighter and darker water, closer together far away."""
    p, luck, u = sheet.palette, sheet.twist, sheet.u
    for tone, opacity in ((lighter(p.land[0], 0.12), 0.28), (p.land[-1], 0.22)):
        spots = []
        for _ in range(170):
            near = luck.random() ** 1.7
            y = horizon + 4 * u + near * (sheet.height - horizon)
            wide = (14 + 190 * near) * luck.uniform(0.5, 1.3) * u
            spots.append((luck.random() * sheet.width, y, wide, (0.6 + 5.5 * near) * u))
        stencil = sheet.ovals(spots)
        sheet.lay(stencil, tone, opacity)


def _road(sheet: Sheet, horizon: float, sun_x: float, radius: float) -> None:
    """The light on the water, widening towards the viewer."""
    p, luck, u = sheet.palette, sheet.twist, sheet.u
    spots = []
    for _ in range(230):
        near = luck.random() ** 1.25
        spread = radius * (0.75 + 1.5 * near)
        x = sun_x + luck.gauss(0, 0.42) * spread
        y = horizon + 2 * u + near * (sheet.height - horizon) * 0.96
        spots.append((x, y, (7 + 46 * near) * luck.uniform(0.4, 1.2) * u, (0.9 + 3 * near) * u))
    stencil = sheet.ovals(spots)
    sheet.shade(stencil, mix(p.light, p.accents[0], 0.4), 0.5, 9 * u)
    sheet.lay(stencil, mix(p.light, p.accents[0], 0.12), 0.85)


def _sail(sheet: Sheet, x: float, y: float, tall: float) -> None:
    """A small boat with two sails and its reflection."""
    p, lean = sheet.palette, sheet.twist.uniform(-0.08, 0.08)
    ink = mix(p.land[-1], (0, 0, 0), 0.25)
    white = mix(p.light, p.sky[-1], 0.2)

    def at(across: float, up: float) -> Point:
        return (x + (across + up * lean) * tall, y - up * tall)

    def curve(a: Point, b: Point, belly: float) -> list[Point]:
        points = []
        for step in range(13):
            t = step / 12
            bulge = math.sin(math.pi * t) * belly
            points.append(at(a[0] + (b[0] - a[0]) * t + bulge, a[1] + (b[1] - a[1]) * t))
        return points

    echo = [at(-0.26, -0.02), at(0.3, -0.02), at(0.12, -0.52), at(0.02, -0.6), at(-0.1, -0.4)]
    sheet.shade(sheet.polygon(echo), ink, 0.42, 6 * sheet.u)
    main = [
        at(0.03, 0.12),
        *curve((0.03, 0.12), (0.0, 1.0), 0.0),
        *curve((0.0, 1.0), (0.36, 0.15), 0.07),
    ]
    jib = [*curve((-0.02, 0.9), (-0.3, 0.14), -0.05), at(-0.03, 0.14)]
    for sail, tones in (
        (main, (white, mix(white, p.accents[0], 0.5))),
        (jib, (p.accents[0], white)),
    ):
        stencil = sheet.polygon(sail)
        sheet.lay(stencil, sheet.slanted(tones, stencil.mask.size, 25))
    hull = [at(-0.3, 0.1), at(0.36, 0.1), *curve((0.36, 0.1), (0.2, -0.03), 0.0), at(-0.2, -0.03)]
    sheet.lay(sheet.polygon(hull), ink)
