"""A picture's page: over the grid and by itself, by mouse, keys and fingers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import DESKTOP, PHONE, Visits
from tests.browser.looks import mark, marked, prompt_box, settled
from tests.browser.test_sizes import expect_fits
from tests.member import Member
from tests.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
sizes = pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])


@dataclass(frozen=True)
class Birds:
    """Three pictures of one member, in the gallery's order, by their paths."""

    heron: str
    stork: str
    crane: str


@pytest.fixture(scope="module")
def birds(member: Member) -> Birds:
    """The crane is the first that was made, so the last in the gallery."""
    crane, stork, heron = (
        member.waits_for(member.press(f"a {bird}"))[0].picture
        for bird in ("crane", "stork", "heron")
    )
    return Birds(heron, stork, crane)


def tile(page: Page, path: str) -> Locator:
    """A picture's link in the grid."""
    return page.get_by_role("main").locator(f"a[href^='{path}']")


def open_over(page: Page, path: str) -> Locator:
    """Open a picture from the grid; gives what stands over it now."""
    tile(page, path).click()
    over = page.get_by_role("dialog", name="Picture")
    expect(over).to_be_visible()
    ready(page)
    return over


def ready(page: Page) -> None:
    expect(page.locator("picture-stage[data-ready]")).to_have_count(1)
    expect(shown(page)).not_to_have_js_property("naturalWidth", 0)


def shown(page: Page) -> Locator:
    """The one picture on the stage that is in sight."""
    return page.locator("picture-stage").get_by_role("img").locator("visible=true")


def details(page: Page) -> Locator:
    panel = page.get_by_role("complementary", name="Details")
    if not panel.is_visible():
        page.get_by_role("button", name="Show details").click()
    expect(panel).to_be_visible()
    return panel


def at(studio: Stack, path: str) -> re.Pattern[str]:
    """The address of this picture, whatever the place in which it is looked at."""
    return re.compile(re.escape(studio.url + path) + r"(\?.*)?$")


def expect_picture(page: Page, studio: Stack, path: str, name: str) -> None:
    expect(page).to_have_url(at(studio, path))
    expect(shown(page)).to_have_attribute("alt", name)
    expect(page.locator("#prompt-text")).to_have_text(name)
    expect(page).to_have_title(f"{name} · GemPix Studio")


# --- over the grid


@sizes
def test_picture_opens_over_the_grid_and_back_closes_it(
    size: tuple[int, int], visit: Visits, member: Member, birds: Birds, studio: Stack
) -> None:
    page = visit(member, "/gallery/", size=size)
    mark(page)
    title = page.title()
    open_over(page, birds.stork)
    expect_picture(page, studio, birds.stork, "a stork")
    expect_fits(page)
    page.go_back()
    expect(page.get_by_role("dialog", name="Picture")).to_have_count(0)
    expect(page).to_have_url(f"{studio.url}/gallery/")
    expect(tile(page, birds.stork)).to_be_focused()
    assert marked(page), "the grid was loaded again"
    assert page.title() == title
    page.go_forward()
    expect_picture(page, studio, birds.stork, "a stork")
    assert marked(page)


@sizes
@pytest.mark.parametrize("way", ["Escape", "button"])
def test_closing_leads_back_to_the_grid_as_it_was(
    size: tuple[int, int], way: str, visit: Visits, member: Member, birds: Birds, studio: Stack
) -> None:
    page = visit(member, "/gallery/", size=size)
    mark(page)
    open_over(page, birds.heron)
    if way == "Escape":
        page.keyboard.press("Escape")
    else:
        page.get_by_role("link", name="Close").click()
    expect(page).to_have_url(f"{studio.url}/gallery/")
    expect(page.get_by_role("dialog", name="Picture")).to_have_count(0)
    page.get_by_role("link", name="History").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_arrows_and_letters_turn_and_one_back_closes(
    visit: Visits, member: Member, birds: Birds, studio: Stack
) -> None:
    page = visit(member, "/gallery/")
    mark(page)
    open_over(page, birds.heron)
    for key, path, name in (
        ("ArrowRight", birds.stork, "a stork"),
        ("j", birds.crane, "a crane"),
        ("k", birds.stork, "a stork"),
        ("ArrowLeft", birds.heron, "a heron"),
    ):
        page.keyboard.press(key)
        expect_picture(page, studio, path, name)
    page.get_by_role("link", name="Next picture").click()
    expect_picture(page, studio, birds.stork, "a stork")
    expect(page.get_by_role("link", name="Next picture")).to_be_focused()
    page.go_back()
    expect(page).to_have_url(f"{studio.url}/gallery/")
    assert marked(page), "turning has left entries in the history"


