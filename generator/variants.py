"""Prompts with alternatives: `{red|blue} fox` stands for two. Imports nothing.

A pair of braces with at least one `|` between them is a choice; all other braces are text.
`\\{` is a brace that begins no choice; inside a choice `\\|`, `\\}` and `\\{` are plain characters.
Choices do not nest, and braces beside braces (`{{a|b}}`) are text. The twin in
`static/js/compose/variants.js` shows the same before the press.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice, product

# Linear on hostile input: what a choice holds can neither open nor close another one.
_PART = re.compile(
    r"\\\{|(?<!\{)\{((?:[^{}\\|]|\\.)*+(?:\|(?:[^{}\\|]|\\.)*+)++)\}(?!\})", re.DOTALL
)
_CHOICE = re.compile(r"(?:\A|\|)((?:[^\\|]|\\.)*+)", re.DOTALL)
_ESCAPED = re.compile(r"\\([{}|])")


def expand(prompt: str, limit: int, *, lines: bool = False) -> list[str]:
    """The prompts that this one stands for, each once, in reading order; at most `limit`.

    With `lines` each line that holds something is a prompt of its own.
    """
    sources = prompt.split("\n") if lines else [prompt]
    kept = (source.strip() if lines else source for source in sources)
    found = chain.from_iterable(_variants(source) for source in kept if source or not lines)
    # Twins are dropped, so more than the limit is looked at; a bound against `{a|a}` in hundreds.
    return list(dict.fromkeys(islice(found, limit * 50)))[:limit]


def escape(prompt: str) -> str:
    """The text that stands for exactly this prompt; the same text if it holds no choice."""
    return prompt if expand(prompt, 2) == [prompt] else prompt.replace("{", r"\{")


def _variants(source: str) -> Iterator[str]:
    pieces: list[list[str]] = []
    start = 0
    for match in _PART.finditer(source):
        pieces.append([source[start : match.start()]])
        pieces.append(["{"] if match[1] is None else _choices(match[1]))
        start = match.end()
    pieces.append([source[start:]])
    return ("".join(chosen) for chosen in _lazy(pieces))


def _choices(inside: str) -> list[str]:
    return [_ESCAPED.sub(r"\1", choice) for choice in _CHOICE.findall(inside)]


def _lazy(pieces: list[list[str]]) -> Iterator[tuple[str, ...]]:
    # `product` holds only the pieces themselves, however many combinations they have.
    return product(*pieces)
