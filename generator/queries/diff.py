"""Word-by-word differences between texts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby

from generator.models.tokenizer import UNSPACED

# Longer texts are shown unmarked: the cost of a comparison grows with the square of the words.
MOST_WORDS = 600
# Texts that share less are entirely different: marks all over would not help.
LEAST_ALIKE = 1 / 3
_ALONE = "".join(f"{chr(first)}-{chr(last)}" for first, last in UNSPACED)
_ALONE += re.escape('!"#%&()*,./:;<=>?@[]{}|~…“”„«»–—、。，！？：；（）「」')
# A symbol, a character of a script without spaces, or a word; with the space after it.
_WORD = re.compile(rf"([{_ALONE}]|[^\s{_ALONE}]+)(\s*)")


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a text; `changed` marks what not all of the texts have."""

    text: str
    changed: bool


def segments(texts: Sequence[str]) -> list[list[Segment]]:
    """Split each text into segments, which together are the whole of it.

    The first text is compared with every other one; of more than two, each of the others is
    compared with the first alone.
    """
    tokens = [_WORD.findall(text.strip()) for text in texts]
    if len(set(texts)) < 2 or max(map(len, tokens)) > MOST_WORDS:
        return [[Segment(text, False)] for text in texts]
    words = [[word for word, _space in pairs] for pairs in tokens]
    unchanged = [[True] * len(text) for text in words]
    for number in range(1, len(words)):
        shared = [False] * len(words[0])
        unchanged[number] = [False] * len(words[number])
        matcher = SequenceMatcher(None, words[0], words[number], autojunk=False)
        if matcher.ratio() < LEAST_ALIKE:
            unchanged[number] = [True] * len(words[number])
            continue
        for here, there, length in matcher.get_matching_blocks():
            shared[here : here + length] = [True] * length
            unchanged[number][there : there + length] = [True] * length
        unchanged[0] = [one and other for one, other in zip(unchanged[0], shared, strict=True)]
    return [_joined(pairs, same) for pairs, same in zip(tokens, unchanged, strict=True)]


def _joined(pairs: Sequence[tuple[str, str]], unchanged: Sequence[bool]) -> list[Segment]:
    """Join words of one kind into a segment; the space after changed ones is not marked."""
    joined: list[Segment] = []
    for same, group in groupby(zip(pairs, unchanged, strict=True), key=lambda item: item[1]):
        words = [pair for pair, _same in group]
        space = words[-1][1]
        text = "".join(word + gap for word, gap in words).removesuffix(space)
        joined.append(Segment(text, not same))
        if space:
            joined.append(Segment(space, False))
    return joined
