"""The documents name files that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# `unit/test_x.py`, `tests/promises.py`, `test_z*.py`.
FILE = re.compile(r"`((?:[a-z_]+/)*[a-z_*]+\.py)`")


@pytest.mark.parametrize("document", ["reliability", "performance", "testing"])
def test_document_names_files_that_exist(document: str) -> None:
    """A bare name may stand for a file anywhere below `tests/`."""
    text = (ROOT / "docs" / f"{document}.md").read_text(encoding="utf-8")
    names = set(FILE.findall(text))
    assert names
    places = (ROOT, ROOT / "generator", ROOT / "tests")
    missing = [name for name in names if not any(any(place.glob(name)) for place in places)]
    assert [name for name in missing if not any((ROOT / "tests").rglob(name))] == []
