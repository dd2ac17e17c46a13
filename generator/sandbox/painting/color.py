"""Colors as triples of bytes."""

import colorsys

Color = tuple[int, int, int]


def from_hex(text: str) -> Color:
    """Return the color of ``#rrggbb``."""
    value = int(text.removeprefix("#"), 16)
    return value >> 16 & 255, value >> 8 & 255, value & 255


def mix(one: Color, other: Color, share: float) -> Color:
    """Return ``one`` with a ``share`` of ``other``, from 0 to 1."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def lighten(color: Color, amount: float) -> Color:
    """Return the color mixed with white, or with black for a negative amount."""
    return mix(color, (255, 255, 255) if amount > 0 else (0, 0, 0), abs(amount))


def rotate(color: Color, degrees: float) -> Color:
    """Return the color with its hue rotated."""
    hue, light, saturation = colorsys.rgb_to_hls(*(channel / 255 for channel in color))
    red, green, blue = colorsys.hls_to_rgb((hue + degrees / 360) % 1, light, saturation)
    return round(red * 255), round(green * 255), round(blue * 255)
