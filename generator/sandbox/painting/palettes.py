"""Palettes, chosen by the words of a prompt, tinted by its references."""

import re
from dataclasses import dataclass, replace
from random import Random

from generator.sandbox.painting.colour import Colour, from_hex, lightness, mix, turned


@dataclass(frozen=True)
class Palette:
    """``sky`` from top to horizon, ``land`` from far to near, ``light`` of sun or moon."""

    sky: tuple[Colour, ...]
    land: tuple[Colour, ...]
    light: Colour
    accents: tuple[Colour, ...]

    @property
    def dark(self) -> bool:
        """Whether its sky is a night's."""
        return lightness(self.sky[0]) < 0.42

    @property
    def all(self) -> tuple[Colour, ...]:
        """Sky, land and accents in one row."""
        return self.sky + self.land + self.accents


Row = tuple[str, str, str, str, str]

# name: (sky, land, light, accents, words). An hour or a season rules the light of everything,
# so it goes before a plain colour, and a colour before a place.
HOURS: dict[str, Row] = {
    "neon": (
        "#0d0628 #3a0f6b #c2277f",
        "#5b1f91 #240b52 #0a0420",
        "#ffd9f2",
        "#28e5ff #ff4fb4",
        "neon cyberpunk cyber synthwave retro robot futuristic tokyo disco",
    ),
    "night": (
        "#070b22 #152050 #41528f",
        "#34457d #141d45 #05081a",
        "#f6efd6",
        "#f2b95f #8fa3ff",
        "night midnight dark star moon galaxy space cosmos astronaut nocturnal",
    ),
    "sunset": (
        "#3a1d5c #c8446e #ffa25c",
        "#b9506f #5b2353 #1f0c2c",
        "#ffe6ae",
        "#ffcf5c #ff6f59",
        "sunset dusk evening twilight romantic summer",
    ),
    "dawn": (
        "#5f7bb0 #e9b3b4 #ffe1c2",
        "#c79aaa #6f5a86 #2f2a4f",
        "#fff3da",
        "#ff8c69 #f7c59f",
        "dawn sunrise morning spring breakfast",
    ),
    "winter": (
        "#8eabcf #cfdeed #f7f5f2",
        "#bccee2 #6d8bb0 #26405f",
        "#fff8ea",
        "#d8513f #f0b35b",
        "winter snow snowy ice frost cold arctic christmas polar",
    ),
    "autumn": (
        "#e7c9a0 #f2dcb8 #faf0dc",
        "#d58a3c #9c3d24 #3d1a1a",
        "#fff2cf",
        "#c8321f #f0a830",
        "autumn fall october harvest pumpkin maple",
    ),
    "mist": (
        "#a9b4bd #ccd3d6 #eef0ec",
        "#aab7bd #5f7480 #22323c",
        "#ffffff",
        "#c97b5a #8a9f7b",
        "mist fog foggy misty rain grey gray cloud storm london minimal",
    ),
}
PLACES: dict[str, Row] = {
    "forest": (
        "#bfd3b4 #dfe7c6 #f6f0d2",
        "#a3bd95 #4d7a5a #112b20",
        "#fffbe3",
        "#e58f3f #d6b94a",
        "forest wood woods tree jungle fern moss pine leaf nature owl deer hedgehog cabin",
    ),
    "sea": (
        "#1d6b93 #5fb6c6 #e4f3e8",
        "#3fa3b5 #12627f #06304a",
        "#fff6da",
        "#ff8659 #ffd27a",
        "sea ocean wave boat ship sail water lake river swim whale fish coast "
        "beach island tropical dolphin harbour harbor lagoon surf pier lighthouse",
    ),
    "desert": (
        "#f0c78a #f7dcae #fdf0d6",
        "#e3a25c #b5613a #552318",
        "#fffaf0",
        "#2f7f86 #d94f30",
        "desert dune sand camel egypt sahara canyon safari lion",
    ),
    "spring": (
        "#a8d8e0 #d9eedd #fdf4e3",
        "#a7cfa0 #5d9c7c #24544d",
        "#fffbe9",
        "#ef7f9d #f6c453",
        "garden flower meadow blossom cherry sakura picnic pastel bunny",
    ),
}
COLOURS: dict[str, Row] = {
    "red": (
        "#7d1220 #cf3a34 #ffb38a",
        "#c23a35 #7a1623 #2c0710",
        "#fff0dc",
        "#ffd166 #f4f1de",
        "red crimson scarlet ruby cherry fire blood tomato",
    ),
    "orange": (
        "#f08a3c #f9b877 #ffe9cf",
        "#e0742d #a43f1d #431713",
        "#fff6e4",
        "#1f6f78 #fff1c1",
        "orange tangerine copper rust ginger",
    ),
    "gold": (
        "#e9b949 #f5d98b #fff4d6",
        "#d39b2a #8c5a1a #3a210d",
        "#fffaf0",
        "#7b2d26 #2e4057",
        "gold golden yellow lemon honey amber brass bee",
    ),
    "green": (
        "#2f7d5b #7fbf8e #e4f0cf",
        "#4b9a6d #1c5a45 #0b2b25",
        "#fffbe0",
        "#f2a541 #e8e4c9",
        "green emerald mint lime olive sage frog",
    ),
    "teal": (
        "#0f5257 #3e9c97 #cfeadf",
        "#2f8580 #0f4a50 #062a30",
        "#fff5dc",
        "#ff9f6b #f6d8ae",
        "teal turquoise cyan aqua jade",
    ),
    "blue": (
        "#173f8a #4f86d9 #cfe4fb",
        "#3a68b8 #1b3777 #0a1738",
        "#fff8e6",
        "#ffb347 #f25f5c",
        "blue navy azure cobalt indigo sapphire sky",
    ),
    "violet": (
        "#3d2a7d #8d6bc9 #e8d5f5",
        "#7452ab #3b2670 #160d38",
        "#fff3e0",
        "#ffb86b #f27ea9",
        "violet purple lavender lilac plum magic dream wizard",
    ),
    "pink": (
        "#e2799f #f4b6c6 #fdebe6",
        "#d0668d #83345f #35123a",
        "#fffaf2",
        "#3d7ea6 #ffd479",
        "pink rose magenta peach coral flamingo love",
    ),
    "brown": (
        "#b08968 #dcc3a5 #f6ecdd",
        "#a4754f #5e3b26 #281710",
        "#fffaf0",
        "#3f6b5c #d9843b",
        "brown coffee chocolate wooden leather bear sepia tea",
    ),
    "mono": (
        "#3a3d42 #8b8f94 #ebebe8",
        "#85898d #3c4045 #101214",
        "#ffffff",
        "#d64933 #e8e6e1",
        "black white monochrome ink charcoal noir silver",
    ),
}
TABLES = (HOURS, COLOURS, PLACES)
ROWS = HOURS | COLOURS | PLACES