def test_many_turns_in_a_row_end_at_the_right_picture(
    visit: Visits, owner: Member, studio: Stack
) -> None:
    cards = owner.waits_for(owner.press("a row of eight", 8), owner.press("a row of four", 4))
    paths = owner.gallery()[:12]
    assert {card.picture for card in cards} == set(paths)
    page = visit(owner, "/gallery/")
    open_over(page, paths[0])
    for _ in range(11):
        expect(page.get_by_role("link", name="Next picture")).to_be_visible()
        page.keyboard.press("ArrowRight")
    came_to = paths.index(settled(page))
    assert came_to > 0
    for path in paths[came_to + 1 :]:
        page.keyboard.press("ArrowRight")
        expect(page).to_have_url(at(studio, path))
    for path in reversed(paths[:11]):
        page.keyboard.press("ArrowLeft")
        expect(page).to_have_url(at(studio, path))
    expect(page.locator("#picture-about")).to_have_attribute("data-here", re.compile(paths[0]))


def test_neighbour_is_loaded_before_one_turns_to_it(
    visit: Visits, member: Member, birds: Birds
) -> None:
    page = visit(member, "/gallery/")
    open_over(page, birds.heron)
    neighbour = page.locator("picture-stage img[alt='a stork']")
    expect(neighbour).not_to_be_in_viewport()
    expect(neighbour).not_to_have_js_property("naturalWidth", 0)


def test_page_that_was_reloaded_leads_back_to_the_grid(
    visit: Visits, member: Member, birds: Birds, studio: Stack
) -> None:
    page = visit(member, "/gallery/")
    open_over(page, birds.stork)
    page.reload()
    ready(page)
    expect(page.get_by_role("banner")).to_be_visible()
    page.go_back()
    expect(tile(page, birds.stork)).to_be_visible()
    expect(page).to_have_url(f"{studio.url}/gallery/")


@sizes
def test_page_of_its_own_fits_and_turns(
    size: tuple[int, int], visit: Visits, member: Member, birds: Birds, studio: Stack
) -> None:
    page = visit(member, birds.heron, size=size)
    ready(page)
    expect(shown(page)).to_be_in_viewport(ratio=1)
    expect_fits(page)
    page.keyboard.press("ArrowRight")
    expect_picture(page, studio, birds.stork, "a stork")
    expect(details(page)).to_contain_text("Nano Banana")
    expect_fits(page)
    page.keyboard.press("Escape")
    expect(page).to_have_url(f"{studio.url}/gallery/#image-{birds.stork.split('/')[2]}")


# --- zoom and swipe


def width(page: Page) -> float:
    box = shown(page).bounding_box()
    assert box
    return box["width"]


def grows(page: Page, before: float) -> None:
    page.wait_for_function(
        """before => [...document.querySelectorAll("picture-stage .pswp__img")]
          .some((img) => img.checkVisibility() && img.getBoundingClientRect().width > before)""",
        arg=before * 1.2,
    )


@pytest.mark.parametrize("where", ["over", "page"])
def test_wheel_and_double_click_zoom_where_one_points(
    where: str, visit: Visits, member: Member, birds: Birds
) -> None:
    page = visit(member, "/gallery/" if where == "over" else birds.heron)
    if where == "over":
        open_over(page, birds.heron)
    ready(page)
    box = shown(page).bounding_box()
    assert box
    x, y = box["x"] + box["width"] * 0.25, box["y"] + box["height"] * 0.25
    page.mouse.move(x, y)
    page.mouse.wheel(0, -400)
    grows(page, box["width"])
    after = shown(page).bounding_box()
    assert after
    # The point under the mouse stays there.
    assert abs((x - after["x"]) / after["width"] - 0.25) < 0.1
    assert abs((y - after["y"]) / after["height"] - 0.25) < 0.1
    page.keyboard.press("ArrowRight")
    expect(shown(page)).to_have_attribute("alt", "a stork")
    before = width(page)
    page.mouse.dblclick(x, y)
    grows(page, before)


