"""The sky over mountains, sea and city."""

from generator.sandbox.painting.canvas import Canvas, gradient, oval
from generator.sandbox.painting.color import mix


def paint_sky(canvas: Canvas, horizon: float, altitude: float) -> float:
    """Paint sky, stars, sun or moon, and clouds; return how far right the sun is.

    ``altitude`` places the sun: 0 is the horizon, 1 the top.
    """
    palette, unit, theme, twist = canvas.palette, canvas.unit, canvas.theme, canvas.twist
    canvas.image.paste(palette.sky[-1], (0, 0, *canvas.image.size))
    canvas.image.paste(gradient(palette.sky, (canvas.width, round(horizon))), (0, 0))
    if palette.is_night:
        _add_stars(canvas, horizon)
    x = canvas.width * (theme.choice((0.28, 0.4, 0.6, 0.74)) + twist.uniform(-0.04, 0.04))
    y, radius = horizon * (1 - altitude), theme.uniform(48, 110) * unit
    halo = mix(palette.light, palette.accents[-2], 0.4)
    canvas.add_glow(x, y, radius * 7, halo, 0.55)
    canvas.add_glow(x, y, radius * 2.4, palette.light, 0.6)
    canvas.fill([oval(x, y, radius, radius)], palette.light, mix(palette.light, halo, 0.5))
    tone = palette.sky[2] if palette.is_night else mix(palette.light, palette.sky[-1], 0.4)
    canvas.add_clouds(horizon, tone, theme.uniform(0.35, 0.65))
    return x


def _add_stars(canvas: Canvas, horizon: float) -> None:
    rng = canvas.twist
    for count, size, opacity in ((120, 0.9, 0.5), (30, 1.6, 0.8), (8, 2.4, 1.0)):
        radius = size * canvas.unit
        places = [(rng.random(), rng.random() ** 1.5) for _ in range(count)]
        stars = [oval(x * canvas.width, y * horizon, radius, radius) for x, y in places]
        canvas.fill(stars, canvas.palette.light, opacity=opacity)
