"""What stands in a sky: sun or moon, stars, clouds, birds, and the lanterns of references."""

import math
from random import Random

from PIL import Image

from generator.sandbox.painting.colour import Colour, lighter, mix
from generator.sandbox.painting.sheet import Sheet, levels


def sky(sheet: Sheet, horizon: float) -> None:
    """Fill the sheet with the palette's sky, the last colour at ``horizon`` and below."""
    p = sheet.palette
    height = max(2, round(horizon))
    sheet.image.paste(p.sky[-1], (0, 0, sheet.width, sheet.height))
    sheet.image.paste(sheet.gradient(p.sky, (sheet.width, height)), (0, 0))


def luminary(sheet: Sheet, x: float, y: float, radius: float) -> None:
    """The sun or the moon with its light around it."""
    p = sheet.palette
    warm = mix(p.light, p.accents[0], 0.35 if not p.dark else 0.1)
    sheet.glow(x, y, radius * 7, warm, 0.5 if not p.dark else 0.32)
    sheet.glow(x, y, radius * 2.6, p.light, 0.6 if not p.dark else 0.4)
    disc = sheet.disc(x, y, radius)
    sheet.lay(disc, sheet.gradient((p.light, mix(p.light, warm, 0.5)), disc.mask.size))


def stars(sheet: Sheet, low: float, count: int, luck: Random) -> None:
    """Stars down to a height, small ones many and large ones few."""
    light = sheet.palette.light
    for tier, (share, radius, opacity) in enumerate(
        ((0.72, 0.9, 0.45), (0.22, 1.5, 0.7), (0.06, 2.4, 0.95))
    ):
        spots = [
            (luck.random() * sheet.width, luck.random() ** 1.3 * low)
            for _ in range(round(count * share))
        ]
        size = radius * sheet.u * 1.1

        sheet.lay(sheet.ovals([(x, y, size, size) for x, y in spots]), light, opacity)
        if tier == 2:
            for x, y in spots:
                sheet.glow(x, y, size * 7, light, 0.5)


def clouds(sheet: Sheet, colour: Colour, low: float, strength: float, luck: Random) -> None:
    """Long soft clouds, fading out towards a height."""
    mask = sheet.noise(luck, 2, 9, 4)
    mask = levels(mask, 128, 4.5, strength)
    fade = Image.new("L", (1, 64))
    fade.putdata([round(255 * math.sin(math.pi * min(1.0, row / 63))) for row in range(64)])
    height = max(2, round(low))
    fade = fade.resize((sheet.width, height), Image.Resampling.BICUBIC)
    empty = Image.new("L", (sheet.width, height))
    mask = Image.composite(mask.crop((0, 0, sheet.width, height)), empty, fade)
    sheet.image.paste(colour, (0, 0, sheet.width, height), mask)


def birds(sheet: Sheet, x: float, y: float, count: int, luck: Random) -> None:
    """A few birds far away."""
    ink = mix(sheet.palette.land[-1], sheet.palette.sky[1], 0.25)
    u = sheet.u
    for number in range(count):
        # Spread out in a loose line, so that no two lie on each other.
        cx = x + ((number - count / 2) * 48 + luck.uniform(-14, 14)) * u
        cy = y + (abs(number - count / 2) * 12 + luck.uniform(-26, 26)) * u
        span, lift = luck.uniform(9, 19) * u, luck.uniform(0.25, 0.6)
        wing = [
            (cx - span, cy - span * lift),
            (cx - span * 0.45, cy - span * lift * 0.95),
            (cx, cy),
            (cx + span * 0.45, cy - span * lift * 1.05),
            (cx + span, cy - span * lift * 0.8),
            (cx + span * 0.42, cy - span * lift * 0.72),
            (cx, cy + span * 0.2),
            (cx - span * 0.42, cy - span * lift * 0.62),
        ]
        sheet.lay(sheet.polygon(wing), ink, 0.85)


def lanterns(sheet: Sheet, tints: tuple[Colour, ...]) -> None:
    """One floating lantern per reference, in its colour: what was sent shows in the image."""
    u, count = sheet.u, len(tints)
    x0 = sheet.width * sheet.theme.uniform(0.2, 0.35)
    for number, tint in enumerate(tints):
        radius = (34 - 4 * number) * u
        x = x0 + (number - (count - 1) / 2) * 118 * u + sheet.width * 0.08
        y = sheet.height * 0.15 + math.sin(number * 1.9 + 0.6) * 42 * u
        disc = sheet.disc(x, y, radius)
        sheet.glow(x, y, radius * 4, lighter(tint, 0.18), 0.55)
        sheet.shade(disc, (0, 0, 0), 0.28, 14 * u, (5 * u, 12 * u))
        sheet.lay(
            disc,
            sheet.slanted((lighter(tint, 0.16), tint, lighter(tint, -0.13)), disc.mask.size, 60),
        )
        sheet.glow(x - radius * 0.32, y - radius * 0.36, radius * 0.6, (255, 255, 255), 0.5)