Dots = Sequence[tuple[float, float]]


def gesture(page: Page, *steps: Dots) -> None:
    """Fingers set down at the first places, moved over the others, and lifted."""
    session = page.context.new_cdp_session(page)
    for number, dots in enumerate(steps):
        points = [{"x": x, "y": y, "id": finger} for finger, (x, y) in enumerate(dots)]
        kind = "touchMove" if number else "touchStart"
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_swipe_turns_and_pinch_zooms(
    visit: Visits, member: Member, birds: Birds, studio: Stack
) -> None:
    page = visit(member, "/gallery/", size=PHONE)
    open_over(page, birds.heron)
    gesture(page, *([(x, 350)] for x in range(300, 60, -20)))
    expect_picture(page, studio, birds.stork, "a stork")
    before = width(page)
    gesture(page, *([(160 - 10 * n, 340 - 5 * n), (200 + 10 * n, 360)] for n in range(9)))
    grows(page, before)


def test_picture_thrown_down_closes(
    visit: Visits, member: Member, birds: Birds, studio: Stack
) -> None:
    page = visit(member, "/gallery/", size=PHONE)
    open_over(page, birds.heron)
    gesture(page, *([(180, y)] for y in range(300, 640, 30)))
    expect(page).to_have_url(f"{studio.url}/gallery/")
    expect(page.get_by_role("dialog", name="Picture")).to_have_count(0)


# --- what is known, and what is done


def test_details_come_and_go_and_are_remembered(
    visit: Visits, member: Member, birds: Birds
) -> None:
    page = visit(member, birds.heron)
    panel = page.get_by_role("complementary", name="Details")
    expect(panel).to_be_visible()
    page.keyboard.press("i")
    expect(panel).to_be_hidden()
    button = page.get_by_role("button", name="Show details")
    expect(button).to_have_attribute("aria-expanded", "false")
    page.reload()
    expect(shown(page)).to_be_visible()
    expect(panel).to_be_hidden()
    page.keyboard.press("i")
    expect(panel).to_be_visible()
    expect(button).to_have_attribute("aria-expanded", "true")


def test_details_are_a_sheet_on_a_phone(visit: Visits, member: Member, birds: Birds) -> None:
    page = visit(member, "/gallery/", size=PHONE)
    open_over(page, birds.heron)
    panel = page.get_by_role("complementary", name="Details")
    expect(panel).to_be_hidden()
    page.get_by_role("button", name="Show details").tap()
    expect(panel).to_be_in_viewport()
    expect_fits(page)
    panel.get_by_role("button", name="Hide details").tap()
    expect(panel).to_be_hidden()


def test_prompt_and_task_id_are_copied(visit: Visits, member: Member, birds: Birds) -> None:
    page = visit(member, "/gallery/")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_over(page, birds.heron)
    copies = details(page).get_by_role("button", name="Copy", exact=True)
    task = details(page).locator("#task-id").text_content()
    for number, text in ((0, "a heron"), (1, task)):
        copies.nth(0).click() if number == 0 else copies.last.click()
        expect(details(page).get_by_role("button", name="Copied").first).to_be_visible()
        assert page.evaluate("navigator.clipboard.readText()") == text
        expect(details(page).get_by_role("button", name="Copied")).to_have_count(0)


@sizes
def test_favourite_is_marked_and_undone(
    size: tuple[int, int], visit: Visits, member: Member, birds: Birds
) -> None:
    page = visit(member, "/gallery/", size=size)
    open_over(page, birds.crane)
    heart = page.get_by_role("button", name="Favourite")
    expect(heart).to_have_attribute("aria-pressed", "false")
    if size == PHONE:
        heart.tap()
    else:
        page.keyboard.press("f")
    expect(heart).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Undo").click()
    expect(heart).to_have_attribute("aria-pressed", "false")


