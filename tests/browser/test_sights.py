"""Every page, and what opens on one, at both sizes: nothing sticks out, controls can be hit, and it
meets WCAG 2.2 AA as far as axe-core can tell, in both themes. One visit for all of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import DESKTOP, PHONE, Browsers, Visits
from tests.browser.looks import at_rest, overflow, too_small
from tests.browser.sights import SIGHTS, Paths, path_of, seed
from tests.member import Member
from tests.stack import ROOT, Stack

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = Axe().axe_script
# All rules that look at colors: the others find in one theme what they find in the other.
COLOR_RULES = ["color-contrast", "link-in-text-block"]
RUN_AXE = """(rules) => axe.run({ runOnly: rules, resultTypes: ["violations"] })
  .then(({ violations }) => violations.flatMap((rule) => rule.nodes.map((node) =>
    `${rule.id}: ${node.html.slice(0, 160)} ${node.failureSummary}`)))"""
SCREENSHOTS = Path(".test", "screenshots")
# One thing of each kind that must not be, on a page that has none.
WRONG = """() => {
  document.querySelector("h1").remove();
  const add = (tag, style) => {
    const thing = document.querySelector("main").appendChild(document.createElement(tag));
    Object.assign(thing.style, style);
    return thing;
  };
  add("img", {}).src = "/favicon.ico";
  add("button", { width: "4000px", height: "20px", minHeight: 0, maxWidth: "none", flex: "none" });
  add("p", { color: "#222" }).textContent = "dark on whatever it stands on";
}"""

# Each size is a group of its own: together they are the longest of all modules.
sizes = pytest.mark.parametrize(
    "size",
    [
        pytest.param(size, id=name, marks=pytest.mark.xdist_group(f"browser-test_sights-{name}"))
        for name, size in (("phone", PHONE), ("desktop", DESKTOP))
    ],
)


@pytest.fixture(scope="session")
def paths(owner: Member) -> Paths:
    return seed(owner)


@pytest.fixture
def visit(browsers: Browsers, studio: Stack) -> Iterator[Visits]:
    visits = Visits(browsers, studio)
    yield visits
    visits.close()


@sizes
@pytest.mark.parametrize("name", SIGHTS)
def test_page(name: str, size: tuple[int, int], visit: Visits, owner: Member, paths: Paths) -> None:
    sight = SIGHTS[name]
    visit.expected.append(f"{sight.status} (")
    if sight.path.startswith("/?") or sight.path == "/":
        owner.send("/", "/draft/")  # of what an earlier sight has left in the box
    page = visit(
        None if sight.outside else owner,
        path_of(sight, paths),
        size=size,
        theme="light",
    )
    if sight.act:
        sight.act(page)
    expect_nothing_wrong(page, f"{name}-{size[0]}", size)


@pytest.mark.xdist_group("browser-test_sights-phone")
def test_whatever_is_wrong_is_told_at_once_with_a_screenshot(visit: Visits, owner: Member) -> None:
    page = visit(owner, "/help/", size=PHONE, theme="light")
    page.evaluate(WRONG)
    with pytest.raises(pytest.fail.Exception) as failure:
        expect_nothing_wrong(page, "wrong", PHONE)
    told = str(failure.value)
    for complaint in (
        "there is not exactly one h1",
        "the page scrolls sideways",
        "cut off at the side: <button",
        "too small for a finger: 4000.0 x 20.0",
        "image-alt: <img",
        "dark: color-contrast: <p",
    ):
        assert complaint in told
    assert "\ncolor-contrast" not in told, "dark grey on white is no fault"
    screenshot = ROOT / SCREENSHOTS / "wrong.png"
    assert f"screenshot: {SCREENSHOTS / 'wrong.png'}" in told
    assert screenshot.read_bytes().startswith(b"\x89PNG")
    screenshot.unlink()


def expect_nothing_wrong(page: Page, name: str, size: tuple[int, int]) -> None:
    complaints = faults(page, size)
    if complaints:
        path = SCREENSHOTS / f"{name}.png"
        page.screenshot(path=ROOT / path, full_page=True)
        pytest.fail("\n\n".join([page.url, *complaints, f"screenshot: {path}"]), pytrace=False)


def faults(page: Page, size: tuple[int, int]) -> list[str]:
    """Return everything that is wrong with the page as it stands there."""
    at_rest(page)
    found = []
    if page.get_by_role("main").count() != 1 or not page.get_by_role("main").is_visible():
        found.append("the main part is not visible")
    # What lies under an open image is out of reach.
    if page.locator("h1:not([inert] *)").count() != 1:
        found.append("there is not exactly one h1")
    found += overflow(page)
    if size == PHONE:
        found += too_small(page)
    page.evaluate(AXE)
    found += page.evaluate(RUN_AXE, RULES)
    # The same sight in the other theme, as the chooser changes it.
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    at_rest(page)
    found += [f"dark: {sentence}" for sentence in page.evaluate(RUN_AXE, COLOR_RULES)]
    return found
