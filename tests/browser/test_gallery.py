"""Finding images again: filters, search, months, paging and what a first view weighs."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Response, expect

from tests.browser.conftest import Visits, sizes
from tests.browser.looks import at_rest, images, menu, shown
from tests.member import Member, Team

MOST_BYTES = 60_000
MOST_REQUESTS = 12

# How far things have jumped since the page was opened, once its next two frames are drawn.
SHIFTS = """() => new Promise((done) => {
  const shifts = [];
  const where = (box) => [box.x, box.y, box.width, box.height].map(Math.round).join(" ");
  const told = ({ node, previousRect, currentRect }) =>
    `${node?.nodeName}.${node?.className}: ${where(previousRect)} -> ${where(currentRect)}`;
  const add = (entries) => entries.forEach((entry) => shifts.push({
    value: entry.value, at: Math.round(entry.startTime), sources: entry.sources.map(told),
  }));
  const observer = new PerformanceObserver((list) => add(list.getEntries()));
  observer.observe({ type: "layout-shift", buffered: true });
  const end = () => {
    add(observer.takeRecords());
    done(shifts);
  };
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(end)));
})"""


@pytest.fixture(scope="module")
def finder(team: Team) -> Member:
    """A member with a few images that can be told apart."""
    member = team.joined()
    member.waits_for(
        member.press("a blue owl", 2),
        member.press("a red fox in snow", 2),
        member.press("a green fox", 1, ["https://example.org/a.png"]),
        member.press("a grey fox [failed]"),
    )
    return member


def search(page: Page) -> Locator:
    return page.get_by_role("searchbox", name="Search prompts and notes")


def all_images(page: Page) -> Locator:
    return page.locator("#gallery").get_by_role("img")


@sizes
def test_image_is_found_by_word_month_and_member(
    size: tuple[int, int], visit: Visits, finder: Member
) -> None:
    page = visit(finder, "/gallery/", size=size)
    # Not searched for yet: the word goes along with the filter.
    search(page).fill("fox sno")
    page.get_by_role("button", name="Member").click()
    page.get_by_role("dialog", name="Member").get_by_role("link", name=finder.username).click()
    page.get_by_role("button", name="Date").click()
    page.get_by_role("dialog", name="Date").get_by_role("link").first.click()
    shown(images(page, "a red fox in snow"), 2)
    expect(all_images(page)).to_have_count(2)
    expect(page).to_have_url(re.compile(r"q=fox\+sno&member=mina\d+&month=\d{4}-\d\d$"))
    images(page, "a red fox in snow").first.click()
    expect(page).to_have_url(re.compile(r"/images/.*in=gallery&q=fox\+sno"))
    page.go_back()
    page.get_by_role("link", name="Remove filter: Member").click()
    expect(page).to_have_url(re.compile(r"q=fox\+sno&month=\d{4}-\d\d$"))
    page.get_by_role("link", name="Clear all").click()
    expect(page).to_have_url(re.compile(r"/gallery/$"))


@sizes
def test_chip_is_switched_on_and_off_and_says_so(
    size: tuple[int, int], visit: Visits, finder: Member
) -> None:
    page = visit(finder, f"/gallery/?member={finder.username}", size=size)
    page.get_by_role("link", name="Has references").click()
    expect(all_images(page)).to_have_count(1)
    chip = page.get_by_role("link", name="Has references")
    expect(chip).to_have_attribute("aria-current", "true")
    chip.click()
    expect(all_images(page)).to_have_count(5)


def test_the_cross_in_the_search_ends_it_and_keeps_the_filters(
    visit: Visits, finder: Member
) -> None:
    page = visit(finder, f"/gallery/?member={finder.username}&q=zebra")
    # What a press on the cross says, which no test can hit: it has no name.
    search(page).evaluate(
        """(field) => {
             field.value = "";
             field.dispatchEvent(new Event("search", {bubbles: true}));
           }"""
    )
    page.wait_for_url(lambda url: "zebra" not in url)
    assert f"member={finder.username}" in page.url
    expect(all_images(page).first).to_be_visible()


def test_filters_and_search_work_without_scripts(visit: Visits, finder: Member) -> None:
    page = visit(finder, "/gallery/", scripts=False)
    page.get_by_role("button", name="Member").click()
    page.get_by_role("dialog", name="Member").get_by_role("link", name=finder.username).click()
    expect(all_images(page)).to_have_count(5)
    search(page).fill('"blue owl"')
    search(page).press("Enter")
    expect(all_images(page)).to_have_count(2)
    page.get_by_role("navigation", name="Months").get_by_role("link").first.click()
    expect(page).to_have_url(re.compile("before="))
    expect(all_images(page)).to_have_count(2)
    # This month is the newest.
    expect(page.get_by_role("link", name="Newer")).to_have_count(0)
    search(page).fill("zebra")
    search(page).press("Enter")
    expect(page.get_by_role("heading", name="No matching images")).to_be_visible()
    page.get_by_role("link", name="Show all images").click()
    expect(page.get_by_role("heading", name="Gallery")).to_be_visible()


@sizes
def test_history_is_filtered_too_and_has_what_went_wrong(
    size: tuple[int, int], visit: Visits, finder: Member
) -> None:
    page = visit(finder, "/history/", size=size)
    sections = page.locator("section[data-batch]")
    expect(sections).to_have_count(4)
    page.get_by_role("searchbox", name="Search prompts").fill("fox")
    page.get_by_role("searchbox", name="Search prompts").press("Enter")
    expect(sections).to_have_count(3)
    page.get_by_role("link", name="Problems").click()
    expect(sections).to_have_count(1)
    expect(sections.get_by_role("heading", name="a grey fox [failed]")).to_be_visible()
    page.get_by_role("button", name="Member").click()
    page.get_by_role("dialog", name="Member").get_by_role("link", name="Everyone").click()
    expect(page.get_by_role("heading", name="Everyone's history")).to_be_visible()


def test_new_image_that_does_not_match_is_not_told(
    visit: Visits, finder: Member, newcomer: Member
) -> None:
    page = visit(finder, f"/gallery/?member={newcomer.username}&q=moth")
    newcomer.waits_for(newcomer.press("a lamp"), newcomer.press("a moth"))
    page.get_by_role("button", name="1 new").click()
    shown(images(page, "a moth"), 1)
    expect(all_images(page)).to_have_count(1)


@sizes
def test_pill_stands_over_the_top_of_the_grid_and_the_numbers_follow_it(
    size: tuple[int, int], visit: Visits, newcomer: Member
) -> None:
    newcomer.waits_for(newcomer.press("a lamp", 8))
    page = visit(newcomer, f"/gallery/{newcomer.username}/", size=(size[0], 500))
    expect(page.get_by_text("8 images", exact=True)).to_be_visible()
    newcomer.waits_for(newcomer.press("a moth"))
    pill = page.get_by_role("button", name="1 new")
    expect(pill).to_be_visible()
    at_rest(page)
    assert page.evaluate(SHIFTS) == []
    assert top(pill) >= top(page.locator("#gallery"))
    page.mouse.move(100, 300)
    page.mouse.wheel(0, 400)
    page.wait_for_function("() => scrollY > 100")
    expect(pill).to_be_in_viewport(ratio=1)
    pill.click()
    expect(page.get_by_text("9 images", exact=True)).to_be_visible()
    expect(page.locator("#rail .rail__count").first).to_have_text("9")


def top(thing: Locator) -> float:
    box = thing.bounding_box()
    assert box
    return box["y"]


@pytest.fixture(scope="module")
def collector(team: Team) -> Member:
    """Somebody with more than a page of images."""
    return team.joined_with({"a heron in the reeds": 8}, times=7)


@sizes
@pytest.mark.parametrize("path", ["/gallery/{}/", "/", "/history/"])
def test_first_view_is_light_quick_and_does_not_jump(
    path: str, size: tuple[int, int], visit: Visits, collector: Member
) -> None:
    answers: list[Response] = []

    def listen(page: Page) -> None:
        page.on("response", lambda answer: answers.append(answer))

    page = visit(collector, path.format(collector.username), size=size, before=listen)
    page.wait_for_load_state("networkidle")
    if "gallery" in path:
        expect(page.get_by_text("56 images", exact=True)).to_be_visible()
    at_rest(page)
    # The studio's box shows what only scripts can do.
    shifts = page.evaluate(SHIFTS)
    assert sum(shift["value"] for shift in shifts) <= (0.01 if path == "/" else 0), shifts
    weights: dict[str, Any] = {
        answer.url: answer.request.sizes()
        for answer in answers
        if not re.search(r"\.webp|/file/|/live/|after=", answer.url)
    }
    weight = sum(
        size["responseBodySize"] + size["responseHeadersSize"] for size in weights.values()
    )
    assert len(weights) <= MOST_REQUESTS, sorted(weights)
    assert weight <= MOST_BYTES, weights


@sizes
def test_back_leads_to_the_same_image(size: tuple[int, int], visit: Visits, finder: Member) -> None:
    page = visit(finder, f"/gallery/?member={finder.username}", size=(size[0], 300))
    image = images(page, "a blue owl").last
    image.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    image.click()
    expect(page).to_have_url(re.compile("/images/"))
    menu(page, "Gallery")
    page.go_back()
    expect(image).to_be_in_viewport()
    page.wait_for_function("(y) => Math.abs(scrollY - y) < 3", arg=before)
