"""Text as words to search for: the same for stored text and for queries, on every database.

The text is split here and not by the database, whose own rules differ and know few scripts. Words
hold only letters, digits and single symbols, so no character has a meaning in a query.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

# Scripts without spaces: each character is a word, and a query matches them in sequence.
UNSPACED = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x0F00, 0x0FFF),  # Tibetan
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x2E80, 0x2FDF),  # radicals of Han
    (0x3005, 0x312F),  # Hiragana, Katakana, Bopomofo
    (0x31A0, 0x31BF),
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),  # Han
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)
# Accents, and the points of Hebrew and Arabic: they are ignored in a search.
POINTS = ((0x0300, 0x036F), (0x0591, 0x05C7), (0x0640, 0x0640), (0x064B, 0x065F), (0x0670, 0x0670))
# Letters without a Unicode decomposition.
PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ı": "i", "œ": "oe", "æ": "ae"})
MOST_CHARACTERS = 64
MOST_TERMS = 12
QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂", '"'))


@dataclass(frozen=True, slots=True)
class Term:
    """Words in sequence; with `prefix` the last one may be the beginning of a longer word."""

    words: tuple[str, ...]
    prefix: bool


def tokenize(text: str) -> list[str]:
    """Return the words of a text, without case, accents and width."""
    words: list[str] = []
    word = ""
    for character in _folded(text):
        kind = unicodedata.category(character)
        alone = kind == "So" or _within(character, UNSPACED)
        if kind[0] in "LNM" and not alone:
            word += character
            continue
        if word:
            words.append(word[:MOST_CHARACTERS])
            word = ""
        if alone and kind[0] in "LNMS":
            words.append(character)
    return [*words, word[:MOST_CHARACTERS]] if word else words


def parse_query(query: str) -> list[Term]:
    """Return the terms of a search box.

    Bare words match as prefixes, quoted text matches as a sequence. Everything else is ignored.
    """
    terms: list[Term] = []
    for number, part in enumerate(query.translate(QUOTES).split('"')):
        quoted = number % 2 == 1
        for phrase in [part] if quoted else part.split():
            if words := tokenize(phrase):
                # A single letter would match half of all words.
                prefix = not quoted and len(words[-1]) > 1
                terms.append(Term(tuple(words), prefix))
    return terms[:MOST_TERMS]


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold().translate(PLAIN)
    bare = (c for c in unicodedata.normalize("NFD", plain) if not _within(c, POINTS))
    # Joiners and variation selectors only affect how a symbol is displayed.
    return unicodedata.normalize("NFC", "".join(c for c in bare if not _shapes(c)))


def _shapes(character: str) -> bool:
    return unicodedata.category(character) == "Cf" or "\ufe00" <= character <= "\ufe0f"


def _within(character: str, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= ord(character) <= last for first, last in ranges)
