"""Mountains in the mist, woods, and lakes that mirror them."""

import math
from random import Random

from PIL import Image, ImageFilter

from generator.sandbox.painting import heavens
from generator.sandbox.painting.colour import Colour, mix, ramp
from generator.sandbox.painting.sheet import Point, Sheet


def mountains(sheet: Sheet) -> None:
    """Ranges behind each other, mist between them, sometimes over a lake."""
    theme = sheet.theme
    lake = theme.random() < 0.4
    horizon = sheet.height * (0.66 if lake else theme.uniform(0.5, 0.62))
    _sky(sheet, horizon)
    count = theme.randint(4, 6)
    rough = theme.uniform(0.45, 1.0)
    reach = horizon if lake else sheet.height
    first = sheet.height * theme.uniform(0.36, 0.46)
    for index in range(count):
        place = index / (count - 1)
        base = first + (reach * (0.97 if lake else 0.9) - first) * place**1.15
        tall = sheet.height * (0.17 - 0.1 * place) * (1.0 if index else 1.15)
        crest = _crest(sheet, base, tall, rough * (1.1 - 0.5 * place), sheet.twist)
        if index == count - 1 and not lake:
            crest = _with_pines(sheet, crest, 46, sheet.twist)
        _range(sheet, crest, place, reach)
    if lake:
        _mirror(sheet, horizon)
        _shore(sheet)


def woods(sheet: Sheet) -> None:
    """Pines in layers, the far ones pale, mist and a low sun among them."""
    theme = sheet.theme
    _sky(sheet, sheet.height * 0.72)
    layers = theme.randint(5, 6)
    far = _crest(sheet, sheet.height * 0.43, sheet.height * 0.1, 0.6, sheet.twist)
    _range(sheet, far, 0.0, sheet.height)
    for index in range(1, layers):
        place = index / (layers - 1)
        base = sheet.height * (0.4 + 0.58 * place**1.1)
        crest = _crest(sheet, base, sheet.height * (0.07 - 0.03 * place), 0.3, sheet.twist)
        tall = 52 + 235 * place**1.7
        crest = _with_pines(sheet, crest, tall, sheet.twist, dense=2.1 - 0.9 * place)
        _range(sheet, crest, place, sheet.height)


def _sky(sheet: Sheet, horizon: float) -> None:
    p, theme, twist = sheet.palette, sheet.theme, sheet.twist
    heavens.sky(sheet, horizon)
    x = sheet.width * (theme.choice((0.3, 0.5, 0.7)) + twist.uniform(-0.06, 0.06))
    y = sheet.height * (theme.uniform(0.2, 0.34) + twist.uniform(-0.02, 0.02))
    if p.dark:
        heavens.stars(sheet, horizon, 260, twist)
    heavens.luminary(sheet, x, y, theme.uniform(48, 92) * sheet.u)
    tone = mix(p.sky[-1], p.light, 0.5) if not p.dark else mix(p.sky[1], p.sky[2], 0.6)
    heavens.clouds(sheet, tone, horizon, 0.55 if not p.dark else 0.3, twist)
    if theme.random() < 0.7 and not p.dark:
        side = x + (0.22 if x < sheet.width / 2 else -0.22) * sheet.width
        heavens.birds(sheet, side, y + 60 * sheet.u, twist.randint(3, 6), twist)


def _crest(sheet: Sheet, base: float, tall: float, rough: float, luck: Random) -> list[Point]:
    """A ridge line from left to right: a few slow waves, then ever smaller, sharper ones."""
    waves = []
    for octave in range(7):
        turns = 0.7 * 1.85**octave * luck.uniform(0.8, 1.2)
        weight = (0.56 if rough > 0.5 else 0.45) ** octave * (1.0 if octave < 2 else rough)
        waves.append((turns, weight, luck.uniform(0, math.tau)))
    step = max(2.0, 3 * sheet.u)
    points = []
    for number in range(math.ceil(sheet.width / step) + 1):
        x = number * step
        height = 0.0
        for octave, (turns, weight, phase) in enumerate(waves):
            angle = x / sheet.width * turns * math.tau + phase
            wave = math.sin(angle) if octave < 2 else 1 - 2 * abs(math.sin(angle / 2))
            height += wave * weight
        points.append((x, base - height * tall * 0.62))
    return points


def _with_pines(
    sheet: Sheet, crest: list[Point], tall: float, luck: Random, dense: float = 1.0
) -> list[Point]:
    """The crest with pines standing on it; ``tall`` in thousandths of the shorter side."""
    tall *= sheet.u
    points: list[Point] = []
    next_x = -tall * 0.2
    for x, y in crest:
        points.append((x, y))
        if x < next_x:
            continue
        height = tall * luck.uniform(0.55, 1.25)
        points += _pine(x, y, height, luck)
        next_x = x + height * luck.uniform(0.22, 0.62) / dense
    return points


