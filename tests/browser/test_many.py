"""What is done to hundreds of images: a progress line, and all that follows it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Browsers, Visits, sizes
from tests.member import Member
from tests.stack import Stack

pytestmark = pytest.mark.xdist_group("browser-demo")


@pytest.fixture(scope="module")
def owner(demo: Stack) -> Member:
    return Member(demo, "olivia").log_in()


@pytest.fixture
def visit(browsers: Browsers, demo: Stack) -> Iterator[Visits]:
    visits = Visits(browsers, demo)
    yield visits
    visits.close()


def choose_all(page: Page) -> Locator:
    page.get_by_role("checkbox", name="Select: ").first.check(force=True)
    bar = page.get_by_role("form", name="Selection")
    bar.get_by_role("checkbox", name="All ").check()
    return bar


def hearts(page: Page) -> Locator:
    return page.locator("#gallery .tile [data-mark=favourite]")


def toast(page: Page, text: str) -> Locator:
    return page.locator("[data-toast]").filter(has_text=text)


@sizes
def test_favourites_by_the_hundred_show_on_their_tiles_and_are_taken_back(
    size: tuple[int, int], visit: Visits, owner: Member
) -> None:
    page = visit(owner, "/gallery/?favourites=1", size=size)
    before = page.locator("#gallery .tile").count()
    page.goto("/gallery/")
    tiles = page.locator("#gallery .tile").count()
    at_first = hearts(page).count()
    assert at_first < tiles
    choose_all(page).get_by_role("button", name="Favorite").click()
    expect(page.get_by_role("progressbar", name=" of ")).to_be_visible()
    done = toast(page, "added to favorites")
    expect(done).to_be_visible()
    expect(page.get_by_role("form", name="Selection")).to_be_hidden()
    expect(hearts(page)).to_have_count(48)
    done.get_by_role("button", name="Undo").click()
    expect(toast(page, "Undone for")).to_be_visible()
    expect(hearts(page)).to_have_count(at_first)
    page.goto("/gallery/?favourites=1")
    expect(page.locator("#gallery .tile")).to_have_count(before)


@sizes
def test_a_large_trash_empties_the_grid_and_its_undo_fills_it(
    size: tuple[int, int], visit: Visits, owner: Member
) -> None:
    page = visit(owner, "/gallery/", size=size)
    count = page.locator("#gallery-count").inner_text()
    choose_all(page).get_by_role("button", name="Trash").click()
    gone = toast(page, "moved to the trash")
    expect(gone).to_be_visible()
    expect(page.locator("#gallery .tile")).to_have_count(0)
    gone.get_by_role("button", name="Undo").click()
    expect(toast(page, "Undone for")).to_be_visible()
    expect(page.locator("#gallery .tile")).to_have_count(48)
    expect(page.locator("#gallery-count")).to_have_text(count)
