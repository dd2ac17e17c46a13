"""Prompts with alternatives: `{red|blue} fox` stands for two. Imports nothing.

A pair of braces with at least one `|` between them is a choice; all other braces are text. `\\{` is
a literal brace; inside a choice, `\\|`, `\\}` and `\\{` are literal characters. Choices do not
nest, and doubled braces (`{{a|b}}`) are text. `static/js/compose/variants.js` implements the same
rules for the preview.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice, product

# Linear on hostile input: the content of a choice can neither open nor close another one.
_PART = re.compile(
    r"\\\{|(?<!\{)\{((?:[^{}\\|]|\\.)*+(?:\|(?:[^{}\\|]|\\.)*+)++)\}(?!\})", re.DOTALL
)
_CHOICE = re.compile(r"(?:\A|\|)((?:[^\\|]|\\.)*+)", re.DOTALL)
_ESCAPED = re.compile(r"\\([{}|])")


def expand(prompt: str, limit: int, *, lines: bool = False) -> list[str]:
    """Return the distinct prompts that this one stands for, in reading order; at most `limit`.

    With `lines`, each line that is not blank is a prompt of its own.
    """
    sources = prompt.split("\n") if lines else [prompt]
    prompts = (source.strip() if lines else source for source in sources)
    expanded = chain.from_iterable(_variants(source) for source in prompts if source or not lines)
    # Duplicates are dropped, so look at more than the limit, but not at hundreds of `{a|a}`.
    return list(dict.fromkeys(islice(expanded, limit * 50)))[:limit]


def escape(prompt: str) -> str:
    """Return the text that stands for exactly this prompt: the same text if it has no choice."""
    return prompt if expand(prompt, 2) == [prompt] else prompt.replace("{", r"\{")


def _variants(source: str) -> Iterator[str]:
    pieces: list[list[str]] = []
    start = 0
    for match in _PART.finditer(source):
        pieces.append([source[start : match.start()]])
        pieces.append(["{"] if match[1] is None else _choices(match[1]))
        start = match.end()
    pieces.append([source[start:]])
    return ("".join(combination) for combination in _lazy(pieces))


def _choices(inside: str) -> list[str]:
    return [_ESCAPED.sub(r"\1", choice) for choice in _CHOICE.findall(inside)]


def _lazy(pieces: list[list[str]]) -> Iterator[tuple[str, ...]]:
    # `product` holds only the pieces, however many combinations they have.
    return product(*pieces)