def _pine(x: float, y: float, height: float, luck: Random) -> list[Point]:
    """A pine's outline from its left foot over the top to its right foot."""
    tiers = 8
    half = height * luck.uniform(0.13, 0.18)
    left: list[Point] = []
    right: list[Point] = []
    for tier in range(tiers):
        low = y - height * (0.1 + 0.86 * (tier / tiers) ** 0.94)
        width = half * (1 - tier / (tiers + 0.2)) ** 1.12
        reach, other = luck.uniform(0.82, 1.16) * width, luck.uniform(0.82, 1.16) * width
        left += [(x - reach, low + height * 0.022), (x - width * 0.36, low - height * 0.045)]
        right += [(x + other, low + height * 0.022), (x + width * 0.36, low - height * 0.045)]
    stem = [(x - height * 0.014, y), (x - height * 0.014, y - height * 0.1)]
    foot = [(x + height * 0.014, y - height * 0.1), (x + height * 0.014, y)]
    return [*stem, *left, (x, y - height), *reversed(right), *foot]


def _range(sheet: Sheet, crest: list[Point], place: float, reach: float) -> None:
    """One range: a shadow on what is behind it, its colour, mist at its foot."""
    p = sheet.palette
    stencil = sheet.polygon([*crest, (sheet.width, reach), (0, reach)])
    haze = mix(p.sky[-1], p.sky[1], 0.25)
    tone = mix(ramp(p.land, place), haze, 0.42 * (1 - place) ** 1.4)
    if place > 0:
        sheet.shade(stencil, tone, 0.25, 16 * sheet.u, (0, -5 * sheet.u))
    foot = mix(tone, haze, 0.6 * (1 - place * 0.85))
    lit = mix(tone, p.light, 0.08)
    sheet.lay(stencil, sheet.gradient((lit, tone, foot), stencil.mask.size))
    top = min(y for _, y in crest)
    sheet.veil(top + (reach - top) * 0.15, reach, haze, 0.42 * (1 - place))


def _mirror(sheet: Sheet, horizon: float) -> None:
    """Turn everything below the horizon into water that mirrors what is above."""
    p = sheet.palette
    y0 = round(horizon)
    rows = sheet.height - y0
    above = sheet.image.crop((0, y0 - rows, sheet.width, y0))
    image = above.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    image = image.filter(ImageFilter.BoxBlur((round(2 * sheet.u), round(7 * sheet.u))))
    deep = mix(p.land[-1], p.sky[0], 0.35)
    tint = sheet.gradient((mix(deep, p.sky[-1], 0.5), deep), image.size)
    image = Image.blend(image, tint, 0.38)
    water, band = Image.new("RGB", image.size), max(1, round(2 * sheet.u))
    phase = sheet.twist.uniform(0, math.tau)
    for y in range(0, rows, band):
        # Ripples grow towards the viewer.
        near = y / rows
        slide = math.sin(y / (5 + 16 * near) / sheet.u + phase) * (1 + 8 * near) * sheet.u
        strip = image.crop((0, y, sheet.width, y + band))
        water.paste(strip, (0, y))
        water.paste(strip, (round(slide), y))
    sheet.image.paste(water, (0, y0))
    sheet.veil(horizon - 26 * sheet.u, horizon, mix(p.sky[-1], p.light, 0.4), 0.4)
    _sparkle(sheet, horizon, mix(p.light, p.sky[-1], 0.3))


def _sparkle(sheet: Sheet, horizon: float, colour: Colour) -> None:
    luck, u = sheet.twist, sheet.u
    spots = []
    for _ in range(60):
        near = luck.random() ** 1.5
        y = horizon + near * (sheet.height - horizon)
        spots.append((luck.random() * sheet.width, y, (8 + 60 * near) * u, (0.7 + near) * u))
    stencil = sheet.ovals(spots)
    sheet.lay(stencil, colour, 0.3)


def _shore(sheet: Sheet) -> None:
    """A dark strip of land in the foreground, which gives the water its depth."""
    crest = _crest(sheet, sheet.height * 0.965, sheet.height * 0.03, 0.4, sheet.twist)
    crest = _with_pines(sheet, crest, 62, sheet.twist, dense=0.7)
    stencil = sheet.polygon([*crest, (sheet.width, sheet.height), (0, sheet.height)])
    sheet.lay(stencil, mix(sheet.palette.land[-1], (0, 0, 0), 0.2))
