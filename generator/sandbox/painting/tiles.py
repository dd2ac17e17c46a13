"""Abstract tiles: quarter circles, leaves, half circles, discs and stripes in a grid."""

import math

from generator.sandbox.painting.canvas import Canvas, Polygon, box
from generator.sandbox.painting.color import Color, lighten


def _sector(x: float, y: float, radius: float, start: float, end: float) -> Polygon:
    angles = [math.radians(start + (end - start) * step / 48) for step in range(49)]
    return [(x, y), *((x + radius * math.cos(a), y + radius * math.sin(a)) for a in angles)]


# Layers that lie upon each other in a tile of side 1.
SHAPES: tuple[list[Polygon], ...] = (
    [_sector(0, 0, radius, 0, 90) for radius in (1, 0.66, 0.33)],
    [[*_sector(0, 1, 1, 270, 360)[1:], *_sector(1, 0, 1, 90, 180)[1:]]],
    [_sector(0.5, 0.5, 0.5, 0, 180), _sector(0.5, 0.5, 0.25, 180, 360)],
    [_sector(0.5, 0.5, radius, 0, 360)[1:] for radius in (0.4, 0.26, 0.11)],
    [box(0, y, 1, y + 1 / 7) for y in (1 / 7, 3 / 7, 5 / 7)],
)


def paint_tiles(canvas: Canvas) -> None:
    """Paint a grid of tiles, each with shapes that cast a soft shadow."""
    palette, theme, twist = canvas.palette, canvas.theme, canvas.twist
    side = min(canvas.width, canvas.height) / theme.choice((3, 4, 5))
    columns, rows = math.ceil(canvas.width / side), math.ceil(canvas.height / side)
    left, top = (canvas.width - columns * side) / 2, (canvas.height - rows * side) / 2
    colors = [*palette.sky, *palette.land, *palette.accents, palette.light]
    shapes = theme.sample(SHAPES, 4)
    for index in range(columns * rows):
        x, y = left + index % columns * side, top + index // columns * side
        under = twist.choice(colors)
        canvas.fill([box(x, y, x + side, y + side)], lighten(under, 0.05), lighten(under, -0.07))
        turns = twist.randrange(4)
        for polygon in twist.choice(shapes):
            for _ in range(turns):
                polygon = [(1 - down, right) for right, down in polygon]
            layer = [[(x + side * right, y + side * down) for right, down in polygon]]
            ink = twist.choice([color for color in colors if _contrast(color, under) > 150])
            canvas.fill(layer, (0, 0, 0), opacity=0.3, blur=side * 0.025)
            canvas.fill(layer, lighten(ink, 0.08), lighten(ink, -0.08))
            under = ink


def _contrast(one: Color, other: Color) -> int:
    return sum(abs(a - b) for a, b in zip(one, other, strict=True))