def test_two_who_write_the_note_lose_nothing(
    visit: Visits, member: Member, owner: Member, birds: Birds
) -> None:
    visit.expected.append("422 (Unprocessable")
    visit.expected.append("Response Status Error Code 422")
    pages = [visit(member, birds.crane), visit(owner, birds.crane)]
    for page, text in zip(pages, ("legs too long", "the best one"), strict=True):
        page.get_by_label("Note for the team").fill(text)
        page.get_by_role("button", name="Save note").click()
    first, second = pages
    expect(first.get_by_role("region", name="Note")).to_contain_text("Saved")
    alert = second.get_by_role("alert")
    expect(alert).to_contain_text(f"{member.username} changed this note")
    expect(alert).to_contain_text("legs too long")
    expect(second.get_by_label("Note for the team")).to_have_value("the best one")
    second.get_by_label("Note for the team").fill("the best one, legs too long")
    second.get_by_role("button", name="Save note").click()
    expect(second.get_by_role("region", name="Note")).to_contain_text("Saved")
    first.reload()
    expect(first.get_by_label("Note for the team")).to_have_value("the best one, legs too long")


@sizes
def test_a_note_is_kept_by_whatever_one_does_next(
    size: tuple[int, int], visit: Visits, member: Member, birds: Birds
) -> None:
    page = visit(member, "/gallery/", size=size)
    over = open_over(page, birds.stork)
    for leave in ("next", "close"):
        details(page).get_by_label("Note for the team").fill(f"left by {leave}")
        address = page.url
        with page.expect_response(lambda answer: answer.url.endswith("/note/")):
            if leave == "close":
                page.go_back()
            else:
                over.get_by_role("link", name="Next picture").evaluate("link => link.focus()")
                page.keyboard.press("ArrowRight")
        page.goto(address)
        expect(details(page).get_by_label("Note for the team")).to_have_value(f"left by {leave}")
        if leave == "next":
            page.goto("/gallery/")
            over = open_over(page, birds.stork)


@sizes
def test_two_clicks_lead_from_a_gallery_to_a_running_variation(
    size: tuple[int, int], visit: Visits, member: Member, birds: Birds
) -> None:
    page = visit(member, "/gallery/", size=size)
    tile(page, birds.crane).click()
    before = member.asked("a crane")
    page.get_by_role("button", name="Again · 0.5 credits").click()
    toast = page.locator("[data-toast]").filter(has_text="One more picture is on its way")
    expect(toast).to_be_visible()
    assert member.asked("a crane") == before + 1
    toast.get_by_role("link", name="Watch it").click()
    expect(page.get_by_role("link", name="a crane")).to_be_visible(timeout=30_000)


def test_page_opened_from_the_history_closes_to_the_same_place(
    visit: Visits, member: Member, birds: Birds
) -> None:
    page = visit(member, "/history/")
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


def test_both_downloads_come(visit: Visits, member: Member, birds: Birds, studio: Stack) -> None:
    page = visit(member, "/gallery/")
    open_over(page, birds.heron)
    with page.expect_download() as plain:
        page.keyboard.press("d")
    original = plain.value.path().read_bytes()
    assert original in studio.originals("a heron")
    with page.expect_download() as tagged:
        details(page).get_by_role("link", name="Save with the prompt inside").click()
    assert tagged.value.suggested_filename == plain.value.suggested_filename
    assert b"prompt\0\0\0\0\0a heron" in tagged.value.path().read_bytes()


def test_reuse_and_edit_lead_to_the_studio_by_key(
    visit: Visits, member: Member, birds: Birds, studio: Stack
) -> None:
    pk = birds.heron.split("/")[2]
    for key, query in (("r", "reuse"), ("e", "edit")):
        page = visit(member, birds.heron)
        ready(page)
        page.keyboard.press(key)
        expect(page).to_have_url(re.compile(rf"/(\?{query}={pk})?$"))
        expect(page.get_by_role("form", name="New pictures")).to_be_visible()
        if key == "r":
            expect(prompt_box(page)).to_have_value("a heron")


