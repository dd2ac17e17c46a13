"""Rating: by click, key and touch, one image or a selection, and what it is found by."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visits, sizes
from tests.browser.looks import bar, boxes, expect_fits, links, toast
from tests.browser.viewer import details, open_over, ready
from tests.member import Member, Team
from tests.stack import Stack


@pytest.fixture
def critic(team: Team) -> Member:
    """Somebody with three images."""
    return team.joined_with({"a heron": 3})


def star(page: Page, number: int) -> Locator:
    group = page.get_by_role("group", name="Rating").locator("visible=true")
    return group.get_by_role("button", name=f"Rate {number} of 5")


def rated(page: Page, number: int) -> None:
    """The image's page shows this rating."""
    for each in range(1, 6):
        pressed = "true" if each == number else "false"
        expect(star(page, each)).to_have_attribute("aria-pressed", pressed)


@sizes
def test_star_rates_and_undo_takes_it_back(
    size: tuple[int, int], visit: Visits, critic: Member
) -> None:
    page = visit(critic, f"/gallery/{critic.username}/", size=size)
    open_over(page, critic.gallery(critic.username)[0])
    details(page)
    for number in (1, 5):
        box = star(page, number).bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 44
    expect_fits(page)
    star(page, 4).click()
    expect(toast(page, "Rated 4 of 5")).to_be_visible()
    rated(page, 4)
    expect(star(page, 4)).to_be_focused()
    toast(page, "Rated 4 of 5").get_by_role("button", name="Undo").click()
    rated(page, 0)


def test_numbers_rate_and_the_same_again_takes_it_away(visit: Visits, critic: Member) -> None:
    paths = critic.gallery(critic.username)
    page = visit(critic, f"/gallery/{critic.username}/")
    open_over(page, paths[0])
    page.keyboard.press("3")
    rated(page, 3)
    page.keyboard.press("5")
    rated(page, 5)
    page.keyboard.press("5")
    expect(toast(page, "Rating removed")).to_be_visible()
    rated(page, 0)
    # With the details out of sight as well, and on to the next.
    page.keyboard.press("i")
    page.keyboard.press("2")
    expect(toast(page, "Rated 2 of 5")).to_be_visible()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("i")
    rated(page, 0)
    page.keyboard.press("Escape")
    tile = links(page).first
    expect(tile).to_have_accessible_name("a heron Stars: 2")


def test_press_in_the_very_moment_of_an_answer_stays_over_the_grid(
    visit: Visits, critic: Member, studio: Stack
) -> None:
    page = visit(critic, f"/gallery/{critic.username}/")
    path = critic.gallery(critic.username)[0]
    over = open_over(page, path)
    # As soon as the new stars stand there, which is sooner than a hand may be.
    page.evaluate(
        """new MutationObserver((_seen, watch) => {
             const star = (key) => document.querySelector(
               `#image-about [aria-pressed][aria-keyshortcuts="${key}"]`);
             if (star(2)?.ariaPressed !== "true") return;
             watch.disconnect();
             star(4).click();
           }).observe(document.body, { childList: true, subtree: true })"""
    )
    page.keyboard.press("2")
    expect(toast(page, "Rated 4 of 5")).to_be_visible()
    rated(page, 4)
    expect(over).to_be_visible()
    page.keyboard.press("Escape")
    expect(page).to_have_url(f"{studio.url}/gallery/{critic.username}/")


@sizes
def test_selection_is_rated_found_by_it_and_taken_back(
    size: tuple[int, int], visit: Visits, critic: Member
) -> None:
    page = visit(critic, f"/gallery/{critic.username}/", size=size)
    for number in (0, 2):
        boxes(page).nth(number).check(force=True)
    bar(page).get_by_role("button", name="More").click()
    expect_fits(page)
    star(page, 4).click()
    said = toast(page, "2 rated 4 of 5")
    expect(said).to_be_visible()
    expect(links(page).filter(has_text="Stars: 4")).to_have_count(2)
    for least, count in ((3, 2), (5, 0)):
        page.goto(f"/gallery/{critic.username}/")
        page.get_by_role("button", name="Rating").click()
        name = "5 stars" if least == 5 else "3 stars or more"
        page.get_by_role("dialog", name="Rating").get_by_role("link", name=name).click()
        expect(page.get_by_role("button", name="Rating: ")).to_be_visible()
        expect(links(page)).to_have_count(count)
        expect_fits(page)
    page.get_by_role("link", name="Remove filter: Rating").click()
    expect(links(page)).to_have_count(3)


def test_undo_of_a_selection_gives_each_tile_its_own_back(visit: Visits, critic: Member) -> None:
    page = visit(critic, critic.gallery(critic.username)[0])
    ready(page)
    page.keyboard.press("1")
    expect(toast(page, "Rated 1 of 5")).to_be_visible()
    page.goto(f"/gallery/{critic.username}/")
    for number in range(3):
        boxes(page).nth(number).check(force=True)
    bar(page).get_by_role("button", name="More").click()
    star(page, 5).click()
    expect(links(page).filter(has_text="Stars: 5")).to_have_count(3)
    toast(page, "3 rated 5 of 5").get_by_role("button", name="Undo").click()
    expect(links(page).filter(has_text="Stars:")).to_have_count(1)
    expect(links(page).first).to_have_accessible_name("a heron Stars: 1")


def test_favourite_shows_a_heart_on_its_tile(visit: Visits, critic: Member) -> None:
    page = visit(critic, f"/gallery/{critic.username}/")
    hearts = links(page).filter(has_text="Favorite")
    boxes(page).nth(1).check(force=True)
    bar(page).get_by_role("button", name="Favorite").click()
    expect(hearts).to_have_count(1)
    page.reload()
    expect(hearts).to_have_count(1)
    boxes(page).nth(1).check(force=True)
    bar(page).get_by_role("button", name="More").click()
    page.get_by_role("button", name="Remove from favorites").click()
    expect(hearts).to_have_count(0)
    toast(page, "Removed from favorites").get_by_role("button", name="Undo").click()
    expect(hearts).to_have_count(1)


def test_without_scripts_a_star_rates_and_the_pressed_one_takes_it_away(
    visit: Visits, critic: Member, studio: Stack
) -> None:
    path = critic.gallery(critic.username)[0]
    page = visit(critic, path, scripts=False)
    star(page, 3).click()
    expect(page).to_have_url(studio.url + path)
    expect(toast(page, "Rated 3 of 5.")).to_be_visible()
    rated(page, 3)
    star(page, 3).click()
    rated(page, 0)
    toast(page, "Rating removed.").get_by_role("button", name="Undo").click()
    page.goto(path)
    rated(page, 3)
    page.goto(f"/gallery/{critic.username}/?rating=3")
    expect(links(page)).to_have_count(1)
