"""What is done with an image on its page: noted, made again, collected, thrown away."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Visits, sizes
from tests.browser.looks import mark, marked, prompt_box
from tests.browser.viewer import Birds, details, expect_image, open_over, ready, tile
from tests.member import Member
from tests.stack import Stack


@sizes
def test_favourite_is_marked_and_undone(
    size: tuple[int, int], visit: Visits, birdwatcher: Member, birds: Birds
) -> None:
    page = visit(birdwatcher, "/gallery/", size=size)
    open_over(page, birds.crane)
    heart = page.get_by_role("button", name="Favorite")
    expect(heart).to_have_attribute("aria-pressed", "false")
    if size == PHONE:
        heart.tap()
    else:
        page.keyboard.press("f")
    expect(heart).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Undo").click()
    expect(heart).to_have_attribute("aria-pressed", "false")


def test_escape_in_the_note_stays_in_the_dialog_and_the_next_closes(
    visit: Visits, birdwatcher: Member, birds: Birds, studio: Stack
) -> None:
    page = visit(birdwatcher, "/gallery/")
    over = open_over(page, birds.stork)
    details(page).get_by_label("Note for the team").fill("a red bill")
    page.keyboard.press("Escape")
    expect(over).to_be_focused()
    expect(page.get_by_role("region", name="Note")).to_contain_text("Saved")
    expect(over).to_be_focused()
    page.keyboard.press("Escape")
    expect(page).to_have_url(f"{studio.url}/gallery/")


def test_two_who_write_the_note_lose_nothing(
    visit: Visits, birdwatcher: Member, owner: Member, birds: Birds
) -> None:
    visit.expected.append("422 (Unprocessable")
    visit.expected.append("Response Status Error Code 422")
    pages = [visit(birdwatcher, birds.crane), visit(owner, birds.crane)]
    for page, text in zip(pages, ("legs too long", "the best one"), strict=True):
        page.get_by_label("Note for the team").fill(text)
        page.get_by_role("button", name="Save note").click()
    first, second = pages
    expect(first.get_by_role("region", name="Note")).to_contain_text("Saved")
    alert = second.get_by_role("alert")
    expect(alert).to_contain_text(f"{birdwatcher.username} changed this note")
    expect(alert).to_contain_text("legs too long")
    expect(second.get_by_label("Note for the team")).to_have_value("the best one")
    second.get_by_label("Note for the team").fill("the best one, legs too long")
    second.get_by_role("button", name="Save note").click()
    expect(second.get_by_role("region", name="Note")).to_contain_text("Saved")
    first.reload()
    expect(first.get_by_label("Note for the team")).to_have_value("the best one, legs too long")


@sizes
def test_saving_the_note_keeps_the_focus(
    size: tuple[int, int], visit: Visits, birdwatcher: Member, birds: Birds
) -> None:
    page = visit(birdwatcher, "/gallery/", size=size)
    open_over(page, birds.heron)
    note, save = details(page).get_by_label("Note for the team"), page.locator("#note-save")
    for text in ("by a press", "by the key"):
        note.fill(text)
        with page.expect_response(lambda answer: answer.url.endswith("/note/")):
            save.click() if text == "by a press" else save.press("Enter")
        expect(details(page).get_by_text("Saved")).to_be_visible()
        expect(note).to_have_value(text)
        expect(page.get_by_role("button", name="Save note")).to_be_focused()


@sizes
def test_a_note_is_kept_by_whatever_one_does_next(
    size: tuple[int, int], visit: Visits, birdwatcher: Member, birds: Birds
) -> None:
    page = visit(birdwatcher, "/gallery/", size=size)
    over = open_over(page, birds.stork)
    for leave in ("next", "close", "escape"):
        details(page).get_by_label("Note for the team").fill(f"left by {leave}")
        address = page.url
        with page.expect_response(lambda answer: answer.url.endswith("/note/")):
            if leave == "close":
                page.go_back()
            elif leave == "escape":
                page.keyboard.press("Escape")
                expect(page.locator("image-viewer")).to_be_visible()
            else:
                over.get_by_role("link", name="Next image").evaluate("link => link.focus()")
                page.keyboard.press("ArrowRight")
        page.goto(address)
        expect(details(page).get_by_label("Note for the team")).to_have_value(f"left by {leave}")
        if leave != "escape":
            page.goto("/gallery/")
            over = open_over(page, birds.stork)


@sizes
def test_two_clicks_lead_from_a_gallery_to_a_running_variation(
    size: tuple[int, int], visit: Visits, birdwatcher: Member, birds: Birds
) -> None:
    page = visit(birdwatcher, "/gallery/", size=size)
    tile(page, birds.crane).click()
    before = birdwatcher.asked("a crane")
    page.get_by_role("button", name="Regenerate · 0.5 credits").click()
    toast = page.locator("[data-toast]").filter(has_text="Generating one more image")
    expect(toast).to_be_visible()
    assert birdwatcher.asked("a crane") == before + 1
    toast.get_by_role("link", name="View batch").click()
    expect(page.get_by_role("link", name="a crane")).to_be_visible()


def test_page_opened_from_the_history_closes_to_the_same_place(
    visit: Visits, birdwatcher: Member, birds: Birds
) -> None:
    page = visit(birdwatcher, "/history/")
    card = page.get_by_role("main").locator(f"a[href^='{birds.crane}']")
    card.scroll_into_view_if_needed()
    place = page.evaluate("scrollY")
    card.click()
    ready(page)
    page.keyboard.press("ArrowLeft")
    expect(page).not_to_have_url(re.compile(birds.crane))
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile(r"/history/$"))
    expect(page.get_by_role("heading", name="History")).to_be_attached()
    assert abs(page.evaluate("scrollY") - place) < 4


def test_both_downloads_come(visit: Visits, newcomer: Member, studio: Stack) -> None:
    (card,) = newcomer.waits_for(newcomer.press("a heron to keep"))
    page = visit(newcomer, "/gallery/")
    open_over(page, card.image)
    with page.expect_download() as plain:
        page.keyboard.press("d")
    original = plain.value.path().read_bytes()
    assert original in studio.originals("a heron to keep")
    with page.expect_download() as tagged:
        details(page).get_by_role("link", name="Save with embedded prompt").click()
    assert tagged.value.suggested_filename == plain.value.suggested_filename
    assert b"prompt\0\0\0\0\0a heron to keep" in tagged.value.path().read_bytes()


@sizes
@pytest.mark.parametrize("where", ["over", "page"])
def test_reuse_and_edit_lead_to_the_prompt_by_key(
    size: tuple[int, int], where: str, visit: Visits, birdwatcher: Member, birds: Birds
) -> None:
    pk = birds.heron.split("/")[2]
    for key, query in (("r", "reuse"), ("e", "edit")):
        page = visit(birdwatcher, "/gallery/" if where == "over" else birds.heron, size=size)
        if where == "over":
            open_over(page, birds.heron)
        ready(page)
        page.keyboard.press(key)
        expect(page).to_have_url(re.compile(rf"/(\?{query}={pk})?$"))
        expect(prompt_box(page)).to_be_focused()
        if key == "r":
            expect(prompt_box(page)).to_have_value("a heron")


def test_family_leads_from_one_to_the_other_and_back(
    visit: Visits, birdwatcher: Member, birds: Birds, studio: Stack
) -> None:
    code = "from generator.models import *; Reference.objects.create(position=1, image_id='{}', "
    code += "batch=Image.objects.get(pk='{}').job.batch)"
    child, parent = birds.heron.split("/")[2], birds.crane.split("/")[2]
    studio.manage("shell", "-c", code.format(parent, child))
    page = visit(birdwatcher, "/gallery/")
    mark(page)
    open_over(page, birds.heron)
    details(page).get_by_role("link", name="Reference 1: a crane").click()
    expect_image(page, studio, birds.crane, "a crane")
    details(page).get_by_role("link", name="a heron").click()
    expect_image(page, studio, birds.heron, "a heron")
    page.go_back()
    expect_image(page, studio, birds.crane, "a crane")
    page.keyboard.press("Escape")
    expect(page).to_have_url(f"{studio.url}/gallery/")
    assert marked(page)
    page.goto(birds.crane)
    details(page).get_by_role("link", name="1 image").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Made from this image")
    open_over(page, birds.heron)
    expect_image(page, studio, birds.heron, "a heron")


def test_image_goes_into_a_collection_and_becomes_private(
    visit: Visits, birdwatcher: Member, birds: Birds
) -> None:
    page = visit(birdwatcher, birds.stork)
    panel = details(page)
    panel.get_by_text("Add to a collection").click()
    panel.get_by_label("Name of a new collection").fill("Long legs")
    panel.get_by_role("button", name="Create", exact=True).click()
    expect(panel.get_by_role("link", name="Long legs")).to_be_visible()
    panel.get_by_role("button", name="Remove from Long legs").click()
    expect(panel.get_by_role("link", name="Long legs")).to_have_count(0)
    # What was open stays open.
    panel.get_by_role("button", name="Long legs").click()
    expect(panel.get_by_role("link", name="Long legs")).to_be_visible()
    panel.get_by_role("button", name="Make private").click()
    expect(panel).to_contain_text("Only you")
    panel.get_by_role("button", name="Show to the team").click()
    expect(panel).to_contain_text("The whole team")


def test_deleting_goes_on_to_the_next_and_can_be_undone(
    visit: Visits, newcomer: Member, studio: Stack
) -> None:
    left, gone = (newcomer.waits_for(newcomer.press(f"a {word}"))[0].image for word in "ab")
    page = visit(newcomer, f"/gallery/{newcomer.username}/")
    open_over(page, gone)
    page.keyboard.press("Delete")
    expect_image(page, studio, left, "a a")
    page.get_by_role("button", name="Undo").click()
    expect_image(page, studio, gone, "a b")
    page.keyboard.press("ArrowRight")
    expect_image(page, studio, left, "a a")


def test_viewer_finds_nothing_to_press_that_changes_or_costs(
    visit: Visits, viewer: Member, birds: Birds
) -> None:
    page = visit(viewer, birds.heron)
    panel = details(page)
    for name in ("Reuse", "Edit this image"):
        expect(panel.get_by_role("link", name=name)).to_have_count(0)
    for name in ("Save note", "Make private", "Move to trash", "Add to a collection"):
        expect(panel.get_by_text(name)).to_have_count(0)
    expect(page.get_by_role("link", name="Download")).to_be_visible()


# --- without scripts
