"""Collections in the browser: made, arranged by drag, keys and plain buttons, deleted, undone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import DESKTOP, PHONE, Visits
from tests.browser.looks import menu
from tests.browser.test_selection import artist, bar, boxes, links, toast
from tests.member import Member

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
__all__ = ["artist"]
SIZES = pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])


@pytest.fixture
def album(artist: Member) -> Member:
    """The artist with a collection of his pictures."""
    images = [path.split("/")[2] for path in artist.gallery(artist.username)]
    artist.send("/gallery/", "/bulk/", kind="collect", image=images, collection_name="Birds")
    return artist


def opened(visit: Visits, member: Member, size: tuple[int, int], scripts: bool = True) -> Page:
    page = visit(member, "/collections/", size=size, scripts=scripts)
    page.get_by_role("link", name="Birds").first.click()
    expect(page.get_by_role("heading", name="Birds")).to_be_visible()
    return page


def places(page: Page) -> list[str]:
    found = page.locator("[data-image]").all()
    return [place.get_attribute("data-image") or "" for place in found]


def tile(page: Page, number: int) -> Locator:
    return page.get_by_role("listitem").filter(has=page.get_by_role("img")).nth(number)


@SIZES
def test_one_is_named_and_found_in_the_menu(
    size: tuple[int, int], visit: Visits, newcomer: Member
) -> None:
    page = visit(newcomer, size=size)
    menu(page, "Collections").click()
    page.get_by_label("Name of a new collection").fill(f"Ideas of {newcomer.username}")
    page.get_by_label("Only I see it").check()
    page.get_by_role("button", name="Create").click()
    heading = page.get_by_role("heading", name=f"Ideas of {newcomer.username}")
    expect(heading).to_be_visible()
    expect(page.get_by_text("only you see it")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(
    ("size", "scripts"),
    [(PHONE, True), (DESKTOP, True), (PHONE, False)],
    ids=["phone", "desktop", "without-scripts"],
)
def test_the_arrows_move_a_picture_and_the_order_stays(
    size: tuple[int, int], scripts: bool, visit: Visits, album: Member
) -> None:
    page = opened(visit, album, size, scripts)
    before = places(page)
    page.get_by_role("link", name="Arrange").click()
    expect(page.get_by_role("link", name="Done")).to_be_visible()
    tile(page, 0).get_by_role("button", name="Later").click()
    moved = [before[1], before[0], *before[2:]]
    expect(tile(page, 0)).to_have_attribute("data-image", moved[0])
    if scripts:
        later = tile(page, 1).get_by_role("button", name="Later")
        expect(later).to_be_focused()
        expect(page.get_by_text("Now at place 2")).to_be_attached()
    page.get_by_role("link", name="Done").click()
    expect(page.locator("[data-image]").first).to_have_attribute("data-image", moved[0])
    assert places(page) == moved


def test_a_picture_is_dragged_to_another_place(visit: Visits, album: Member) -> None:
    page = opened(visit, album, DESKTOP)
    before = places(page)
    page.get_by_role("link", name="Arrange").click()
    first, third = tile(page, 0).get_by_role("img"), tile(page, 2).get_by_role("img")
    with page.expect_response(lambda answer: "/move/" in answer.url) as answer:
        first.drag_to(third, steps=8)
    assert answer.value.status == 204
    moved = places(page)
    assert moved != before
    page.reload()
    assert places(page) == moved


@SIZES
def test_a_picture_is_taken_out_and_comes_back_to_its_place(
    size: tuple[int, int], visit: Visits, album: Member
) -> None:
    page = opened(visit, album, size)
    before = places(page)
    boxes(page).nth(1).check(force=True)
    bar(page).get_by_role("button", name="More").click()
    page.get_by_role("button", name="Take out of this collection").click()
    said = toast(page, "Taken out of “Birds”")
    expect(said).to_be_visible()
    expect(links(page)).to_have_count(5)
    said.get_by_role("button", name="Undo").click()
    expect(links(page)).to_have_count(6)
    page.reload()
    assert places(page) == before


def test_the_cover_is_chosen(visit: Visits, album: Member) -> None:
    page = opened(visit, album, DESKTOP)
    page.get_by_role("link", name="Arrange").click()
    chosen = places(page)[3]
    tile(page, 3).get_by_role("button", name="Use as the cover").click()
    expect(toast(page, "This picture is the cover now.")).to_be_visible()
    menu(page, "Collections").click()
    cover = page.get_by_role("link", name="Birds").first.locator("img")
    assert chosen in (cover.get_attribute("src") or "")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "none"])
def test_a_deleted_one_comes_back_by_undo(scripts: bool, visit: Visits, album: Member) -> None:
    page = opened(visit, album, DESKTOP, scripts)
    page.get_by_role("link", name="Edit").click()
    page.get_by_role("button", name="Delete the collection").click()
    said = toast(page, "“Birds” is deleted; its pictures stay.")
    expect(said).to_be_visible()
    said.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", name="Birds")).to_be_visible()
    expect(links(page)).to_have_count(6)
