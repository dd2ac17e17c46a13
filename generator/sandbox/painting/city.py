"""A city on the water: rows of buildings, lit windows, and their reflection."""

from generator.sandbox.painting.canvas import Canvas, Polygon, box, oval
from generator.sandbox.painting.color import mix
from generator.sandbox.painting.sky import paint_sky

Building = tuple[float, float, float]  # left, top, width


def paint_city(canvas: Canvas) -> None:
    """Paint a skyline before the sun or the moon."""
    palette, theme = canvas.palette, canvas.theme
    ground = canvas.height * theme.uniform(0.74, 0.84)
    paint_sky(canvas, ground, theme.uniform(0.3, 0.65))
    for depth in (0.0, 0.33, 0.67, 1.0):
        _add_row(canvas, ground, depth)
    canvas.reflect(round(ground), palette.land[2])
    glints = [
        oval(
            canvas.twist.random() * canvas.width,
            ground + canvas.twist.random() ** 1.4 * (canvas.height - ground),
            canvas.twist.uniform(10, 50) * canvas.unit,
            1.2 * canvas.unit,
        )
        for _ in range(90)
    ]
    canvas.fill(glints, palette.light, opacity=0.22)


def _add_row(canvas: Canvas, ground: float, depth: float) -> None:
    """Add one row of buildings; ``depth`` 0 is the farthest, 1 the nearest."""
    palette, rng, unit = canvas.palette, canvas.twist, canvas.unit
    buildings: list[Building] = []
    outlines: list[Polygon] = []
    x = -rng.uniform(0, 60) * unit
    while x < canvas.width:
        width = rng.uniform(44, 96) * (0.7 + 0.6 * depth) * unit
        center = 1 - abs((x + width / 2) / canvas.width - 0.5) * 0.9
        top = ground * (1 - rng.uniform(0.22, 0.72) * center * (1.05 - 0.5 * depth))
        buildings.append((x, top, width))
        outlines.append(box(x, top, x + width, ground))
        if rng.random() < 0.4:
            rise, inset = rng.uniform(12, 40) * unit, width * rng.uniform(0.15, 0.3)
            outlines.append(box(x + inset, top - rise, x + width - inset, top))
            outlines.append(box(x + width / 2 - unit, top - rise * 3, x + width / 2 + unit, top))
        x += width + rng.choice((0, 0, 8, 24)) * unit
    color = mix(mix(palette.land[0], palette.land[2], depth), palette.sky[2], 0.5 * (1 - depth))
    haze = mix(palette.sky[-1], palette.accents[0], 0.3)
    canvas.fill(outlines, color, color, mix(color, haze, 0.75 - 0.45 * depth))
    if depth:
        _add_windows(canvas, buildings, ground, depth)


def _add_windows(canvas: Canvas, buildings: list[Building], ground: float, depth: float) -> None:
    palette, rng = canvas.palette, canvas.twist
    wide, tall = (5 + 3 * depth) * canvas.unit, (7 + 5 * depth) * canvas.unit
    lit: list[Polygon] = []
    for left, top, width in buildings:
        share = rng.choice((0.08, 0.22, 0.45)) * (1.0 if palette.is_night else 0.6)
        columns = max(1, int(width / (wide * 2)))
        margin = (width - (columns * 2 - 1) * wide) / 2
        for row in range(1, int((ground - top) / (tall * 2))):
            for column in range(columns):
                if rng.random() < share:
                    x, y = left + margin + column * wide * 2, top + row * tall * 2
                    lit.append(box(x, y, x + wide, y + tall))
    opacity = 0.45 + 0.45 * depth if palette.is_night else 0.3 + 0.4 * depth
    canvas.fill(lit[::2], palette.light, opacity=opacity)
    canvas.fill(lit[1::2], mix(palette.accents[0], palette.light, 0.3), opacity=opacity)
