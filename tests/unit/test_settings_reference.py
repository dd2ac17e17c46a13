"""`docs/settings.md` and `.env.sample` say what the readers read, no more and no less."""

from __future__ import annotations

import os
import re
import runpy
from pathlib import Path
from typing import Any

import environs
import pytest

from gempix_site import reference, settings

ROOT = Path(__file__).parents[2]
DOCUMENTED = list(settings.env.documented.values())
STALE = "is stale: run `make settings`"


def test_settings_page_is_generated_from_the_readers() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert page == reference.settings_page(DOCUMENTED), f"docs/settings.md {STALE}"


def test_sample_is_generated_from_the_readers() -> None:
    sample = (ROOT / ".env.sample").read_text(encoding="utf-8")
    assert sample == reference.env_sample(DOCUMENTED), f".env.sample {STALE}"


def test_every_setting_has_a_section_and_a_meaning() -> None:
    assert len(DOCUMENTED) > 30
    assert [s.name for s in DOCUMENTED if not s.section or not s.about.endswith(".")] == []


def test_sample_changes_nothing_when_it_is_copied() -> None:
    assert re.findall(r"^[^#\n].*", reference.env_sample(DOCUMENTED), re.MULTILINE) == []


def test_value_in_the_sample_is_the_default(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(environs.FileAwareEnv, "read_env", lambda *_, **__: None)  # no `.env`
    for name in os.environ:
        if name.removesuffix("_FILE") in settings.env.documented:
            monkeypatch.delenv(name)
    # Not the default, which is the project's own folder.
    monkeypatch.setenv("GEMPIX_DATA_DIR", str(tmp_path))

    def read() -> dict[str, Any]:
        values = runpy.run_path(str(ROOT / "gempix_site" / "settings.py"))
        return {name: value for name, value in values.items() if name.isupper()}

    defaults = read()
    sample = reference.env_sample(DOCUMENTED)
    for name, value in re.findall(r"^# ([A-Z0-9_]+)=(.*)", sample, re.MULTILINE):
        if name != "GEMPIX_DATA_DIR":
            monkeypatch.setenv(name, value)
    assert read() == defaults
