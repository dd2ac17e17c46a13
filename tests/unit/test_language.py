"""Names and prose of the product code: no variable that says nothing, one word for one thing."""

from __future__ import annotations

import ast
import re
import tokenize
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GENERATOR = ROOT / "generator"
# Past states of the database, and a program of its own.
EXEMPT = {"migrations", "sandbox"}
# Say what a variable holds: `job`, `images`, `page`, `total`.
FORBIDDEN_NAMES = {"found", "told", "said", "kept", "gives"}
# Docstrings return, raise and yield; a member is *they*.
FORBIDDEN_WORDS = re.compile(r"\b(?:gives(?! up\b)|he|his|him|himself)\b", re.IGNORECASE)
PICTURE = re.compile(r"picture", re.IGNORECASE)
# The stored folder, column and constraint, and a URL that old pages still use.
PICTURES_ALLOWED = {
    "media/storage.py": {'return Path(settings.GEMPIX_DATA_DIR) / "pictures"'},
    "models/bulk.py": {
        'models.UniqueConstraint(fields=["action", "image"], name="one_change_per_picture")'
    },
    "models/months.py": {
        "pictures = models.IntegerField()",
        'return f"{self.pictures} images in {self.month}"',
    },
    "models/triggers.py": {
        "f\"INSERT INTO generator_monthcount ({', '.join(COUNTED)}, pictures) \""
    },
    "urls.py": {'"references/pictures/",'},
    "queries/months.py": {
        'sums = rows.values_list("month").annotate(sum=Sum("pictures")).filter(sum__gt=0)'
    },
    "services/months.py": {
        'lines = list(rows.order_by("pk").values_list("pk", "pictures", *KEYS)[:STEP])',
        "MonthCount(pictures=images, **dict(zip(KEYS, key, strict=True)))",
    },
}


def sources() -> Iterator[tuple[str, str]]:
    for path in sorted(GENERATOR.rglob("*.py")):
        name = path.relative_to(GENERATOR)
        if not EXEMPT & set(name.parts):
            yield name.as_posix(), path.read_text(encoding="utf-8")


def forbidden_names(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                pass
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.alias(asname=str(name)):
                pass
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
                pass
            case _:
                continue
        if name.lower().strip("_") in FORBIDDEN_NAMES:
            yield f"{node.lineno}: {name}"


def prose(source: str) -> Iterator[tuple[int, str]]:
    """Yield the lines of docstrings and comments, with their numbers."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            text = ast.get_docstring(node, clean=False)
            if text is not None:
                yield from enumerate(text.splitlines(), node.body[0].lineno)
    for token in tokenize.generate_tokens(StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def forbidden_words(source: str) -> Iterator[str]:
    for number, line in prose(source):
        if FORBIDDEN_WORDS.search(line):
            yield f"{number}: {line.strip()}"


def pictures(source: str, allowed: set[str]) -> Iterator[str]:
    for number, line in enumerate(source.splitlines(), 1):
        if PICTURE.search(line) and line.strip() not in allowed:
            yield f"{number}: {line.strip()}"


def test_names_say_what_they_hold() -> None:
    assert [f"{name}:{hit}" for name, source in sources() for hit in forbidden_names(source)] == []


def test_docstrings_and_comments_use_the_standard_words() -> None:
    assert [f"{name}:{hit}" for name, source in sources() for hit in forbidden_words(source)] == []


def test_an_image_is_called_image() -> None:
    assert [
        f"{name}:{hit}"
        for name, source in sources()
        for hit in pictures(source, PICTURES_ALLOWED.get(name, set()))
    ] == []


def test_every_exception_is_still_needed() -> None:
    files = dict(sources())
    for name, lines in PICTURES_ALLOWED.items():
        assert lines <= {line.strip() for line in files[name].splitlines()}, name


@pytest.mark.parametrize(
    "source",
    [
        "found = 1",
        "found: int = 1",
        "for said in []: pass",
        "if (told := 1): pass",
        "def f(kept): pass",
        "def _told(): pass",
        "from a import b as found",
        "x = [gives for gives in []]",
    ],
)
def test_forbidden_name_is_reported(source: str) -> None:
    assert list(forbidden_names(source))


@pytest.mark.parametrize(
    "source",
    [
        '"""Gives the page."""',
        'def f():\n    """Return\n    his page."""',
        "# so that he sees it",
        "x = 1  # for him",
    ],
)
def test_forbidden_word_is_reported(source: str) -> None:
    assert list(forbidden_words(source))


@pytest.mark.parametrize("source", ["found_at = 1", "x.found = 1", '"""The theme."""', "# this"])
def test_innocent_source_is_accepted(source: str) -> None:
    assert not [*forbidden_names(source), *forbidden_words(source)]


def test_picture_is_reported_and_its_exceptions_are_not() -> None:
    assert list(pictures("def draw_Picture(): pass", set()))
    assert not list(pictures("    pictures = 1", {"pictures = 1"}))
