"""`.env.sample` lists what the settings read, no more and no less."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_sample_lists_every_setting() -> None:
    settings = (ROOT / "gempix_site" / "settings.py").read_text(encoding="utf-8")
    sample = (ROOT / ".env.sample").read_text(encoding="utf-8")
    read = set(re.findall(r"\benv\.\w+\(\s*\"([A-Z0-9_]+)\"", settings))
    listed = re.findall(r"^# ([A-Z0-9_]+)=", sample, re.MULTILINE)
    assert len(read) > 30
    assert sorted(listed) == sorted(read)


def test_sample_changes_nothing_when_it_is_copied() -> None:
    sample = (ROOT / ".env.sample").read_text(encoding="utf-8")
    assert [line for line in sample.splitlines() if line and not line.startswith("#")] == []
