"""What no linter says of the templates."""

from __future__ import annotations

import re
from pathlib import Path

TEMPLATES = Path(__file__).parents[2] / "templates"


def test_a_comment_ends_on_its_line_or_it_would_stand_on_the_page() -> None:
    files = [*TEMPLATES.rglob("*.html")]
    assert files
    open_ended = re.compile(r"\{#(?!.*#\})")
    assert [str(file) for file in files if open_ended.search(file.read_text())] == []
