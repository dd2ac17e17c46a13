"""The bundles: their parts exist, and what is committed was made of the files as they are."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from generator.web import assets
from tests import bundles

TEMPLATES = Path(__file__).parents[2] / "templates"
# Page by page, the bundles of scripts that can meet.
TOGETHER = [name for name in assets.BUNDLES if name.endswith(".js") and name != "compare.js"]


@pytest.fixture(scope="module")
def made() -> dict[str, Any]:
    """What `make bundles` used for each bundle."""
    return dict(json.loads(bundles.INPUTS.read_text()))


@pytest.mark.parametrize("name", assets.BUNDLES)
def test_built_bundle_is_up_to_date(name: str, made: dict[str, Any]) -> None:
    hint = "run `make bundles`"
    assert set(assets.sources(name)) <= set(made[name]["inputs"]), hint
    assert made[name]["sha256"] == bundles.digest(made[name]["inputs"]), hint
    assert (bundles.BUILT / name).stat().st_size, hint


def test_nothing_else_is_built(made: dict[str, Any]) -> None:
    built = {path.name for path in bundles.BUILT.iterdir()} - {bundles.INPUTS.name}
    assert built == set(made) == set(assets.BUNDLES)


def test_no_script_runs_twice_on_a_page(made: dict[str, Any]) -> None:
    """Whatever is not under `lib/` has a state, or defines an element."""
    inputs = Counter(name for bundle in TOGETHER for name in made[bundle]["inputs"])
    stateless = "js/lib/"
    assert [name for name, n in inputs.items() if n > 1 and not name.startswith(stateless)] == []


def test_every_file_is_in_a_bundle_and_every_bundle_on_a_page(made: dict[str, Any]) -> None:
    files = {path.relative_to(bundles.STATIC).as_posix() for path in bundles.STATIC.rglob("*/*")}
    own = {name for name in files if re.fullmatch(r"(js|css)/.*\.(js|css)", name)}
    assert own == {name for bundle in made.values() for name in bundle["inputs"]}
    pages = "".join(path.read_text() for path in TEMPLATES.rglob("*.html"))
    assert set(re.findall(r'{% bundle "([^"]+)" %}', pages)) == set(assets.BUNDLES)


def test_page_requests_the_sources_while_nothing_is_collected() -> None:
    assert assets.urls("filters.css") == ["/static/css/filters.css"]


@override_settings(DEBUG=True)
def test_page_requests_the_sources_in_debug_mode() -> None:
    assert assets.urls("compare.js") == [
        "/static/js/compare/compare-images.js",
        "/static/js/image/shortcuts.js",
    ]
