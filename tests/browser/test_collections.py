"""Collections in the browser: made, arranged by drag, keys and plain buttons, deleted, undone."""

from __future__ import annotations

import re
from functools import partial

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import DESKTOP, PHONE, Visits, sizes
from tests.browser.looks import bar, boxes, links, mark, marked, menu, tab_to, toast
from tests.member import Member
from tests.stack import until


@pytest.fixture
def album(artist: Member) -> Member:
    """The artist with a collection of their images."""
    images = [path.split("/")[2] for path in artist.gallery(artist.username)]
    name = birds_of(artist)
    artist.send("/gallery/", "/bulk/", kind="collect", image=images, collection_name=name)
    return artist


def birds_of(artist: Member) -> str:
    """The collection's name."""
    return f"Birds of {artist.username}"


def opened(
    visit: Visits,
    album: Member,
    size: tuple[int, int],
    scripts: bool = True,
    by: Member | None = None,
) -> Page:
    page = visit(by or album, "/collections/", size=size, scripts=scripts)
    page.get_by_role("link", name=birds_of(album)).first.click()
    # The list names it as well, and a forced click meets nothing while its page is not painted yet.
    page.wait_for_url(re.compile(r"/collections/[0-9a-f-]{36}/"))
    expect(page.get_by_role("heading", name=birds_of(album))).to_be_visible()
    return page


def places(page: Page) -> list[str]:
    found = page.locator("[data-image]").all()
    return [place.get_attribute("data-image") or "" for place in found]


def tile(page: Page, number: int) -> Locator:
    return page.get_by_role("listitem").filter(has=page.get_by_role("img")).nth(number)


