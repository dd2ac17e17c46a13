"""What sets texts apart, word by word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby

from generator.models.tokenizer import UNSPACED

# Longer texts are shown without marks: what is compared grows with the square of their words.
MOST_WORDS = 600
# Texts that share less are others altogether: marks all over would tell nothing.
LEAST_ALIKE = 1 / 3
_ALONE = "".join(f"{chr(first)}-{chr(last)}" for first, last in UNSPACED)
_ALONE += re.escape('!"#%&()*,./:;<=>?@[]{}|~…“”„«»–—、。，！？：；（）「」')
# A sign, a character of a script that writes no spaces, or a word; with the space behind it.
_WORD = re.compile(rf"([{_ALONE}]|[^\s{_ALONE}]+)(\s*)")


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a text; `marked` is what not all of the texts have there."""

    text: str
    changed: bool


def segments(texts: Sequence[str]) -> list[list[Segment]]:
    """Each text in segments, which together are the whole of it. The first is compared with every
    other one; of more than two, the others are compared with the first alone."""
    split = [_WORD.findall(text.strip()) for text in texts]
    if len(set(texts)) < 2 or max(map(len, split)) > MOST_WORDS:
        return [[Segment(text, False)] for text in texts]
    words = [[word for word, _space in found] for found in split]
    kept = [[True] * len(found) for found in words]
    for number in range(1, len(words)):
        shared = [False] * len(words[0])
        kept[number] = [False] * len(words[number])
        matcher = SequenceMatcher(None, words[0], words[number], autojunk=False)
        if matcher.ratio() < LEAST_ALIKE:
            kept[number] = [True] * len(words[number])
            continue
        for here, there, length in matcher.get_matching_blocks():
            shared[here : here + length] = [True] * length
            kept[number][there : there + length] = [True] * length
        kept[0] = [one and other for one, other in zip(kept[0], shared, strict=True)]
    return [_joined(found, keep) for found, keep in zip(split, kept, strict=True)]


def _joined(found: Sequence[tuple[str, str]], keep: Sequence[bool]) -> list[Segment]:
    """Words of one kind as one segment; the space behind marked ones is not marked."""
    made: list[Segment] = []
    for kept, group in groupby(zip(found, keep, strict=True), key=lambda pair: pair[1]):
        said = [pair for pair, _kept in group]
        space = said[-1][1]
        text = "".join(word + gap for word, gap in said).removesuffix(space)
        made += (
            [Segment(text, not kept), Segment(space, False)] if space else [Segment(text, not kept)]
        )
    return made
