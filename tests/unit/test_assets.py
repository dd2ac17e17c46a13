"""The bundles: what they hold is there, and what they are made of can be joined."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from generator.web import assets


@pytest.mark.parametrize("name", assets.BUNDLES)
def test_every_part_is_there_and_can_be_joined(name: str) -> None:
    text = assets.joined(name)
    assert all(part.rpartition(".")[2] == name.rpartition(".")[2] for part in assets.BUNDLES[name])
    assert text.count("\n") > len(assets.BUNDLES[name])


@pytest.mark.parametrize("name", assets.BUNDLES)
def test_comments_tell_a_reader_and_are_not_sent(name: str) -> None:
    assert not re.search(r"^\s*(?://|/\*)", assets.joined(name), re.MULTILINE)


def test_script_that_imports_what_is_not_before_it_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    script = tmp_path / "x.js"
    script.write_text('import { a } from "./a.js";\n')
    monkeypatch.setattr(finders, "find", lambda name: str(script))
    with pytest.raises(assets.CannotBundle):
        assets.joined("js/studio.js")


def test_no_bundle_takes_the_name_of_a_file() -> None:
    static = Path(__file__).parents[2] / "static"
    assert not [name for name in assets.BUNDLES if (static / name).exists()]
