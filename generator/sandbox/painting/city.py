"""A skyline at night or at noon: blocks in layers, lit windows, a street's glow."""

from random import Random

from generator.sandbox.painting import heavens
from generator.sandbox.painting.colour import Colour, lighter, mix, ramp
from generator.sandbox.painting.sheet import Pen, Sheet, Stencil

Box = tuple[float, float, float, float]


def skyline(sheet: Sheet) -> None:
    """Towers against a large sun or moon."""
    p, theme, twist, u = sheet.palette, sheet.theme, sheet.twist, sheet.u
    heavens.sky(sheet, sheet.height * 0.88)
    if p.dark:
        heavens.stars(sheet, sheet.height * 0.6, 220, twist)
    x = sheet.width * (theme.choice((0.32, 0.5, 0.68)) + twist.uniform(-0.04, 0.04))
    heavens.luminary(sheet, x, sheet.height * theme.uniform(0.3, 0.44), theme.uniform(120, 190) * u)
    tone = mix(p.sky[-1], p.light, 0.5) if not p.dark else mix(p.sky[1], p.sky[2], 0.7)
    heavens.clouds(sheet, tone, sheet.height * 0.75, 0.45, twist)
    layers = 4
    for index in range(layers):
        _row(sheet, index / (layers - 1), twist)
    glow = mix(p.accents[0], p.sky[-1], 0.3)
    sheet.veil(sheet.height * 0.72, sheet.height, glow, 0.42 if p.dark else 0.16)


def _row(sheet: Sheet, place: float, luck: Random) -> None:
    """One row of buildings, ``place`` 0 far to 1 near."""
    p, u = sheet.palette, sheet.u
    haze = mix(p.sky[-1], p.sky[1], 0.3)
    tone = mix(ramp(p.land, place), haze, 0.5 * (1 - place) ** 1.3)
    boxes: list[Box] = []
    spires: list[Box] = []
    x = -luck.uniform(0, 60) * u
    while x < sheet.width:
        wide = luck.uniform(46, 96) * (0.75 + 0.75 * place) * u
        middle = 1 - abs((x + wide / 2) / sheet.width - 0.5) * 0.8
        tall = sheet.height * luck.uniform(0.18, 0.5) * middle * (1.12 - 0.42 * place)
        top = sheet.height * (0.9 + 0.1 * place) - tall
        boxes.append((x, top, x + wide, float(sheet.height)))
        _crown(boxes, spires, (x, top, wide, u), luck)
        x += wide + luck.choice((0, 0, 6, 22)) * u * (1 + place)
    stencil = _cut(sheet, boxes + spires)
    sheet.shade(stencil, tone, 0.3, 18 * u)
    foot = mix(tone, haze, 0.5 * (1 - place))
    sheet.lay(stencil, sheet.gradient((lighter(tone, 0.03), tone, foot), stencil.mask.size))
    if place > 0.2:
        _windows(sheet, boxes, place, luck)


def _crown(
    boxes: list[Box], spires: list[Box], block: tuple[float, float, float, float], luck: Random
) -> None:
    """Steps and an aerial on top of some buildings."""
    x, top, wide, u = block
    if luck.random() < 0.4:
        inset, rise = wide * luck.uniform(0.14, 0.3), luck.uniform(14, 44) * u
        boxes.append((x + inset, top - rise, x + wide - inset, top + 1))
        if luck.random() < 0.5:
            middle, mast = x + wide / 2, luck.uniform(24, 76) * u
            spires.append((middle - 1.5 * u, top - rise - mast, middle + 1.5 * u, top - rise))


def _windows(sheet: Sheet, boxes: list[Box], place: float, luck: Random) -> None:
    p, u = sheet.palette, sheet.u
    wide, tall = (4.2 + 3.4 * place) * u, (6 + 5.5 * place) * u
    lit: list[Box] = []
    for left, top, right, low in boxes:
        share = luck.choice((0.08, 0.2, 0.42)) * (1.0 if p.dark else 0.7)
        columns = int((right - left - wide) / (wide * 2))
        margin = (right - left - (columns * 2 - 1) * wide) / 2
        for column in range(columns):
            y = top + tall * 1.6
            while y < low - tall:
                if luck.random() < share:
                    x = left + margin + column * wide * 2
                    lit.append((x, y, x + wide, y + tall))
                y += tall * 2.1
    colours = (p.light, mix(p.accents[0], p.light, 0.35), p.accents[-1])
    if p.dark and place > 0.5:
        sheet.shade(_cut(sheet, lit), colours[1], 0.8, 7 * u)
    opacity = 0.45 + 0.45 * place if p.dark else 0.32 + 0.3 * place
    for colour, part in _thirds(lit, colours):
        sheet.lay(_cut(sheet, part), colour, opacity)


def _cut(sheet: Sheet, boxes: list[Box]) -> Stencil:
    """The boxes as one stencil, no larger than they reach."""

    def draw(pen: Pen) -> None:
        for box in boxes:
            pen.box(*box)

    top = min((box[1] for box in boxes), default=0.0)
    low = max((box[3] for box in boxes), default=1.0)
    return sheet.stencil(draw, (0, top, sheet.width, low))


def _thirds(
    boxes: list[Box], colours: tuple[Colour, Colour, Colour]
) -> list[tuple[Colour, list[Box]]]:
    """Most windows in the first colour, some in the second, a few in the third."""
    return [
        (colours[0], [box for i, box in enumerate(boxes) if i % 7 in (0, 2, 3, 5)]),
        (colours[1], [box for i, box in enumerate(boxes) if i % 7 in (1, 4)]),
        (colours[2], [box for i, box in enumerate(boxes) if i % 7 == 6]),
    ]
