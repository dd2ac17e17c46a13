"""Every page on a phone and on a desk: nothing sticks out, and what one needs can be reached."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, Visits
from tests.browser.looks import (
    batches,
    fill_reference,
    generate,
    menu,
    pictures,
    prompt_box,
    shown,
    slot,
)
from tests.browser.sights import SIGHTS, Paths, path_of, seed
from tests.member import Member
from tests.stack import until

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser-sights")]
# Visible controls that are cut off at the side, outside of a place that scrolls by itself.
CUT_OFF = """() => [...document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary")].filter((control) => {
  if (!control.checkVisibility({visibilityProperty: true})) return false;
  const box = control.getBoundingClientRect();
  if (box.width < 2 || box.height < 2) return false;
  for (let place = control.parentElement; place; place = place.parentElement)
    if (/auto|scroll/.test(getComputedStyle(place).overflowX)) return false;
  return box.left < -1 || box.right > innerWidth + 1;
}).map((control) => control.outerHTML.slice(0, 120))"""

# Buttons, and links that look like buttons, that are too small for a finger.
SMALL = """() => [...document.querySelectorAll("button, .button, nav a, summary, select")]
  .filter((control) => control.checkVisibility({visibilityProperty: true}))
  .filter((control) => !control.matches(".visually-hidden"))
  .map((control) => [control.getBoundingClientRect(), control.outerHTML.slice(0, 120)])
  .filter(([box]) => box.width > 1 && (box.height < 43.5 || box.width < 43.5))
  .map(([box, text]) => `${box.width.toFixed(1)} x ${box.height.toFixed(1)}: ${text}`)"""


@pytest.fixture(scope="module")
def paths(owner: Member) -> Paths:
    return seed(owner)


sizes = pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])


def expect_fits(page: Page) -> None:
    width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width[0] <= width[1], f"{page.url} scrolls sideways: {width[0]} of {width[1]} px"
    assert page.evaluate(CUT_OFF) == [], page.url


@sizes
@pytest.mark.parametrize("name", SIGHTS)
def test_page_fits(
    name: str, size: tuple[int, int], visit: Visits, owner: Member, paths: Paths
) -> None:
    sight = SIGHTS[name]
    visit.expected.append(f"{sight.status} (")
    page = visit(None if sight.outside else owner, path_of(sight, paths), size=size)
    if sight.act:
        sight.act(page)
    expect(page.get_by_role("main")).to_be_visible()
    # What lies under an open picture is out of reach.
    expect(page.locator("h1:not([inert] *)")).to_have_count(1)
    expect_fits(page)
    if size == PHONE:
        assert page.evaluate(SMALL) == [], f"too small for a finger on {page.url}"


@sizes
def test_log_in_fits(size: tuple[int, int], visit: Visits) -> None:
    page = visit(size=size)
    expect(page.get_by_role("button", name="Log in")).to_be_in_viewport()
    expect_fits(page)


@sizes
def test_first_visit_fits_with_everything_in_reach(
    size: tuple[int, int], visit: Visits, newcomer: Member
) -> None:
    page = visit(newcomer, size=size)
    expect_fits(page)
    for control in (prompt_box(page), generate(page), menu(page, "Gallery")):
        expect(control).to_be_in_viewport(ratio=1)


def test_picture_is_made_and_found_on_a_phone(visit: Visits, member: Member) -> None:
    page, prompt = visit(member, size=PHONE), "an owl on a phone"
    prompt_box(page).tap()
    prompt_box(page).fill(prompt)
    page.locator("summary").filter(has_text="References & more").tap()
    page.get_by_role("group", name="Pictures").get_by_text("2", exact=True).tap()
    expect(generate(page)).to_have_text("Generate 2 · 1.0 credits")
    expect_fits(page)
    expect(generate(page)).to_be_in_viewport(ratio=1)
    generate(page).tap()
    shown(pictures(batches(page, prompt), prompt), 2)
    expect_fits(page)
    menu(page, "Gallery").tap()
    # Loaded as a whole: a tap before its scripts run opens the picture's own page.
    page.wait_for_url("**/gallery/")
    pictures(page, prompt).first.tap()
    picture = page.get_by_role("dialog", name="Picture").get_by_role("img", name=prompt)
    expect(picture.first).to_be_visible()
    expect(page.get_by_role("link", name="Download")).to_be_visible()


def test_folded_box_on_a_phone_tells_what_goes_along(
    visit: Visits, newcomer: Member, references: list[str]
) -> None:
    newcomer.send("/", "/draft/", prompt="a fox")
    page = visit(newcomer, size=PHONE)
    fold = page.locator("summary").filter(has_text="References & more")
    expect(fold).to_be_in_viewport(ratio=1)
    for said in ("attached", "private"):
        expect(fold).not_to_contain_text(said, use_inner_text=True)
    fold.tap()
    fill_reference(page, 1, references[0])
    page.get_by_role("button", name="Visibility").click()
    page.get_by_text("Only me", exact=True).click()
    page.keyboard.press("Escape")
    fold.press("Enter")
    expect(slot(page, 1)).to_be_hidden()
    for said in ("1 attached", "private"):
        expect(fold).to_contain_text(said, use_inner_text=True)
    expect(generate(page)).to_be_in_viewport(ratio=1)
    assert generate(page).bounding_box()["width"] > 300  # type: ignore[index]
    expect_fits(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_has_the_colours_that_one_has_asked_for(
    scheme: str, visit: Visits, owner: Member
) -> None:
    page = visit(owner, "/gallery/")
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    colour = "getComputedStyle(document.body).backgroundColor.match(/[\\d.]+/g).slice(0, 3)"

    def looks_dark() -> bool:
        return bool(max(map(float, page.evaluate(colour))) < 60)

    until(lambda: looks_dark() == (scheme == "dark"), f"the page is {scheme}", 10)
