"""What stands beside an image: where the keys go on there, what is told of it, and its note."""

from __future__ import annotations

import re

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import PHONE, Visits, sizes
from tests.browser.viewer import Birds, details, expect_image, open_over, ready
from tests.member import PASSWORD, Member
from tests.stack import Stack, until


def test_keys_go_on_beside_what_was_pressed(
    visit: Visits, birdwatcher: Member, birds: Birds
) -> None:
    page = visit(birdwatcher, "/gallery/")
    open_over(page, birds.heron)
    panel = details(page)
    panel.get_by_role("button", name="Make private").press("Enter")
    expect(panel.get_by_role("button", name="Show to the team")).to_be_focused()
    page.keyboard.press("Enter")
    expect(panel.get_by_role("button", name="Make private")).to_be_focused()
    panel.get_by_text("Add to a collection").press("Enter")
    panel.get_by_label("Name of a new collection").fill("Grey ones")
    page.keyboard.press("Enter")
    expect(panel.get_by_role("link", name="Grey ones")).to_be_visible()
    expect(panel.get_by_label("Name of a new collection")).to_be_focused()
    panel.get_by_role("button", name="Remove from Grey ones").press("Enter")
    expect(panel.get_by_role("link", name="Grey ones")).to_have_count(0)
    inside = panel.get_by_role("region", name="Collections").locator(":focus")
    expect(inside).to_have_count(1)


def notices(page: Page) -> list[str]:
    return [text.split("\n")[0] for text in page.locator("#toasts [data-toast]").all_inner_texts()]


@sizes
def test_of_one_thing_only_the_latest_is_told(
    size: tuple[int, int], visit: Visits, birdwatcher: Member, birds: Birds
) -> None:
    page = visit(birdwatcher, birds.heron, size=size)
    ready(page)
    heart = page.get_by_role("button", name="Favorite")
    for pressed in ("true", "false", "true", "false"):
        page.keyboard.press("f")
        expect(heart).to_have_attribute("aria-pressed", pressed)
    assert notices(page) == ["Removed from favorites"]
    page.keyboard.press("4")
    rated = page.locator("#toasts [data-toast]").filter(has_text="Rated 4 of 5")
    expect(rated).to_have_count(1)
    # On a phone they would cover the image.
    assert len(notices(page)) == (1 if size == PHONE else 2)
    rated.get_by_role("button", name="Undo").click()
    expect(page.locator("#image-rate-4")).to_have_attribute("aria-pressed", "false")


def test_a_press_on_its_way_is_answered_after_one_has_turned(
    visit: Visits, birdwatcher: Member, birds: Birds, studio: Stack
) -> None:
    page = visit(birdwatcher, birds.heron)
    ready(page)
    kept: list[Route] = []
    page.route("**/bulk/", lambda route: kept.append(route))
    with page.expect_request("**/bulk/"):
        page.keyboard.press("5")
    page.keyboard.press("ArrowRight")
    expect_image(page, studio, birds.stork, "a stork")
    until(lambda: page.evaluate("1") and kept, "the press is held")
    kept.pop().continue_()
    page.unroute("**/bulk/")
    told = page.locator("#toasts [data-toast]").filter(has_text="Rated 5 of 5")
    expect(told).to_be_visible()
    expect(page.locator("form.htmx-request, image-viewer > form")).to_have_count(0)
    told.get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("Undone")
    page.keyboard.press("ArrowLeft")
    expect_image(page, studio, birds.heron, "a heron")
    expect(page.locator("#image-rate-5")).to_have_attribute("aria-pressed", "false")


@sizes
def test_a_note_outlives_a_log_in_that_ended(
    size: tuple[int, int], visit: Visits, birdwatcher: Member, birds: Birds
) -> None:
    page = visit(birdwatcher, birds.stork, size=size)
    details(page).get_by_label("Note for the team").fill("written for an hour")
    page.context.clear_cookies(name="gempix_session")
    page.get_by_role("button", name="Save note").click()
    expect(page.get_by_role("status").filter(has_text="Your session expired")).to_be_visible()
    page.get_by_label("Username").fill(birdwatcher.username)
    page.get_by_label("Password").fill("mistyped")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Password")).to_be_focused()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(birds.stork))
    ready(page)
    note = details(page).get_by_label("Note for the team")
    expect(page.get_by_role("region", name="Note")).to_contain_text("Saved")
    expect(note).to_have_value("written for an hour")
    page.reload()
    expect(page.get_by_label("Note for the team")).to_have_value("written for an hour")


def test_a_note_that_did_not_get_through_overwrites_nobodys(
    visit: Visits, birdwatcher: Member, owner: Member, birds: Birds
) -> None:
    visit.expected += ["ERR_FAILED", "htmx:sendError", "htmx:afterRequest", "422"]
    page = visit(birdwatcher, birds.crane)
    page.route("**/note/", lambda route: route.abort())
    page.get_by_label("Note for the team").fill("from a tunnel")
    page.get_by_role("button", name="Save note").click()
    expect(page.locator("[data-toast]")).to_contain_text("Could not reach the studio")
    other = visit(owner, birds.crane)
    other.get_by_label("Note for the team").fill("from above")
    other.get_by_role("button", name="Save note").click()
    expect(other.get_by_role("region", name="Note")).to_contain_text("Saved")
    page.unroute("**/note/")
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("from above")
    expect(page.get_by_label("Note for the team")).to_have_value("from a tunnel")