@sizes
def test_one_is_named_and_found_in_the_menu(
    size: tuple[int, int], visit: Visits, newcomer: Member
) -> None:
    page = visit(newcomer, size=size)
    menu(page, "Collections").click()
    page.get_by_label("Name of a new collection").fill(f"Ideas of {newcomer.username}")
    page.get_by_label("Only you can see it").check()
    page.get_by_role("button", name="Create").click()
    heading = page.get_by_role("heading", name=f"Ideas of {newcomer.username}")
    expect(heading).to_be_visible()
    expect(page.get_by_text("visible only to you")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def arranging(
    visit: Visits,
    album: Member,
    size: tuple[int, int],
    scripts: bool = True,
    by: Member | None = None,
) -> tuple[Page, list[str]]:
    """The page on which they are put in order, and the order before."""
    page = opened(visit, album, size, scripts, by)
    page.get_by_role("link", name="Arrange").click()
    expect(page.get_by_role("link", name="Done")).to_be_visible()
    return page, places(page)


def expect_order(page: Page, order: list[str]) -> None:
    """On the page, and for good."""
    until(lambda: places(page) == order, "the images stand in this order")
    page.get_by_role("link", name="Done").click()
    expect(page.get_by_role("link", name="Arrange")).to_be_visible()
    assert places(page) == order


@pytest.mark.parametrize(
    ("size", "scripts"),
    [(PHONE, True), (DESKTOP, True), (PHONE, False)],
    ids=["phone", "desktop", "without-scripts"],
)
def test_the_arrows_move_an_image_and_undo_takes_it_back(
    size: tuple[int, int], scripts: bool, visit: Visits, album: Member
) -> None:
    page, before = arranging(visit, album, size, scripts)
    mark(page)
    tile(page, 0).get_by_role("button", name="Move later").click()
    moved = [before[1], before[0], *before[2:]]
    expect(tile(page, 0)).to_have_attribute("data-image", moved[0])
    later = tile(page, 1).get_by_role("button", name="Move later")
    said = toast(page, "Now at position 2 of 6.")
    expect(said).to_be_visible()
    if scripts:
        expect(later).to_be_focused()
    said.get_by_role("button", name="Undo").click()
    expect(toast(page, "Undone.")).to_be_visible()
    until(lambda: places(page) == before, "they stand as before")
    if scripts:
        expect(tile(page, 0).get_by_role("button", name="Move earlier")).to_be_focused()
        assert marked(page), "the page was loaded again"
    tile(page, 0).get_by_role("button", name="Move later").click()
    expect(tile(page, 0)).to_have_attribute("data-image", moved[0])
    expect_order(page, moved)


@sizes
def test_keys_move_an_image_and_undo_takes_all_steps_back(
    size: tuple[int, int], visit: Visits, album: Member
) -> None:
    page, before = arranging(visit, album, size)
    columns = sum(
        one.evaluate("li => li.offsetTop") == tile(page, 0).evaluate("li => li.offsetTop")
        for one in page.locator("[data-image]").all()
    )
    earlier = page.get_by_role("button", name="Move earlier")
    earlier.first.focus()
    for key, at in (("ArrowRight", 1), ("ArrowLeft", 0), ("ArrowDown", columns), ("ArrowUp", 0)):
        page.keyboard.press(key)
        expect(earlier.nth(at if at < len(before) else 0)).to_be_focused()
    for _ in range(3):
        page.keyboard.press("Shift+ArrowRight")
    expect(earlier.nth(3)).to_be_focused()
    said = toast(page, "Now at position 4 of 6.")
    expect(said).to_be_visible()
    assert places(page) == [*before[1:4], before[0], *before[4:]]
    tab_to(page, said.get_by_role("button", name="Undo"))
    page.keyboard.press("Enter")
    expect(toast(page, "Undone.")).to_be_visible()
    assert places(page) == before
    expect(earlier.first).to_be_focused()
    page.keyboard.press("Shift+ArrowLeft")
    expect(page.get_by_text("This image is already first")).to_be_attached()
    page.keyboard.press("Shift+ArrowRight")
    expect_order(page, [before[1], before[0], *before[2:]])


def test_undo_leaves_a_colleagues_later_move_alone(
    visit: Visits, album: Member, owner: Member
) -> None:
    page, before = arranging(visit, album, DESKTOP)
    tile(page, 0).get_by_role("button", name="Move later").click()
    said = toast(page, "Now at position 2 of 6.")
    expect(said).to_be_visible()
    other, _order = arranging(visit, album, DESKTOP, by=owner)
    other.locator(f"[data-image='{before[0]}']").get_by_role("button", name="Move later").click()
    expect(toast(other, "Now at position 3 of 6.")).to_be_visible()
    said.get_by_role("button", name="Undo").click()
    expect(toast(page, "Not undone because the image has been moved since.")).to_be_visible()
    expect_order(page, [before[1], before[2], before[0], *before[3:]])


def test_a_move_that_is_not_kept_goes_back(visit: Visits, album: Member) -> None:
    visit.expected += ["ERR_INTERNET_DISCONNECTED", "htmx:sendError", "htmx:afterRequest"]
    page, before = arranging(visit, album, DESKTOP)
    page.context.set_offline(True)
    tile(page, 0).get_by_role("button", name="Move later").click()
    expect(toast(page, "Could not reach the studio.")).to_be_visible()
    assert places(page) == before
    page.context.set_offline(False)


def test_an_image_is_dragged_to_another_place(visit: Visits, album: Member) -> None:
    page, before = arranging(visit, album, DESKTOP)
    first, third = tile(page, 0).get_by_role("img"), tile(page, 2).get_by_role("img")
    box, to = first.bounding_box(), third.bounding_box()
    assert box
    assert to
    page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.mouse.down()
    for x in range(int(box["x"]) + 40, int(to["x"] + to["width"]) - 20, 20):
        page.mouse.move(x, to["y"] + 40)
    # Where it would be let go is seen, and not itself.
    image = page.locator(f"[data-image='{before[0]}'] img")
    expect(image).to_be_hidden()
    page.mouse.up()
    expect(image).to_be_visible()
    said = toast(page, "Now at position")
    expect(said).to_be_visible()
    moved = places(page)
    assert moved != before
    page.reload()
    assert places(page) == moved


def test_an_image_is_held_and_dragged_by_finger(visit: Visits, album: Member) -> None:
    page, before = arranging(visit, album, PHONE)
    image = tile(page, 0).get_by_role("img")
    image.scroll_into_view_if_needed()
    box = image.bounding_box()
    assert box
    x, y = box["x"] + 60, box["y"] + 60
    session = page.context.new_cdp_session(page)
    send = partial(session.send, "Input.dispatchTouchEvent")
    send({"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    expect(tile(page, 0)).to_have_class(re.compile("is-chosen"))
    for step in range(1, 10):
        send({"type": "touchMove", "touchPoints": [{"x": x + step * 18, "y": y}]})
    send({"type": "touchEnd", "touchPoints": []})
    expect(toast(page, "Now at position 2 of 6.")).to_be_visible()
    assert places(page) == [before[1], before[0], *before[2:]]


@sizes
def test_an_image_is_taken_out_and_comes_back_to_its_place(
    size: tuple[int, int], visit: Visits, album: Member
) -> None:
    page = opened(visit, album, size)
    before = places(page)
    boxes(page).nth(1).check(force=True)
    bar(page).get_by_role("button", name="More").click()
    page.get_by_role("button", name="Remove from this collection").click()
    said = toast(page, f"Removed from “{birds_of(album)}”")
    expect(said).to_be_visible()
    expect(links(page)).to_have_count(5)
    said.get_by_role("button", name="Undo").click()
    expect(links(page)).to_have_count(6)
    page.reload()
    assert places(page) == before


@pytest.mark.parametrize(
    ("size", "scripts"),
    [(PHONE, True), (DESKTOP, True), (PHONE, False)],
    ids=["phone", "desktop", "without-scripts"],
)
def test_the_cover_is_chosen_and_undone(
    size: tuple[int, int], scripts: bool, visit: Visits, album: Member
) -> None:
    page, order = arranging(visit, album, size, scripts)
    mark(page)
    buttons = page.get_by_role("button", name="Use as cover")
    unchosen = page.get_by_text("Cover (first image)").filter(visible=True)
    expect(tile(page, 0).locator(unchosen)).to_be_visible()
    expect(unchosen).to_have_count(1)
    for number in (3, 1):
        buttons.nth(number).click()
        expect(toast(page, "This image is now the cover.").last).to_be_visible()
        expect(buttons.nth(number)).to_have_attribute("aria-pressed", "true")
        expect(buttons.nth(number)).to_have_text("Cover", use_inner_text=True)
        expect(page.locator("[data-cover][aria-pressed=true]")).to_have_count(1)
        expect(unchosen).to_have_count(0)
        if scripts:
            expect(buttons.nth(number)).to_be_focused()
    toast(page, "This image is now the cover.").last.get_by_role("button", name="Undo").click()
    expect(buttons.nth(3)).to_have_attribute("aria-pressed", "true")
    expect(buttons.nth(1)).to_have_text("Use as cover", use_inner_text=True)
    if scripts:
        expect(buttons.nth(3)).to_be_focused()
        assert marked(page), "the page was loaded again"
    menu(page, "Collections").click()
    cover = page.get_by_role("link", name=birds_of(album)).first.locator("img")
    assert order[3] in (cover.get_attribute("src") or "")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "none"])
def test_only_what_can_be_moved_further_offers_it(
    scripts: bool, visit: Visits, album: Member
) -> None:
    page, before = arranging(visit, album, DESKTOP, scripts)

    def ended(step: str) -> list[int]:
        buttons = page.locator(f"button[name=step][value={step}]").all()
        told = [button.get_attribute("aria-disabled") for button in buttons]
        assert set(told) == {None, "true"}
        return [place for place, said in enumerate(told) if said]

    assert (ended("earlier"), ended("later")) == ([0], [5])
    assert (ended("first"), ended("last")) == ([0], [5])
    moved = [before[1], before[0], *before[2:]]
    tile(page, 0).get_by_role("button", name="Move later").click()
    until(lambda: places(page) == moved, "it is moved")
    assert (ended("earlier"), ended("later")) == ([0], [5])
    tile(page, 5).get_by_role("button", name="Move later").click(force=True)
    expect(page.get_by_text("This image is already last")).to_be_attached()
    assert places(page) == moved


@sizes
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "none"])
def test_one_press_leads_to_either_end(
    size: tuple[int, int], scripts: bool, visit: Visits, album: Member
) -> None:
    page, before = arranging(visit, album, size, scripts)
    tile(page, 4).get_by_role("button", name="Move to the start").click()
    expect(toast(page, "Now at position 1 of 6.")).to_be_visible()
    order = [before[4], *before[:4], before[5]]
    assert places(page) == order
    tile(page, 1).get_by_role("button", name="Move to the end").click()
    expect(toast(page, "Now at position 6 of 6.")).to_be_visible()
    assert places(page) == [order[0], *order[2:], order[1]]
    if scripts and size == DESKTOP:
        tile(page, 5).get_by_role("button", name="Move later").press("Shift+Home")
        expect(toast(page, "Now at position 1 of 6.").last).to_be_visible()
        expect(tile(page, 0).get_by_role("button", name="Move to the start")).to_be_visible()
        assert places(page) == [order[1], order[0], *order[2:]]
    page.reload()
    expect(tile(page, 0).get_by_role("button", name="Move to the start")).to_be_visible()


@sizes
def test_the_cover_is_said_in_one_line(size: tuple[int, int], visit: Visits, album: Member) -> None:
    page, _order = arranging(visit, album, size)
    buttons = page.get_by_role("button", name="Use as cover")
    buttons.first.click()
    expect(buttons.first).to_have_text("Cover", use_inner_text=True)
    heights = [
        thing.evaluate("it => [...it.children].find((one) => one.checkVisibility()).offsetHeight")
        for thing in (buttons.nth(0), buttons.nth(1))
    ]
    assert heights[0] == heights[1]


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "none"])
def test_a_deleted_one_comes_back_by_undo(scripts: bool, visit: Visits, album: Member) -> None:
    page = opened(visit, album, DESKTOP, scripts)
    page.get_by_role("link", name="Edit").click()
    page.get_by_role("button", name="Delete collection").click()
    said = toast(page, f"“{birds_of(album)}” was deleted. Its images were kept.")
    expect(said).to_be_visible()
    said.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", name=birds_of(album))).to_be_visible()
    expect(links(page)).to_have_count(6)
