"""Every page meets WCAG 2.2 AA as far as axe-core can tell, in both themes."""

from __future__ import annotations

from functools import partial

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import DESKTOP, PHONE, Visits
from tests.browser.looks import at_rest, use_theme
from tests.browser.sights import SIGHTS, Paths, path_of, seed
from tests.member import Member

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser-sights")]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def paths(owner: Member) -> Paths:
    return seed(owner)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("name", SIGHTS)
def test_axe_finds_nothing(
    name: str, size: tuple[int, int], visit: Visits, owner: Member, paths: Paths
) -> None:
    sight = SIGHTS[name]
    visit.expected.append(f"{sight.status} (")
    page = visit(
        None if sight.outside else owner,
        path_of(sight, paths),
        size=size,
        before=partial(use_theme, theme="light"),
    )
    if sight.act:
        sight.act(page)
    found = broken_rules(page)
    # The same sight in the other theme, as the chooser changes it.
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    found += [f"dark: {sentence}" for sentence in broken_rules(page)]
    assert found == [], "\n\n".join(found)


def broken_rules(page: Page) -> list[str]:
    at_rest(page)
    found = Axe().run(page, options={"runOnly": RULES})
    return [
        f"{rule['id']}: {node['html'][:160]} {node['failureSummary']}"
        for rule in found.response["violations"]
        for node in rule["nodes"]
    ]
