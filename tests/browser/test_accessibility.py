"""Every page meets WCAG 2.2 AA as far as axe-core can tell, in both themes."""

from __future__ import annotations

from functools import partial

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import DESKTOP, PHONE, Visits
from tests.browser.looks import at_rest, use_theme
from tests.browser.sights import SIGHTS, Paths, path_of, seed
from tests.member import Member

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser-sights")]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def paths(owner: Member) -> Paths:
    return seed(owner)


@pytest.mark.parametrize(
    ("size", "theme"), [(DESKTOP, "light"), (DESKTOP, "dark"), (PHONE, "light"), (PHONE, "dark")]
)
@pytest.mark.parametrize("name", SIGHTS)
def test_axe_finds_nothing(
    name: str, size: tuple[int, int], theme: str, visit: Visits, owner: Member, paths: Paths
) -> None:
    sight = SIGHTS[name]
    visit.expected.append(f"{sight.status} (")
    page = visit(
        None if sight.outside else owner,
        path_of(sight, paths),
        size=size,
        before=partial(use_theme, theme=theme),
    )
    if sight.act:
        sight.act(page)
    at_rest(page)
    found = Axe().run(page, options={"runOnly": RULES})
    broken = [
        f"{rule['id']}: {node['html'][:160]} {node['failureSummary']}"
        for rule in found.response["violations"]
        for node in rule["nodes"]
    ]
    assert broken == [], "\n\n".join(broken)
