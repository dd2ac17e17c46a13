"""An image's page: over the grid and by itself, by mouse, keys and fingers."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import PHONE, Visits, sizes
from tests.browser.looks import expect_fits, mark, marked, settled
from tests.browser.viewer import (
    Birds,
    at,
    details,
    expect_image,
    gesture,
    on_stage,
    open_over,
    ready,
    tile,
)
from tests.member import Member, Team
from tests.stack import Stack, until


@sizes
def test_image_opens_over_the_grid_and_back_closes_it(
    size: tuple[int, int], visit: Visits, birdwatcher: Member, birds: Birds, studio: Stack
) -> None:
    page = visit(birdwatcher, "/gallery/", size=size)
    mark(page)
    title = page.title()
    open_over(page, birds.stork)
    expect_image(page, studio, birds.stork, "a stork")
    expect_fits(page)
    page.go_back()
    expect(page.get_by_role("dialog", name="Image")).to_have_count(0)
    expect(page).to_have_url(f"{studio.url}/gallery/")
    expect(tile(page, birds.stork)).to_be_focused()
    assert marked(page), "the grid was loaded again"
    assert page.title() == title
    page.go_forward()
    expect_image(page, studio, birds.stork, "a stork")
    assert marked(page)


@sizes
@pytest.mark.parametrize("way", ["Escape", "button"])
def test_closing_leads_back_to_the_grid_as_it_was(
    size: tuple[int, int], way: str, visit: Visits, birdwatcher: Member, birds: Birds, studio: Stack
) -> None:
    page = visit(birdwatcher, "/gallery/", size=size)
    mark(page)
    open_over(page, birds.heron)
    if way == "Escape":
        page.keyboard.press("Escape")
    else:
        page.get_by_role("link", name="Close").click()
    expect(page).to_have_url(f"{studio.url}/gallery/")
    expect(page.get_by_role("dialog", name="Image")).to_have_count(0)
    page.get_by_role("link", name="History").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_arrows_and_letters_turn_and_one_back_closes(
    visit: Visits, birdwatcher: Member, birds: Birds, studio: Stack
) -> None:
    page = visit(birdwatcher, "/gallery/")
    mark(page)
    open_over(page, birds.heron)
    for key, path, name in (
        ("ArrowRight", birds.stork, "a stork"),
        ("j", birds.crane, "a crane"),
        ("k", birds.stork, "a stork"),
        ("ArrowLeft", birds.heron, "a heron"),
    ):
        page.keyboard.press(key)
        expect_image(page, studio, path, name)
    page.get_by_role("link", name="Next image").click()
    expect_image(page, studio, birds.stork, "a stork")
    expect(page.get_by_role("link", name="Next image")).to_be_focused()
    page.go_back()
    expect(page).to_have_url(f"{studio.url}/gallery/")
    assert marked(page), "turning has left entries in the history"


@pytest.fixture(scope="module")
def turner(team: Team) -> Member:
    """Somebody with a row of twelve images."""
    member = team.joined()
    member.waits_for(member.press("a row of eight", 8), member.press("a row of four", 4))
    return member


def test_many_turns_in_a_row_end_at_the_right_image(
    visit: Visits, turner: Member, studio: Stack
) -> None:
    paths = turner.gallery(turner.username)
    assert len(paths) == 12
    page = visit(turner, f"/gallery/{turner.username}/")
    open_over(page, paths[0])
    for _ in range(11):
        expect(page.get_by_role("link", name="Next image")).to_be_visible()
        page.keyboard.press("ArrowRight")
    came_to = paths.index(settled(page))
    assert came_to > 0
    for path in paths[came_to + 1 :]:
        page.keyboard.press("ArrowRight")
        expect(page).to_have_url(at(studio, path))
    for path in reversed(paths[:11]):
        page.keyboard.press("ArrowLeft")
        expect(page).to_have_url(at(studio, path))
    expect(page.locator("#image-about")).to_have_attribute("data-here", re.compile(paths[0]))


def test_a_press_at_the_last_known_image_turns_as_soon_as_more_are_known(
    visit: Visits, turner: Member, studio: Stack
) -> None:
    paths = turner.gallery(turner.username)
    page = visit(turner, f"/gallery/{turner.username}/")
    open_over(page, paths[0])
    known = page.locator("#image-strip li").count()
    assert known < len(paths)
    held: list[Route] = []
    neighbours = re.compile(r"/images/[^/]+/\?in=gallery&")
    page.route(neighbours, lambda route: held.append(route), times=1)
    for path in paths[1:known]:
        page.keyboard.press("ArrowRight")
        expect(page).to_have_url(at(studio, path))
    page.keyboard.press("ArrowRight")
    held.pop().continue_()
    expect(page).to_have_url(at(studio, paths[known]))


def test_closing_while_a_turn_is_on_its_way_leads_to_the_grid(
    visit: Visits, birdwatcher: Member, birds: Birds, studio: Stack
) -> None:
    page = visit(birdwatcher, f"/gallery/{birdwatcher.username}/")
    mark(page)
    over = page.get_by_role("dialog", name="Image")
    for pause in (0, 30, 60):
        open_over(page, birds.heron)
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(pause)  # not a wait: how soon a person closes after a turn
        page.keyboard.press("Escape")
        expect(over).to_be_hidden()
        page.wait_for_load_state("networkidle")
        expect(page).to_have_url(f"{studio.url}/gallery/{birdwatcher.username}/")
        assert marked(page), "the page was loaded again"


def test_neighbour_is_loaded_before_one_turns_to_it(
    visit: Visits, birdwatcher: Member, birds: Birds
) -> None:
    page = visit(birdwatcher, "/gallery/")
    open_over(page, birds.heron)
    neighbour = page.locator("image-stage img[alt='a stork']")
    expect(neighbour).not_to_be_in_viewport()
    expect(neighbour).not_to_have_js_property("naturalWidth", 0)


@pytest.mark.parametrize("way", ["back", "Escape"])
def test_page_that_was_reloaded_leads_back_to_its_tile(
    way: str, visit: Visits, birdwatcher: Member, birds: Birds, studio: Stack
) -> None:
    page = visit(birdwatcher, "/gallery/")
    open_over(page, birds.stork)
    page.reload()
    ready(page)
    expect(page.get_by_role("banner")).to_be_visible()
    if way == "back":
        page.go_back()
    else:
        page.keyboard.press(way)
    expect(page).to_have_url(f"{studio.url}/gallery/")
    expect(tile(page, birds.stork)).to_be_focused()


@sizes
def test_page_of_its_own_fits_and_turns(
    size: tuple[int, int], visit: Visits, birdwatcher: Member, birds: Birds, studio: Stack
) -> None:
    page = visit(birdwatcher, birds.heron, size=size)
    ready(page)
    expect(on_stage(page)).to_be_in_viewport(ratio=1)
    expect_fits(page)
    page.keyboard.press("ArrowRight")
    expect_image(page, studio, birds.stork, "a stork")
    expect(details(page)).to_contain_text("Nano Banana")
    expect_fits(page)
    if size == PHONE:  # the sheet first
        page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page).to_have_url(f"{studio.url}/gallery/#image-{birds.stork.split('/')[2]}")


# --- zoom and swipe


def width(page: Page) -> float:
    box = on_stage(page).bounding_box()
    assert box
    return box["width"]


def grows(page: Page, before: float) -> None:
    page.wait_for_function(
        """before => [...document.querySelectorAll("image-stage .pswp__img")]
          .some((img) => img.checkVisibility() && img.getBoundingClientRect().width > before)""",
        arg=before * 1.2,
    )


@pytest.mark.parametrize("where", ["over", "page"])
def test_wheel_and_double_click_zoom_where_one_points(
    where: str, visit: Visits, birdwatcher: Member, birds: Birds
) -> None:
    page = visit(birdwatcher, "/gallery/" if where == "over" else birds.heron)
    if where == "over":
        open_over(page, birds.heron)
    ready(page)
    box = on_stage(page).bounding_box()
    assert box
    x, y = box["x"] + box["width"] * 0.25, box["y"] + box["height"] * 0.25
    page.mouse.move(x, y)
    page.mouse.wheel(0, -400)
    grows(page, box["width"])
    after = on_stage(page).bounding_box()
    assert after
    # The point under the mouse stays there.
    assert abs((x - after["x"]) / after["width"] - 0.25) < 0.1
    assert abs((y - after["y"]) / after["height"] - 0.25) < 0.1
    page.keyboard.press("ArrowRight")
    expect(on_stage(page)).to_have_attribute("alt", "a stork")
    before = width(page)
    page.mouse.dblclick(x, y)
    grows(page, before)
    # Escape ends the zoom first, then it closes.
    page.keyboard.press("Escape")
    until(lambda: abs(width(page) - before) < 2, "the image is whole again")
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile("/gallery/"))


def test_keys_zoom_and_move_a_zoomed_image(
    visit: Visits, birdwatcher: Member, birds: Birds
) -> None:
    page = visit(birdwatcher, birds.heron)
    ready(page)
    before = width(page)
    page.keyboard.press("z")
    grows(page, before)
    expect(on_stage(page)).to_have_attribute("alt", "a heron")
    box = on_stage(page).bounding_box()
    assert box
    page.keyboard.press("Shift+ArrowDown")
    until(lambda: (on_stage(page).bounding_box() or box)["y"] < box["y"] - 20, "it is moved")
    expect(on_stage(page)).to_have_attribute("alt", "a heron")
    page.keyboard.press("z")
    until(lambda: abs(width(page) - before) < 2, "the image is whole again")
    page.get_by_role("button", name="Zoom").click()
    grows(page, before)


def test_swipe_turns_and_pinch_zooms(
    visit: Visits, birdwatcher: Member, birds: Birds, studio: Stack
) -> None:
    page = visit(birdwatcher, "/gallery/", size=PHONE)
    open_over(page, birds.heron)
    gesture(page, *([(x, 350)] for x in range(300, 60, -20)))
    expect_image(page, studio, birds.stork, "a stork")
    before = width(page)
    gesture(page, *([(160 - 10 * n, 340 - 5 * n), (200 + 10 * n, 360)] for n in range(9)))
    grows(page, before)


def test_image_thrown_down_closes(
    visit: Visits, birdwatcher: Member, birds: Birds, studio: Stack
) -> None:
    page = visit(birdwatcher, "/gallery/", size=PHONE)
    open_over(page, birds.heron)
    gesture(page, *([(180, y)] for y in range(300, 640, 30)))
    expect(page).to_have_url(f"{studio.url}/gallery/")
    expect(page.get_by_role("dialog", name="Image")).to_have_count(0)


# --- what is known, and what is done


def test_details_come_and_go_and_are_remembered(
    visit: Visits, birdwatcher: Member, birds: Birds
) -> None:
    page = visit(birdwatcher, birds.heron)
    panel = page.get_by_role("complementary", name="Details")
    expect(panel).to_be_visible()
    page.keyboard.press("i")
    expect(panel).to_be_hidden()
    button = page.get_by_role("button", name="Show details")
    expect(button).to_have_attribute("aria-expanded", "false")
    page.reload()
    expect(on_stage(page)).to_be_visible()
    expect(panel).to_be_hidden()
    page.keyboard.press("i")
    expect(panel).to_be_visible()
    expect(button).to_have_attribute("aria-expanded", "true")


def test_details_are_a_sheet_on_a_phone(visit: Visits, birdwatcher: Member, birds: Birds) -> None:
    page = visit(birdwatcher, "/gallery/", size=PHONE)
    open_over(page, birds.heron)
    panel = page.get_by_role("complementary", name="Details")
    expect(panel).to_be_hidden()
    page.get_by_role("button", name="Show details").tap()
    expect(panel).to_be_in_viewport()
    expect_fits(page)
    page.wait_for_function(ABOVE)
    panel.get_by_role("button", name="Hide details").tap()
    expect(panel).to_be_hidden()

    page.get_by_role("button", name="Show details").tap()
    draw(page, panel, 20)
    expect(panel).to_be_in_viewport()
    draw(page, panel, 120)
    expect(panel).to_be_hidden()


# What a phone's Back asks of whoever opened something last; no machine without one can press it.
WATCHED = """
  window.watchers = [];
  window.CloseWatcher = class extends window.CloseWatcher {
    constructor() { super(); window.watchers.push(this); }
  };
