"""Colours, mixed in OKLab: halves of two colours look like halves, and gradients stay clean."""

import math
from functools import lru_cache

Colour = tuple[int, int, int]
_Lab = tuple[float, float, float]


def from_hex(text: str) -> Colour:
    """The colour of ``#rrggbb``."""
    value = int(text.removeprefix("#"), 16)
    return (value >> 16 & 255, value >> 8 & 255, value & 255)


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """``one`` with a ``share`` of ``other``, 0 to 1."""
    a, b = _to_lab(one), _to_lab(other)
    return _from_lab(
        (
            a[0] + (b[0] - a[0]) * share,
            a[1] + (b[1] - a[1]) * share,
            a[2] + (b[2] - a[2]) * share,
        )
    )


def ramp(stops: tuple[Colour, ...], place: float) -> Colour:
    """The colour at ``place``, 0 to 1, of a gradient through evenly spaced stops."""
    if len(stops) == 1:
        return stops[0]
    scaled = min(max(place, 0.0), 1.0) * (len(stops) - 1)
    index = min(int(scaled), len(stops) - 2)
    return mix(stops[index], stops[index + 1], scaled - index)


def turned(colour: Colour, degrees: float, lightness: float = 0.0, chroma: float = 1.0) -> Colour:
    """The colour with its hue turned, its lightness moved (-1 to 1), its chroma multiplied."""
    light, a, b = _to_lab(colour)
    angle = math.radians(degrees)
    return _from_lab(
        (
            min(1.0, max(0.0, light + lightness)),
            (a * math.cos(angle) - b * math.sin(angle)) * chroma,
            (a * math.sin(angle) + b * math.cos(angle)) * chroma,
        )
    )


def lighter(colour: Colour, amount: float) -> Colour:
    """The colour with its lightness moved, -1 to 1."""
    return turned(colour, 0.0, amount)


def lightness(colour: Colour) -> float:
    """How light it looks, 0 to 1."""
    return _to_lab(colour)[0]


def _linear(channel: int) -> float:
    value = channel / 255
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def _gamma(value: float) -> int:
    value = min(1.0, max(0.0, value))
    curved = value * 12.92 if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055
    return round(255 * curved)


@lru_cache(maxsize=4096)
def _to_lab(colour: Colour) -> _Lab:
    red, green, blue = (_linear(channel) for channel in colour)
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def _from_lab(lab: _Lab) -> Colour:
    light, a, b = lab
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        _gamma(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
        _gamma(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
        _gamma(-0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short),
    )
