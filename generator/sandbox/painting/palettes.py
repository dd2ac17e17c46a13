"""The palettes as data, chosen by a prompt's words and tinted by its references."""

import re
from collections.abc import Sequence
from random import Random
from typing import NamedTuple, TypeVar

from generator.sandbox.painting.color import Color, from_hex, mix, rotate

Item = TypeVar("Item")

# Four colors of the sky from zenith to horizon, three of the land from far to near, the light of
# sun or moon, three accents; and the words that call for them. The first row is the night.
ROWS: tuple[tuple[str, str], ...] = (
    (
        "#060a20 #14205a #43407f #a4618a #4a4680 #1e2050 #070a1e #fdf2d0 #ffc765 #6fb7ff #ff7fa8",
        "night midnight dark moon star space planet galaxy neon astronaut cave violet purple",
    ),
    (
        "#33205f #99406f #ee7256 #ffc56f #a84f68 #57224f #1b0d2b #fff0bf #ffd166 #ff8e5e #f25c78",
        "sunset evening dusk red fire dragon dahlia rose summer fox lantern romantic",
    ),
    (
        "#6d8fc4 #aeb6dc #edc3c8 #ffe6cd #a9a3c6 #6a6b9c #262b52 #fff8e4 #f58f7c #f9c784 #7f9fd1",
        "dawn morning sunrise winter snow ice pink silk mist fog quiet",
    ),
    (
        "#7fb7a9 #b4d6b4 #e3e8bd #fbf1cd #8fb592 #3f7a5c #0c2620 #fffbe2 #f0a24a #f3d468 #d9584a",
        "forest tree green garden spring leaf plant tea herb jungle deer owl hedgehog frog",
    ),
    (
        "#1c6fb0 #5fabd8 #b4dcea #f3f3e2 #6aa3c0 #1f5f86 #08243f #fffdf0 #ff7f50 #ffd27a #f7f4ea",
        "sea ocean water wave boat ship whale lake river blue island day sky rain door",
    ),
    (
        "#c9663a #ec9f56 #f8cf8d #fdedcb #cf7b45 #8a3b26 #33120f #fffaf0 #1f7f86 #f4e3c1 #d9402f",
        "desert dune camel autumn fall harvest gold orange yellow brown coffee fruit kitchen cat",
    ),
)


class Palette(NamedTuple):
    """The colors of one image."""

    sky: tuple[Color, ...]
    land: tuple[Color, ...]
    light: Color
    accents: tuple[Color, ...]
    is_night: bool


def pick(rows: Sequence[tuple[Item, str]], prompt: str, rng: Random) -> Item:
    """Return the item that most words of the prompt call for, or else a random one."""
    words = set(re.findall(r"[a-z]+", prompt.lower()))
    words |= {word.removesuffix("s") for word in words}
    calls = [len(words.intersection(text.split())) for _, text in rows]
    index = calls.index(max(calls)) if any(calls) else rng.randrange(len(rows))
    return rows[index][0]


def choose(prompt: str, tints: tuple[str, ...], rng: Random) -> Palette:
    """Return the prompt's palette, its hues turned a little and tinted by the references."""
    row = pick(ROWS, prompt, rng)
    turn = rng.uniform(-14, 14)
    colors = [from_hex(text) for text in row.split()]
    references = [from_hex(tint) for tint in tints]
    scenery = [rotate(color, turn) for color in colors[:7]]
    for tint in references[:1]:
        scenery = [mix(color, tint, 0.3) for color in scenery]
    accents = (*references, *colors[8:])
    return Palette(tuple(scenery[:4]), tuple(scenery[4:]), colors[7], accents, row == ROWS[0][0])
