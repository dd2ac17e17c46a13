"""The sea: a low sun and its glitter, headlands, swell, and a boat or a lighthouse."""

import math
from collections.abc import Sequence

from generator.sandbox.painting.canvas import Canvas, Polygon, gradient, oval
from generator.sandbox.painting.color import lighten, mix
from generator.sandbox.painting.mountains import ridge
from generator.sandbox.painting.sky import paint_sky

# Polygons around the origin, upward negative, each with the number of its color.
Figure = Sequence[tuple[int, Polygon]]
BOAT: Figure = (
    (0, [(0.02, -1), (0.42, -0.17), (0.02, -0.17)]),
    (1, [(-0.02, -0.9), (-0.36, -0.17), (-0.02, -0.17)]),
    (2, [(-0.44, -0.1), (0.48, -0.12), (0.3, 0), (-0.3, 0)]),
)
LIGHTHOUSE: Figure = (
    (2, [(-1.3, 0.1), (-0.6, -0.18), (0.4, -0.22), (0.9, -0.05), (1.5, 0.1)]),
    (0, [(-0.1, -1.5), (0.1, -1.5), (0.18, -0.2), (-0.18, -0.2)]),
    (1, [(-0.1, -1.7), (0.1, -1.7), (0.1, -1.5), (-0.1, -1.5)]),
    (2, [(0, -1.9), (0.15, -1.68), (-0.15, -1.68)]),
)


def paint_sea(canvas: Canvas) -> None:
    """Paint sky and sea, and something that stands out between them."""
    sky, land, light = canvas.palette.sky, canvas.palette.land, canvas.palette.light
    theme, width, height, unit = canvas.theme, canvas.width, canvas.height, canvas.unit
    horizon = round(height * theme.uniform(0.46, 0.62))
    sun = paint_sky(canvas, horizon, theme.uniform(0.02, 0.4))
    side = theme.choice((0, 1))
    _add_headland(canvas, horizon, side, 0.55)
    _add_headland(canvas, horizon, 1 - side, 0.3)
    shades = (mix(sky[-1], land[0], 0.35), mix(sky[1], land[1], 0.5), mix(land[1], land[2], 0.5))
    canvas.image.paste(gradient(shades, (width, height - horizon)), (0, horizon))
    canvas.fill(_glitter(canvas, horizon, sun), light, opacity=0.5)
    _add_swell(canvas, horizon)
    x = width * ((0.3 if sun > width / 2 else 0.7) + canvas.twist.uniform(-0.06, 0.06))
    if theme.random() < 0.65:
        y = horizon + height * theme.uniform(0.06, 0.14)
        _add_figure(canvas, BOAT, x, y, theme.uniform(90, 170) * unit)
    else:
        canvas.add_glow(x, horizon - 208 * unit, 300 * unit, light, 0.6)
        _add_figure(canvas, LIGHTHOUSE, x, horizon + 16 * unit, 140 * unit)


def _add_headland(canvas: Canvas, horizon: int, side: int, reach: float) -> None:
    """Add land that slopes into the sea from the left side, 0, or the right one, 1."""
    heights, rise = ridge(canvas.twist, 0.5), canvas.height * 0.16 * (1.3 - reach)
    crest: list[tuple[float, float]] = [(side * canvas.width, horizon)]
    for index, value in enumerate(heights):
        share = index / (len(heights) - 1)
        y = horizon - (0.35 + 0.65 * value) * (1 - share) ** 0.8 * rise
        crest.append((abs(side - share * reach) * canvas.width, y))
    color = mix(canvas.palette.land[0], canvas.palette.sky[-1], reach)
    canvas.fill([crest], color, mix(color, canvas.palette.sky[-1], 0.5))


def _glitter(canvas: Canvas, horizon: int, sun: float) -> list[Polygon]:
    glints = []
    for _ in range(140):
        depth = canvas.twist.random() ** 1.5
        x = sun + canvas.twist.gauss(0, 6 + 68 * depth) * canvas.unit
        y = horizon + depth * (canvas.height - horizon)
        glints.append(oval(x, y, (6 + 34 * depth) * canvas.unit, (0.8 + 2.4 * depth) * canvas.unit))
    return glints


def _add_swell(canvas: Canvas, horizon: int) -> None:
    """Add long waves, larger and darker toward the viewer."""
    width, height, unit, land = canvas.width, canvas.height, canvas.unit, canvas.palette.land
    for depth in (number / 6 for number in range(1, 7)):
        base = horizon + (height - horizon) * depth**1.5 * 0.86
        length, swing = (80 + 210 * depth) * unit, (3 + 15 * depth) * unit
        phase = canvas.twist.uniform(0, math.tau)
        crest = [
            (x, base - swing * (math.sin(x / length + phase) + 0.4 * math.sin(x / length * 2.5)))
            for x in range(0, width + 9, 8)
        ]
        color = mix(land[1], land[2], depth)
        area: Polygon = [*crest, (width, height), (0, height)]
        canvas.fill([area], lighten(color, 0.12), color, opacity=0.42)


def _add_figure(canvas: Canvas, figure: Figure, x: float, y: float, size: float) -> None:
    palette = canvas.palette
    shadow = oval(x, y + size * 0.1, size * 0.5, size * 0.1)
    colors = (
        (palette.light, mix(palette.light, palette.accents[0], 0.35)),
        (palette.accents[0], mix(palette.accents[0], palette.land[2], 0.25)),
        (mix(palette.land[1], palette.land[2], 0.5), palette.land[2]),
    )
    canvas.fill([shadow], palette.land[2], opacity=0.4, blur=size * 0.05)
    for number, points in figure:
        canvas.fill(
            [[(x + size * right, y + size * down) for right, down in points]], *colors[number]
        )
