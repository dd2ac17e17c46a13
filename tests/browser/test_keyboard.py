"""Each flow by the keyboard alone: no pointer touches these pages."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visits
from tests.browser.looks import batches, generate, images, menu, prompt_box, shown, tab_to
from tests.member import PASSWORD, Member
from tests.stack import Stack, until


def test_log_in_and_out(visit: Visits, member: Member) -> None:
    page = visit()
    expect(page.get_by_label("Username")).to_be_focused()
    page.keyboard.type(member.username)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("button", name="Your account"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("button", name="Log out"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()


def test_press_and_look(visit: Visits, member: Member) -> None:
    page, prompt = visit(member), "a key on a string"
    tab_to(page, prompt_box(page))
    page.keyboard.press("Control+a")
    page.keyboard.type(prompt)
    tab_to(page, generate(page))
    page.keyboard.press("Enter")
    shown(images(batches(page, prompt), prompt), 1)
    tab_to(page, batches(page, prompt).get_by_role("article").get_by_role("link", name=prompt))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("link", name="Download"))


def test_a_reference_is_taken_from_the_gallery(visit: Visits, member: Member) -> None:
    (card,) = member.waits_for(member.press("a tortoise by keys"))
    page = visit(member)
    tab_to(page, page.get_by_role("button", name="Reference image 1", exact=True))
    page.keyboard.press("Enter")
    tab_to(page, page.locator("#slot-1").get_by_role("link", name="From the gallery"))
    page.keyboard.press("Enter")
    panel = page.get_by_role("dialog", name="From the gallery")
    page.keyboard.type("tortoise")
    expect(panel.get_by_role("link")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    expect(panel.get_by_role("link", name="a tortoise by keys")).to_be_focused()
    page.keyboard.press("Enter")
    expect(panel).to_be_hidden()
    value = page.get_by_label("URL of reference image 1")
    expect(value).to_have_value(f"image:{card.image.split('/')[2]}")


def test_the_arrows_lead_from_tile_to_tile(visit: Visits, member: Member) -> None:
    member.waits_for(member.press("a heron by the arrows", 4))
    page = visit(member, "/gallery/")
    tiles = page.locator("#gallery .tile")
    tab_to(page, tiles.first)
    # On the image itself, which covers what is drawn under it.
    ring = "(image) => getComputedStyle(image).outlineStyle"
    assert tiles.first.locator("img").evaluate(ring) == "solid"
    for key, at in (("ArrowRight", 1), ("ArrowRight", 2), ("ArrowLeft", 1), ("ArrowLeft", 0)):
        page.keyboard.press(key)
        expect(tiles.nth(at)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(tiles.first).not_to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(tiles.first).to_be_focused()


def test_after_an_action_the_keys_go_on_at_the_next_tile(visit: Visits, member: Member) -> None:
    member.waits_for(member.press("a heron that goes", 2))
    page = visit(member, "/gallery/?q=goes")
    tiles = page.locator("#gallery .frame:not([hidden]) .tile")
    second = tiles.nth(1).get_attribute("href")
    tab_to(page, tiles.first)
    page.keyboard.press("x")
    tab_to(page, page.get_by_role("form", name="Selection").get_by_role("button", name="Trash"))
    page.keyboard.press("Enter")
    expect(page.locator(f'a[href="{second}"]')).to_be_focused()


def test_skip_link_leads_past_the_menu(visit: Visits, member: Member) -> None:
    page = visit(member, "/history/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


def test_menu_leads_everywhere(visit: Visits, member: Member, studio: Stack) -> None:
    page = visit(member)
    for name in ("Gallery", "History", "Settings"):
        tab_to(page, menu(page, name))
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{studio.url}/{name.lower()}/")


def test_help_opens_and_closes_and_gives_the_focus_back(visit: Visits, member: Member) -> None:
    page = visit(member, "/settings/")
    tab_to(page, menu(page, "Gallery"))
    dialog = page.get_by_role("dialog", name="Keyboard")
    page.keyboard.press("?")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(menu(page, "Gallery")).to_be_focused()


def test_question_mark_is_a_letter_in_a_prompt(visit: Visits, member: Member) -> None:
    page = visit(member)
    prompt_box(page).focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("why?")
    expect(prompt_box(page)).to_have_value("why?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_hidden()


def test_single_keys_can_be_switched_off(visit: Visits, member: Member) -> None:
    page = visit(member, "/settings/")
    dialog = page.get_by_role("dialog", name="Keyboard")
    page.keyboard.press("?")
    tab_to(page, dialog.get_by_role("checkbox", name="Enable single-key shortcuts"))
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    page.reload()
    page.keyboard.press("?")
    expect(dialog).to_be_hidden()
    tab_to(page, page.get_by_role("contentinfo").get_by_role("link", name="Keyboard"))
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("checkbox", name="Enable single-key shortcuts")).not_to_be_checked()


def test_theme_is_chosen(visit: Visits, member: Member) -> None:
    page = visit(member)
    tab_to(page, page.get_by_role("button", name="Your account"))
    page.keyboard.press("Enter")
    theme = page.get_by_role("group", name="Theme")
    tab_to(page, theme.get_by_role("radio", name="System"))
    with page.expect_response("**/preferences/theme/"):
        page.keyboard.press("ArrowLeft")
    expect(theme.get_by_role("radio", name="Dark")).to_be_checked()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_unsent_images_of_a_batch_are_canceled(
    visit: Visits, member: Member, studio: Stack
) -> None:
    with studio.holding_answers("keys in the way"):
        batch = member.press("keys in the way [failed]", 8)
        # As many as may be sent at once; the others must wait for their turn.
        until(lambda: studio.stats()["answers_held"] == 4, "four are sent")
        page = visit(member, batch)
        cancel = page.get_by_role("button", name="Cancel unsent images")
        tab_to(page, cancel)
        page.keyboard.press("Enter")
        status = page.get_by_role("status")
        expect(status.filter(has_text="4 images were canceled")).to_be_visible()
        expect(status.filter(has_text="4 had already been sent")).to_be_visible()
        expect(page.get_by_role("article").filter(has_text="Canceled before")).to_have_count(4)
        expect(cancel).to_be_hidden()
        expect(page.locator(":focus")).to_have_count(1)


def test_folded_rounds_open(visit: Visits, member: Member) -> None:
    (card,) = member.waits_for(member.press("a lock [html-502-query:3]"))
    page = visit(member, f"/jobs/{card.job}/")
    rounds = page.get_by_role("group").filter(has_text="3 times")
    summary = rounds.locator("summary")
    expect(rounds.get_by_role("listitem")).to_have_count(0)
    tab_to(page, summary)
    page.keyboard.press("Enter")
    expect(rounds.get_by_role("listitem")).to_have_count(3)


@pytest.mark.parametrize("path", ["/gallery/", "/history/"])
def test_search_and_filters_keep_the_keys_where_they_are(
    path: str, visit: Visits, member: Member
) -> None:
    member.waits_for(member.press("a snail who searches"))
    page = visit(member, path)
    page.keyboard.press("/")
    search = page.get_by_role("searchbox")
    expect(search).to_be_focused()
    page.keyboard.type("sna")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=sna**")
    expect(search).to_be_focused()
    page.keyboard.type("il")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=snail**")

    tab_to(page, page.get_by_role("button", name="Member"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("dialog", name="Member").get_by_role("link").first)
    page.keyboard.press("Enter")
    page.wait_for_url("**member=**" if path == "/gallery/" else "**/history/**")
    expect(page.get_by_role("button", name="Member")).to_be_focused()
    tab_to(page, page.get_by_role("link", name="Favorites"))
    page.keyboard.press("Enter")
    page.wait_for_url("**favourites=**")
    expect(page.get_by_role("link", name="Favorites")).to_be_focused()
    page.keyboard.press("?")
    page.keyboard.press("/")
    expect(search).not_to_be_focused()
