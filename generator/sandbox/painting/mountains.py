"""Mountain ridges in mist, with pines on the nearest ones."""

from itertools import pairwise
from random import Random

from generator.sandbox.painting.canvas import Canvas, Polygon
from generator.sandbox.painting.color import mix
from generator.sandbox.painting.sky import paint_sky

# Half a pine from its tip down; its foot is at the origin.
PINE = (
    (0, -0.8),
    (0.1, -0.45),
    (0.06, -0.45),
    (0.16, -0.15),
    (0.08, -0.15),
    (0.2, 0.1),
    (0.04, 0.1),
)


def paint_mountains(canvas: Canvas) -> None:
    """Paint ridge before ridge, and perhaps a lake at their foot."""
    palette, theme, width, height = canvas.palette, canvas.theme, canvas.width, canvas.height
    far, middle, near = palette.land
    has_lake = theme.random() < 0.4
    ground = height * (0.74 if has_lake else 1)
    paint_sky(canvas, ground * 0.72, theme.uniform(0.25, 0.6))
    count, roughness = theme.randint(4, 6), theme.uniform(0.42, 0.58)
    for depth in (index / (count - 1) for index in range(count)):
        base, rise = ground * (0.72 + 0.22 * depth), height * (0.3 - 0.2 * depth)
        heights = ridge(canvas.twist, roughness)
        step = width / (len(heights) - 1)
        crest = [(index * step, base - rise * value) for index, value in enumerate(heights)]
        polygons: list[Polygon] = [[*crest, (width, ground), (0, ground)]]
        if depth > 0.6:
            polygons += _pines(crest, canvas.unit * (20 + 55 * depth), canvas.twist)
        color = mix(mix(far, middle, depth), mix(middle, near, depth), depth)
        color = mix(color, palette.sky[-1], 0.5 * (1 - depth) ** 1.4)
        canvas.fill(polygons, color, mix(color, palette.sky[-1], 0.55 * (1 - depth) + 0.06))
    if has_lake:
        canvas.reflect(round(ground), mix(palette.sky[1], palette.land[1], 0.4))


def ridge(rng: Random, roughness: float) -> list[float]:
    """Return heights from 0 to 1 along a ridge, by midpoint displacement."""
    heights, spread = [rng.random() for _ in range(4)], 0.5
    for _ in range(6):
        middles = [(a + b) / 2 + rng.uniform(-spread, spread) for a, b in pairwise(heights)]
        heights = [v for pair in zip(heights, middles, strict=False) for v in pair] + heights[-1:]
        spread *= roughness
    low, high = min(heights), max(heights)
    return [(value - low) / (high - low) for value in heights]


def _pines(crest: Polygon, size: float, rng: Random) -> list[Polygon]:
    pines: list[Polygon] = []
    for x, y in crest:
        if rng.random() < 0.45:
            tall = size * rng.uniform(0.5, 1.3)
            left = [(x - tall * w, y + tall * h) for w, h in PINE]
            right = [(x + tall * w, y + tall * h) for w, h in reversed(PINE)]
            pines.append(left + right)
    return pines