"""


def test_back_and_escape_close_a_phones_sheet_before_the_image(
    visit: Visits, birdwatcher: Member, birds: Birds
) -> None:
    page = visit(
        birdwatcher, "/gallery/", size=PHONE, before=lambda page: page.add_init_script(WATCHED)
    )
    open_over(page, birds.heron)
    panel = page.get_by_role("complementary", name="Details")
    for close in (
        lambda: page.evaluate("watchers.at(-1).requestClose()"),
        lambda: page.keyboard.press("Escape"),
    ):
        page.get_by_role("button", name="Show details").tap()
        expect(panel).to_be_in_viewport()
        close()
        expect(panel).to_be_hidden()
        expect(on_stage(page)).to_be_visible()
    page.get_by_role("button", name="Show details").tap()
    expect(panel).to_be_in_viewport()
    page.go_back()
    expect(page.get_by_role("dialog", name="Image")).to_have_count(0)
    open_over(page, birds.stork)
    expect(panel).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Image")).to_have_count(0)


# The whole image stands above the sheet.
ABOVE = """() => {
  const box = (selector) => document.querySelector(selector).getBoundingClientRect();
  return box(".pswp__item[aria-hidden=false] img").bottom <= box("#image-details").top + 1;
}"""


def draw(page: Page, panel: Locator, down: int) -> None:
    """Draw the sheet down by its head, so many pixels."""
    box = panel.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 10 + down, steps=5)
    page.mouse.up()


def test_prompt_and_task_id_are_copied(visit: Visits, birdwatcher: Member, birds: Birds) -> None:
    page = visit(birdwatcher, "/gallery/")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_over(page, birds.heron)
    copies = details(page).get_by_role("button", name="Copy", exact=True)
    task = details(page).locator("#task-id").text_content()
    for number, text in ((0, "a heron"), (1, task)):
        copies.nth(0).click() if number == 0 else copies.last.click()
        expect(details(page).get_by_role("button", name="Copied").first).to_be_visible()
        assert page.evaluate("navigator.clipboard.readText()") == text
        expect(details(page).get_by_role("button", name="Copied")).to_have_count(0)


def test_everything_is_reached_without_scripts(
    visit: Visits, birdwatcher: Member, birds: Birds, studio: Stack
) -> None:
    page = visit(birdwatcher, "/gallery/", scripts=False)
    tile(page, birds.heron).click()
    expect(page).to_have_url(at(studio, birds.heron))
    expect(page.get_by_role("img", name="a heron", exact=True)).to_be_visible()
    page.get_by_role("link", name="Next image").click()
    expect(page).to_have_url(at(studio, birds.stork))
    page.get_by_role("button", name="Favorite").click()
    expect(page).to_have_url(at(studio, birds.stork))
    expect(page.get_by_role("button", name="Favorite")).to_have_attribute("aria-pressed", "true")
    page.get_by_label("Note for the team").fill("seen without scripts")
    page.get_by_role("button", name="Save note").click()
    expect(page).to_have_url(at(studio, birds.stork))
    expect(page.get_by_label("Note for the team")).to_have_value("seen without scripts")
    page.get_by_role("link", name="Close").click()
    expect(tile(page, birds.stork)).to_be_visible()