def words_of(prompt: str) -> list[str]:
    """Lower-case words in order, a plural also without its s."""
    words = []
    for word in re.findall(r"[a-z]+", prompt.lower()):
        words += [word, word.removesuffix("s")] if word.endswith("s") else [word]
    return words


def _palette(name: str) -> Palette:
    sky, land, light, accents, _ = ROWS[name]
    return Palette(_hexes(sky), _hexes(land), from_hex(light), _hexes(accents))


def _hexes(text: str) -> tuple[Colour, ...]:
    return tuple(from_hex(word) for word in text.split())


def _named(words: list[str], table: dict[str, Row]) -> list[str]:
    """Names of the rows that the words call for, in the order of the table."""
    return [name for name, row in table.items() if set(row[4].split()) & set(words)]


def choose(prompt: str, tints: tuple[str, ...], theme: Random, twist: Random) -> Palette:
    """The palette of a prompt.

    ``theme`` is the luck that all images of the prompt share, ``twist`` that of this one.
    """
    words = words_of(prompt)
    ranked = [name for table in TABLES for name in _named(words, table)]
    # Drawn even when unused, or a word more would change the luck of the whole image.
    lucky = theme.choice(list(ROWS))
    turn, small_turn = theme.uniform(-9, 9), twist.uniform(-5, 5)
    palette = _palette(ranked[0] if ranked else lucky)
    for second in ranked[1:3]:
        palette = _seasoned(palette, second)
    palette = _turned(palette, small_turn + (turn / 3 if ranked else turn))
    for number, tint in enumerate(tints):
        palette = _tinted(palette, from_hex(tint), number)
    return palette


def _seasoned(palette: Palette, name: str) -> Palette:
    """A palette whose first accent, and a little of its sky and land, come from another."""
    second = _palette(name)
    # No more than a little: halves of two opposite colours are mud.
    return replace(
        palette,
        sky=tuple(mix(a, b, 0.14) for a, b in zip(palette.sky, second.sky, strict=True)),
        land=tuple(mix(a, b, 0.2) for a, b in zip(palette.land, second.land, strict=True)),
        accents=(second.sky[1] if name in COLOURS else second.accents[0], *palette.accents),
    )


def _turned(palette: Palette, degrees: float) -> Palette:
    return Palette(
        tuple(turned(c, degrees) for c in palette.sky),
        tuple(turned(c, degrees) for c in palette.land),
        palette.light,
        tuple(turned(c, degrees / 2) for c in palette.accents),
    )


def _tinted(palette: Palette, tint: Colour, number: int) -> Palette:
    """The first reference colours the whole image, the others its accents."""
    share = 0.34 if number == 0 else 0.08
    return replace(
        palette,
        sky=tuple(mix(c, tint, share * (0.5 + i / 4)) for i, c in enumerate(palette.sky)),
        land=tuple(mix(c, tint, share * (1 - i / 4)) for i, c in enumerate(palette.land)),
        accents=(tint, *palette.accents),
    )
