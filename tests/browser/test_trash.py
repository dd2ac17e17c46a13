"""The trash in the browser: back from it, and for good."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE, Visits, sizes
from tests.browser.looks import bar, boxes, links, toast
from tests.member import Member


def throw_away(artist: Member, count: int) -> None:
    images = [path.split("/")[2] for path in artist.gallery(artist.username)[:count]]
    artist.send("/gallery/", "/bulk/", kind="trash", image=images)


@pytest.mark.parametrize(
    ("size", "scripts"),
    [(PHONE, True), (DESKTOP, True), (PHONE, False)],
    ids=["phone", "desktop", "without-scripts"],
)
def test_images_come_back_and_undo_throws_them_away_again(
    size: tuple[int, int], scripts: bool, visit: Visits, artist: Member
) -> None:
    throw_away(artist, 3)
    page = visit(artist, "/trash/", size=size, scripts=scripts)
    expect(links(page)).to_have_count(3)
    boxes(page).nth(0).check(force=True)
    boxes(page).nth(1).check(force=True)
    bar(page).get_by_role("button", name="Restore").click()
    expect(page.get_by_text("1 image", exact=True)).to_be_visible()
    said = toast(page, "2 restored")
    expect(said).to_be_visible()
    expect(links(page)).to_have_count(1)
    said.get_by_role("button", name="Undo").click()
    expect(links(page)).to_have_count(3)
    assert len(artist.gallery(artist.username)) == 3


@sizes
def test_only_emptying_asks(size: tuple[int, int], visit: Visits, artist: Member) -> None:
    throw_away(artist, 2)
    page = visit(artist, "/trash/", size=size)
    page.get_by_role("link", name="Empty trash").click()
    expect(page.get_by_role("heading", name="Permanently delete 2 images?")).to_be_visible()
    page.get_by_role("link", name="Back to trash").click()
    expect(links(page)).to_have_count(2)
    page.get_by_role("link", name="Empty trash").click()
    page.get_by_role("button", name="Permanently delete").click()
    expect(toast(page, "2 images were permanently deleted")).to_be_visible()
    expect(page.get_by_role("heading", name="The trash is empty")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/trash/$"))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@sizes
def test_an_image_opens_over_the_trash_and_restoring_leads_to_the_next(
    size: tuple[int, int], visit: Visits, artist: Member
) -> None:
    throw_away(artist, 3)
    page = visit(artist, "/trash/", size=size)
    links(page).nth(1).click()
    over = page.get_by_role("dialog", name="Image")
    expect(over.locator("image-stage[data-ready]")).to_have_count(1)
    first = page.url
    panel = page.get_by_role("complementary", name="Details")
    if not panel.is_visible():
        page.get_by_role("button", name="Show details").click()
    expect(panel.get_by_text("This image is in the trash.")).to_be_visible()
    over.get_by_role("button", name="Restore").click()
    expect(toast(page, "Restored")).to_be_visible()
    expect(page).not_to_have_url(first)
    expect(panel.get_by_text("This image is in the trash.")).to_be_visible()
    if size == PHONE:  # the sheet first
        page.keyboard.press("Escape")
        expect(panel).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile(r"/trash/$"))
    expect(links(page)).to_have_count(2)
    assert len(artist.gallery(artist.username)) == 4
