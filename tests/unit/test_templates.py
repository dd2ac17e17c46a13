"""What no linter checks in the templates and in the sentences of the views."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
# Where Python writes what a page shows.
SENTENCES = [ROOT / "generator" / name for name in ("forms", "templatetags", "views", "web")]
# Words that the pages do not use, and the words that they use instead.
AVOIDED = {
    r"pictures?": "image",
    r"for good": "permanently",
    r"by (?:it|them)sel(?:f|ves)": "automatically",
    r"(?:goes|go|went) on": "continues, resumes",
    r"(?:he|him|his|himself)": "they, their",
    r"anew": "again",
    r"switch(?:ed)? o(?:n|ff)": "activate, deactivate",
    r"neighbour(?:s|ing)?|colours?|grey|cancelled": "American spelling",
}
AVOIDED_WORDS = re.compile(rf"\b(?:{'|'.join(AVOIDED)})\b", re.IGNORECASE)
# `favourite` is also a stored value and a parameter of URLs, so only what is shown counts.
SHOWN = re.compile(r"""translate\s+(?:"([^"]*)"|'([^']*)')|%\}([^{}<>]*)[{<]""")
OLD_LABELS = re.compile(r"favourite|^again\b|send again|look again", re.IGNORECASE)


def templates() -> list[Path]:
    files = [*TEMPLATES.rglob("*.html"), *TEMPLATES.rglob("*.txt")]
    assert files
    return files


def strings(file: Path) -> Iterator[str]:
    """Yield the docstrings and the sentences of a module; a sentence has a space in it."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
            yield node.value


def test_a_comment_ends_on_its_line_or_it_would_stand_on_the_page() -> None:
    open_ended = re.compile(r"\{#(?!.*#\})")
    assert [str(file) for file in templates() if open_ended.search(file.read_text())] == []


def test_templates_use_plain_words() -> None:
    avoided = {
        file.relative_to(TEMPLATES).as_posix(): words
        for file in templates()
        if (words := AVOIDED_WORDS.findall(file.read_text(encoding="utf-8")))
    }
    assert avoided == {}


def test_sentences_in_python_use_plain_words() -> None:
    files = [file for folder in SENTENCES for file in folder.glob("*.py")]
    assert files
    avoided = {
        f"{file.parent.name}/{file.name}": text
        for file in files
        for text in strings(file)
        if AVOIDED_WORDS.search(text) or OLD_LABELS.search(text)
    }
    assert avoided == {}


def test_labels_are_the_usual_ones() -> None:
    old = {
        file.relative_to(TEMPLATES).as_posix(): label
        for file in templates()
        for groups in SHOWN.findall(file.read_text(encoding="utf-8"))
        for label in groups
        if OLD_LABELS.search(label.strip())
    }
    assert old == {}
