"""*Again* pressed several times: one notice that counts, and takes back what is not sent yet."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import DESKTOP, Visits, sizes
from tests.browser.looks import expect_fits, tab_to
from tests.browser.viewer import open_over, ready
from tests.member import Member
from tests.stack import Stack

# As many as may be sent at once, which get no answer: what comes after them waits.
IN_THE_WAY = "stones in the way [failed]"


@pytest.fixture
def crane(newcomer: Member) -> str:
    return newcomer.waits_for(newcomer.press("a crane in the reeds"))[0].image


def notice(page: Page) -> Locator:
    return page.locator("[data-toast]")


def press_regenerate(page: Page, says: str) -> None:
    page.get_by_role("button", name="Regenerate · 0.5 credits").click()
    expect(notice(page)).to_have_count(1)
    expect(notice(page)).to_contain_text(says)


@sizes
def test_presses_are_counted_and_what_is_not_sent_is_taken_back(
    size: tuple[int, int], visit: Visits, newcomer: Member, crane: str, studio: Stack
) -> None:
    page = visit(newcomer, f"/gallery/{newcomer.username}/", size=size)
    open_over(page, crane)
    before = studio.paid("a crane in the reeds")
    with studio.holding_answers(IN_THE_WAY):
        in_the_way = newcomer.press(IN_THE_WAY, 4)
        press_regenerate(page, "Generating one more image for 0.5 credits.")
        press_regenerate(page, "Generating 2 more images for 1.0 credits in total.")
        press_regenerate(page, "Generating 3 more images for 1.5 credits in total.")
        expect_fits(page)
        cancel = notice(page).get_by_role("button", name="Cancel")
        button, whole = cancel.bounding_box(), notice(page).bounding_box()
        assert button
        assert whole
        assert button["height"] >= 44 or size == DESKTOP
        assert whole["height"] <= 140
        cancel.click()
        expect(notice(page)).to_contain_text("3 images were canceled and are not charged.")
        expect(notice(page)).to_have_count(1)
        # The next press begins anew.
        page.get_by_role("button", name="Regenerate · 0.5 credits").click()
        expect(notice(page).last).to_contain_text("Generating one more image for 0.5 credits.")
    newcomer.waits_for(in_the_way)
    newcomer.waits_for("/history/")
    assert studio.paid("a crane in the reeds") - before == 1


def test_by_keys_alone_over_the_gallery_and_focus_goes_back(
    visit: Visits, newcomer: Member, crane: str, studio: Stack
) -> None:
    page = visit(newcomer, f"/gallery/{newcomer.username}/")
    open_over(page, crane)
    with studio.holding_answers(IN_THE_WAY):
        newcomer.press(IN_THE_WAY, 4)
        for says in ("Generating one more image", "2 more images"):
            page.keyboard.press("v")
            expect(notice(page)).to_contain_text(says)
        tab_to(page, notice(page).get_by_role("button", name="Cancel"), "Shift+Tab")
        page.keyboard.press("Enter")
        expect(notice(page)).to_contain_text("2 images were canceled and are not charged.")
    # The image is still open, and its keys work.
    expect(page.locator("image-overlay")).to_be_visible()
    expect(page.locator("image-overlay :focus, image-overlay:focus")).to_have_count(1)
    details = page.get_by_role("button", name="Show details")
    open_now = details.get_attribute("aria-expanded")
    page.keyboard.press("i")
    expect(details).not_to_have_attribute("aria-expanded", str(open_now))


def test_what_has_been_sent_is_said(visit: Visits, newcomer: Member, crane: str) -> None:
    page = visit(newcomer, crane)
    ready(page)
    press_regenerate(page, "Generating one more image")
    link = notice(page).get_by_role("link", name="View batch")
    newcomer.waits_for(str(link.get_attribute("href")))
    notice(page).get_by_role("button", name="Cancel").click()
    expect(notice(page)).to_have_text(
        re.compile(r"There was nothing left to cancel\. 1 had already ended\.")
    )