def test_family_leads_from_one_to_the_other_and_back(
    visit: Visits, member: Member, birds: Birds, studio: Stack
) -> None:
    code = "from generator.models import *; Reference.objects.create(position=1, image_id='{}', "
    code += "batch=Image.objects.get(pk='{}').job.batch)"
    child, parent = birds.heron.split("/")[2], birds.crane.split("/")[2]
    studio.manage("shell", "-c", code.format(parent, child))
    page = visit(member, "/gallery/")
    mark(page)
    open_over(page, birds.heron)
    details(page).get_by_role("link", name="Reference 1: a crane").click()
    expect_picture(page, studio, birds.crane, "a crane")
    details(page).get_by_role("link", name="a heron").click()
    expect_picture(page, studio, birds.heron, "a heron")
    page.go_back()
    expect_picture(page, studio, birds.crane, "a crane")
    page.keyboard.press("Escape")
    expect(page).to_have_url(f"{studio.url}/gallery/")
    assert marked(page)
    page.goto(birds.crane)
    details(page).get_by_role("link", name="1 picture").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Made from this picture")
    open_over(page, birds.heron)
    expect_picture(page, studio, birds.heron, "a heron")


def test_picture_goes_into_a_collection_and_becomes_private(
    visit: Visits, member: Member, birds: Birds
) -> None:
    page = visit(member, birds.stork)
    panel = details(page)
    panel.get_by_text("Add to a collection").click()
    panel.get_by_label("Name of a new collection").fill("Long legs")
    panel.get_by_role("button", name="Make", exact=True).click()
    expect(panel.get_by_role("link", name="Long legs")).to_be_visible()
    panel.get_by_role("button", name="Take out of Long legs").click()
    expect(panel.get_by_role("link", name="Long legs")).to_have_count(0)
    # What was open stays open.
    panel.get_by_role("button", name="Long legs").click()
    expect(panel.get_by_role("link", name="Long legs")).to_be_visible()
    panel.get_by_role("button", name="Make private").click()
    expect(panel).to_contain_text("Only you")
    panel.get_by_role("button", name="Show to the team").click()
    expect(panel).to_contain_text("The whole team")


def test_deleting_goes_on_to_the_next_and_can_be_undone(
    visit: Visits, member: Member, studio: Stack
) -> None:
    left, gone = (member.waits_for(member.press(f"a {word}"))[0].picture for word in "ab")
    page = visit(member, "/gallery/")
    open_over(page, gone)
    page.keyboard.press("Delete")
    expect_picture(page, studio, left, "a a")
    page.get_by_role("button", name="Undo").click()
    expect_picture(page, studio, gone, "a b")
    page.keyboard.press("ArrowRight")
    expect_picture(page, studio, left, "a a")


def test_viewer_finds_nothing_to_press_that_changes_or_costs(
    visit: Visits, owner: Member, birds: Birds
) -> None:
    page = visit(owner.adds("vera", "viewer"), birds.heron)
    panel = details(page)
    for name in ("Reuse", "Edit from here"):
        expect(panel.get_by_role("link", name=name)).to_have_count(0)
    for name in ("Save note", "Make private", "Move to the trash", "Add to a collection"):
        expect(panel.get_by_text(name)).to_have_count(0)
    expect(page.get_by_role("link", name="Download")).to_be_visible()


# --- without scripts


def test_everything_is_reached_without_scripts(
    visit: Visits, member: Member, birds: Birds, studio: Stack
) -> None:
    page = visit(member, "/gallery/", scripts=False)
    tile(page, birds.heron).click()
    expect(page).to_have_url(at(studio, birds.heron))
    expect(page.get_by_role("img", name="a heron", exact=True)).to_be_visible()
    page.get_by_role("link", name="Next picture").click()
    expect(page).to_have_url(at(studio, birds.stork))
    page.get_by_role("button", name="Favourite").click()
    expect(page).to_have_url(at(studio, birds.stork))
    expect(page.get_by_role("button", name="Favourite")).to_have_attribute("aria-pressed", "true")
    page.get_by_label("Note for the team").fill("seen without scripts")
    page.get_by_role("button", name="Save note").click()
    expect(page).to_have_url(at(studio, birds.stork))
    expect(page.get_by_label("Note for the team")).to_have_value("seen without scripts")
    page.get_by_role("link", name="Close").click()
    expect(tile(page, birds.stork)).to_be_visible()
