"""The studio without JavaScript: forms redirect, lists have links, everything is reached."""

from __future__ import annotations

import io
from functools import partial
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, Page, expect

from generator.queries.history import BATCHES_A_PAGE
from tests.browser.conftest import Visits, sizes
from tests.browser.looks import (
    batches,
    choose_count,
    expand_box,
    generate,
    images,
    menu,
    prompt_box,
    shown,
    slot,
)
from tests.member import PASSWORD, Member
from tests.stack import Stack, until


def test_log_in_press_gallery_image_and_download_work(
    visit: Visits, member: Member, studio: Stack, tmp_path: Path
) -> None:
    page, prompt = visit(scripts=False), "a stone bridge"
    page.get_by_label("Username").fill(member.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    prompt_box(page).fill(prompt)
    choose_count(page, 2)
    generate(page).click()
    expect(page).to_have_url(f"{studio.url}/")
    until(partial(has_come, page, prompt, 2), "both images are there after a reload")
    menu(page, "Gallery").click()
    images(page, prompt).first.click()
    shown(images(page, prompt), 1)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    download.value.save_as(tmp_path / "bridge.png")
    assert (tmp_path / "bridge.png").read_bytes() in studio.originals(prompt)


def has_come(page: Page, prompt: str, count: int) -> bool:
    page.reload()
    return images(batches(page, prompt), prompt).count() == count


def test_refused_press_says_why_on_the_whole_page(visit: Visits, member: Member) -> None:
    visit.expected.append("422 (Unprocessable")
    page = visit(member, scripts=False)
    prompt_box(page).fill("\u200b")
    choose_count(page, 4)
    generate(page).click()
    expect(page.get_by_role("alert")).to_contain_text("Describe the image you want to see.")
    expect(page.get_by_role("radio", name="4")).to_be_checked()
    expect(menu(page, "Gallery")).to_be_visible()


def test_reload_after_a_press_is_no_second_press(visit: Visits, member: Member) -> None:
    page, prompt = visit(member, scripts=False), "a stone wall [bad-request]"
    prompt_box(page).fill(prompt)
    generate(page).click()
    expect(batches(page, prompt)).to_have_count(1)
    for _ in range(3):
        page.reload()
        expect(batches(page, prompt)).to_have_count(1)
    assert member.asked(prompt) == 1


def test_a_reload_is_offered_while_something_is_to_come(
    visit: Visits, newcomer: Member, studio: Stack
) -> None:
    drawn = newcomer.press("a stone to wait for")
    newcomer.waits_for(drawn)
    page = visit(newcomer, scripts=False)
    again = page.get_by_role("link", name="Reload this page")
    expect(page.get_by_role("article")).to_have_count(1)
    expect(again).to_be_hidden()
    with studio.holding("a stone that takes its time"):
        newcomer.press("a stone that takes its time")
        page.reload()
        expect(again).to_be_visible()
        way, box = again.bounding_box(), page.locator("#compose").bounding_box()
        assert way
        assert box
        assert way["y"] + way["height"] + 8 <= box["y"]
        again.click()
        expect(page.get_by_role("article")).to_have_count(2)


@sizes
def test_what_acts_on_a_selection_covers_no_tile(
    size: tuple[int, int], visit: Visits, newcomer: Member
) -> None:
    newcomer.waits_for(newcomer.press("stones in many rows", 8), newcomer.press("more of them", 8))
    page = visit(newcomer, f"/gallery/{newcomer.username}/", size=(size[0], 420), scripts=False)
    bar = page.get_by_role("form", name="Selection").bounding_box()
    grid = page.locator("#gallery").bounding_box()
    assert bar
    assert grid
    assert bar["y"] >= grid["y"] + grid["height"]
    page.get_by_role("checkbox", name="Select: ").first.check(force=True)
    page.get_by_role("form", name="Selection").get_by_role("button", name="Favorite").click()
    expect(page.locator("[data-toast]").filter(has_text="Added to favorites")).to_be_visible()


def test_history_goes_on_behind_a_link(visit: Visits, newcomer: Member) -> None:
    prompts = [f"a stone {number} [bad-request]" for number in range(14)]
    for prompt in prompts:
        newcomer.press(prompt)
    page = visit(newcomer, "/history/", scripts=False)
    expect(page.get_by_role("article")).to_have_count(BATCHES_A_PAGE)
    page.get_by_role("link", name="Older").click()
    expect(page.get_by_role("article")).to_have_count(14 - BATCHES_A_PAGE)
    expect(batches(page, prompts[0])).to_have_count(1)
    expect(page.get_by_role("link", name="Older")).to_have_count(0)


def test_history_goes_on_by_scrolling_with_scripts(visit: Visits, newcomer: Member) -> None:
    prompts = [f"a stone {number} [bad-request]" for number in range(14)]
    for prompt in prompts:
        newcomer.press(prompt)
    page = visit(newcomer, "/history/")
    expect(page.get_by_role("article").first).to_be_visible()
    page.get_by_role("article").last.scroll_into_view_if_needed()
    expect(page.get_by_role("article")).to_have_count(14)
    expect(batches(page, prompts[0])).to_have_count(1)


def test_job_is_canceled_with_a_plain_button(visit: Visits, member: Member, studio: Stack) -> None:
    prompt = "a stone too many"
    with studio.holding_answers("stones in the way"):
        # As many as may be sent at once, and one that must wait for its turn.
        in_the_way = member.press("stones in the way [failed]", 4)
        batch = member.press(prompt)
        page = visit(member, batch, scripts=False)
        page.get_by_role("button", name="Cancel").click()
        expect(page.get_by_role("article")).to_contain_text("Canceled before it was sent")
    member.waits_for(in_the_way)
    assert studio.paid(prompt) == 0


@sizes
def test_slots_say_what_works_and_show_no_broken_image(
    size: tuple[int, int], visit: Visits, member: Member, references: list[str]
) -> None:
    visit.expected.append("404 (Not Found)")
    missing = references[0].replace("red", "missing")
    member.send("/", "/draft/", prompt="", image_urls=[references[0], missing])
    page = visit(member, size=size, scripts=False)
    expand_box(page)
    expect(page.get_by_text("press + to choose a file or enter a URL")).to_be_visible()
    expect(page.get_by_text("drop, or paste")).to_be_hidden()
    shown(slot(page, 1).locator("img"), 1)
    # An image that does not come leaves its place plain, but for its number.
    places = [colours(slot(page, number)) for number in (1, 2)]
    assert "#b3402a" in places[0]
    # The slot's own border is seen where it begins at a fraction of a pixel.
    assert len(places[1] - {"#e1e1dc"}) == 1
    # Here each empty slot takes what is meant for it.
    slot(page, 4).click()
    expect(page.get_by_label("File of reference image 4")).to_be_visible()


def colours(tile: Locator) -> set[str]:
    """Of a strip below the number, from one border of the slot to the other: what a browser draws
    for a broken image has a frame."""
    image = Image.open(io.BytesIO(tile.screenshot())).convert("RGB")
    wide, high = image.size
    middle = image.crop((1, high // 2, wide - 1, high * 7 // 10)).tobytes()
    return {f"#{middle[at : at + 3].hex()}" for at in range(0, len(middle), 3)}
