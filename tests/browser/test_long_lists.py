"""Lists of many pages: upward from a month, and back to the place where one was."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import DESKTOP, PHONE, Browsers, Visits, sizes
from tests.browser.looks import settled
from tests.browser.viewer import gesture, ready
from tests.member import Member
from tests.stack import Stack, until

pytestmark = pytest.mark.xdist_group("browser-demo")
PAGE = 48
BATCHES = 10

# What is in sight, and where.
PLACES = """() => Object.fromEntries([...document.querySelectorAll("[data-image], .batch")]
  .map((thing) => [thing.id, thing.getBoundingClientRect()])
  .filter(([, box]) => box.bottom > 0 && box.top < innerHeight)
  .map(([id, box]) => [id, [box.left, box.top, box.width, box.height]]))"""
TWO_FRAMES = """() => new Promise((done) =>
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"""
ORDER = "(things) => things.map((thing) => thing.id)"


@pytest.fixture(scope="module")
def owner(demo: Stack) -> Member:
    return Member(demo, "olivia").log_in()


@pytest.fixture
def visit(browsers: Browsers, demo: Stack) -> Iterator[Visits]:
    visits = Visits(browsers, demo)
    yield visits
    visits.close()


def tiles(page: Page) -> Locator:
    return page.locator("#gallery [data-image]")


def batches(page: Page) -> Locator:
    return page.get_by_role("main").locator("section[data-batch]")


def newer(page: Page) -> Locator:
    return page.get_by_role("link", name="Newer", exact=True)


def to_month(page: Page, above: int) -> None:
    """The first month that has more than so many images above it, by the rail's own address: a
    phone has no rail."""
    months = page.locator("#rail a")
    counts = [int(text) for text in months.locator(".rail__count").all_text_contents()]
    number = next(n for n in range(len(counts)) if sum(counts[:n]) > above)
    page.goto(str(months.nth(number).get_attribute("href")))


def comes_in_above(page: Page, things: Locator) -> int:
    """Press for what is newer, and see that nothing in sight moves; how many have come."""
    first = things.evaluate_all(ORDER)[0]
    newer(page).scroll_into_view_if_needed()
    before = page.evaluate(PLACES)
    newer(page).click()
    until(lambda: things.evaluate_all(ORDER)[0] != first, "something has come")
    after = page.evaluate(PLACES)
    assert before
    for thing, box in before.items():
        assert thing in after
        assert after[thing] == pytest.approx(box, abs=1.5), thing  # a pixel and its rounding
    return int(things.evaluate_all(ORDER).index(first))


@sizes
def test_newer_images_come_in_above_without_moving_what_is_in_sight(
    size: tuple[int, int], visit: Visits, owner: Member
) -> None:
    page = visit(owner, "/gallery/", size=size)
    newest = tiles(page).evaluate_all(ORDER)[:PAGE]
    to_month(page, PAGE + 10)
    address = page.url
    assert comes_in_above(page, tiles(page)) == PAGE
    # A further press is up there; the row that was cut is whole again.
    newer(page).scroll_into_view_if_needed()
    expect(page.locator(".seam")).to_have_count(0)
    comes_in_above(page, tiles(page))
    while newer(page).count():
        comes_in_above(page, tiles(page))
    order = tiles(page).evaluate_all(ORDER)
    assert order[:PAGE] == newest
    assert order == sorted(set(order), reverse=True)
    expect(page.get_by_role("link", name="Go to newest")).to_have_count(0)
    assert page.url == address
    owner.waits_for(owner.press("a newcomer among many"))
    page.get_by_role("button", name="1 new").click()
    name = page.get_by_role("img", name="a newcomer among many", exact=True)
    expect(tiles(page).first).to_have_id(
        f"{tiles(page).filter(has=name).first.get_attribute('id')}"
    )
    expect(tiles(page)).to_have_count(len(order) + 1)


def test_way_up_by_keys_goes_on_at_the_nearest_of_those_that_came(
    visit: Visits, owner: Member
) -> None:
    page = visit(owner, "/gallery/")
    to_month(page, PAGE)
    was_first = str(tiles(page).first.get_attribute("id"))
    newer(page).press("Enter")
    expect(tiles(page).nth(PAGE)).to_have_id(was_first)
    expect(tiles(page).nth(PAGE - 1).get_by_role("link")).to_be_focused()


def test_newer_images_are_pages_without_scripts(visit: Visits, owner: Member) -> None:
    page = visit(owner, "/gallery/", scripts=False)
    to_month(page, PAGE + 10)
    below = tiles(page).first.get_attribute("href")
    newer(page).click()
    expect(page).to_have_url(re.compile(r"/gallery/\?above="))
    expect(tiles(page)).to_have_count(PAGE)
    page.get_by_role("link", name="Older").click()
    assert tiles(page).first.get_attribute("href") == below
    newer(page).click()
    newer(page).click()
    expect(page).to_have_url(re.compile(r"/gallery/$"))
    expect(newer(page)).to_have_count(0)


@sizes
def test_history_leads_up_too(size: tuple[int, int], visit: Visits, owner: Member) -> None:
    page = visit(owner, "/history/?everyone=1", size=size)
    newest = batches(page).evaluate_all(ORDER)[:BATCHES]
    for _ in range(2):
        older = page.get_by_role("link", name="Older").last
        page.goto(str(older.get_attribute("href")))
    while newer(page).count():
        comes_in_above(page, batches(page))
    assert batches(page).evaluate_all(ORDER)[:BATCHES] == newest


# --- back to the place


def middle(page: Page, number: int) -> Locator:
    """This tile, in the middle of the screen."""

    def there() -> bool:
        # At once: a wheel's scrolling goes on for a while, and over the place that is set below.
        page.evaluate("scrollTo({top: document.body.scrollHeight, behavior: 'instant'})")
        return tiles(page).count() > number

    until(there, "so many are there")
    tile = tiles(page).nth(number)
    tile.evaluate("(tile) => tile.scrollIntoView({block: 'center', behavior: 'instant'})")
    return page.locator(f"#{tile.get_attribute('id')}")


def stands_where_it_stood(page: Page, tile: Locator, was: float) -> None:
    expect(tile).to_be_in_viewport()
    top = "(tile) => tile.getBoundingClientRect().top"
    until(lambda: abs(tile.evaluate(top) - was) < 3, f"it stands at {was} again")


def top_of(tile: Locator) -> float:
    box = tile.bounding_box()
    assert box
    return box["y"]


@sizes
@pytest.mark.parametrize(
    ("way", "number"), [("back", 30), ("back", 3 * PAGE), ("Escape", 30), ("close", 3 * PAGE)]
)
def test_image_that_was_reloaded_over_the_grid_closes_to_its_place(
    way: str, number: int, size: tuple[int, int], visit: Visits, owner: Member, demo: Stack
) -> None:
    page = visit(owner, "/gallery/", size=size)
    tile = middle(page, number)
    was = top_of(tile)
    tile.get_by_role("link").click()
    ready(page)
    page.reload()
    ready(page)
    # Whatever one turns to meanwhile.
    page.keyboard.press("ArrowRight")
    settled(page)
    if way == "back":
        page.go_back()
    elif way == "Escape":
        page.keyboard.press("Escape")
    else:
        page.get_by_role("link", name="Close").click()
    expect(page).to_have_url(f"{demo.url}/gallery/")
    stands_where_it_stood(page, tile, was)
    assert page.evaluate("history.state") is None


def open_tile(page: Page, number: int) -> None:
    """Open the image of this tile over the grid."""
    tiles(page).nth(number).get_by_role("link").click()
    ready(page)


def turn(page: Page, by: str, times: int = 1) -> None:
    """To the next image, by this key or by a finger, so many times."""
    for _ in range(times):
        before = settled(page)
        if by == "swipe":
            gesture(page, *([(x, 350)] for x in range(300, 60, -20)))
        else:
            page.keyboard.press(by)
        until(partial(has_turned, page, before), "it has turned")


def has_turned(page: Page, before: str) -> bool:
    return settled(page) != before


def expect_on_tile(page: Page, path: str) -> None:
    """The image's tile is in sight, and the keys go on from there."""
    link = tiles(page).locator(f"a[href^='{path}']")
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize(
    ("size", "by", "first", "turns", "way"),
    [
        (DESKTOP, "ArrowRight", 2, 8, "Escape"),
        (DESKTOP, "j", 2, 20, "back"),
        (PHONE, "swipe", 2, 8, "back"),
        # Beyond what the grid has.
        (DESKTOP, "ArrowRight", PAGE - 4, 8, "Escape"),
    ],
)
def test_closing_leads_to_the_image_that_was_seen_last(
    size: tuple[int, int], by: str, first: int, turns: int, way: str, visit: Visits, owner: Member
) -> None:
    page = visit(owner, "/gallery/", size=size)
    # What one is about to reach without the grid has come no further than its first page.
    tiles(page).nth(first).get_by_role("link").evaluate("(link) => link.click()")
    ready(page)
    turn(page, by, turns)
    seen = settled(page)
    if way == "back":
        page.go_back()
    else:
        page.keyboard.press("Escape")
    expect_on_tile(page, seen)
    assert tiles(page).evaluate_all(ORDER).index(f"image-{seen.split('/')[2]}") == first + turns


def test_image_that_was_left_and_entered_again_closes_at_the_one_seen_last(
    visit: Visits, owner: Member
) -> None:
    page = visit(owner, "/gallery/")
    open_tile(page, 2)
    opened = settled(page)
    page.go_back()
    expect_on_tile(page, opened)
    page.go_forward()
    ready(page)
    turn(page, "j", 20)
    seen = settled(page)
    page.go_back()
    expect_on_tile(page, seen)
    # The browser puts the grid where it was left, a frame after it says so.
    page.evaluate(TWO_FRAMES)
    expect_on_tile(page, seen)


def test_closing_after_the_seen_one_was_trashed_leads_to_its_neighbour(
    visit: Visits, owner: Member
) -> None:
    page = visit(owner, "/gallery/")
    open_tile(page, 2)
    turn(page, "ArrowRight", 12)
    gone = settled(page)
    page.keyboard.press("Delete")
    until(lambda: settled(page) != gone, "the next one is shown")
    seen = settled(page)
    page.keyboard.press("Escape")
    expect_on_tile(page, seen)


def test_place_of_an_earlier_visit_is_not_where_an_image_closes(
    visit: Visits, owner: Member
) -> None:
    page = visit(owner, "/gallery/")
    middle(page, PAGE + 20)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Gallery").click()
    until(lambda: page.evaluate("scrollY") == 0, "the gallery is at its top")
    open_tile(page, 0)
    turn(page, "ArrowRight")
    seen = settled(page)
    page.keyboard.press("Escape")
    expect_on_tile(page, seen)
    assert page.evaluate("scrollY") == 0


@sizes
def test_back_and_reload_keep_the_place_among_newer_ones(
    size: tuple[int, int], visit: Visits, owner: Member
) -> None:
    page = visit(owner, "/gallery/", size=size)
    to_month(page, 2 * PAGE)
    comes_in_above(page, tiles(page))
    comes_in_above(page, tiles(page))
    tile = middle(page, PAGE + 20)
    was = top_of(tile)
    page.goto("/collections/")
    page.go_back()
    stands_where_it_stood(page, tile, was)
    page.reload()
    stands_where_it_stood(page, tile, was)
    tile.get_by_role("link").click()
    ready(page)
    page.reload()
    ready(page)
    page.go_back()
    stands_where_it_stood(page, tile, was)


def test_reload_at_the_top_shows_what_is_new(visit: Visits, owner: Member) -> None:
    page = visit(owner, "/gallery/", size=PHONE)
    # Some rows of them: what was the first is pushed down.
    owner.waits_for(owner.press("a latecomer", 8))
    page.reload()
    page.wait_for_load_state("networkidle")
    late = page.get_by_role("img", name="a latecomer", exact=True)
    expect(late.first).to_be_in_viewport()
    assert page.evaluate("scrollY") == 0


def test_the_months_stay_where_they_are_when_one_is_pressed(visit: Visits, owner: Member) -> None:
    page = visit(owner, "/gallery/")
    months = page.get_by_role("navigation", name="Months")
    at_top = months.bounding_box()
    to_month(page, PAGE)
    expect(newer(page)).to_be_visible()
    assert months.bounding_box() == at_top
