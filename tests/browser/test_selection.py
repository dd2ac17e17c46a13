"""Choosing images with pointer, keys and touch, and what is done to them, with its undo."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, Visits, sizes
from tests.browser.looks import bar, boxes, links, mark, marked, toast
from tests.member import Member


@pytest.fixture
def artist(newcomer: Member) -> Member:
    """Somebody with six images, and a gallery of nothing else."""
    newcomer.waits_for(newcomer.press("a heron", 6))
    return newcomer


def gallery(visit: Visits, artist: Member, size: tuple[int, int], scripts: bool = True) -> Page:
    page = visit(artist, f"/gallery/{artist.username}/", size=size, scripts=scripts)
    expect(boxes(page)).to_have_count(6)
    return page


def id_of(page: Page, number: int) -> str:
    return str(page.locator("[data-image]").nth(number).get_attribute("id"))


def selected(page: Page, count: int) -> None:
    expect(page.get_by_role("checkbox", name="Select: ", checked=True)).to_have_count(count)
    expect(bar(page).get_by_text(f"{count} selected")).to_be_visible()


@sizes
def test_trash_takes_the_chosen_away_and_undo_puts_them_back(
    size: tuple[int, int], visit: Visits, artist: Member
) -> None:
    page = gallery(visit, artist, size)
    mark(page)
    expect(bar(page)).to_be_hidden()
    for number in (0, 2):
        boxes(page).nth(number).check(force=True)
    selected(page, 2)
    bar(page).get_by_role("button", name="Trash").click()
    said = toast(page, "2 moved to the trash")
    expect(said).to_be_visible()
    expect(links(page)).to_have_count(4)
    expect(bar(page)).to_be_hidden()
    said.get_by_role("button", name="Undo").click()
    expect(toast(page, "Undone for 2 images")).to_be_visible()
    expect(links(page)).to_have_count(6)
    assert marked(page)
    assert len(artist.gallery(artist.username)) == 6


@sizes
def test_the_page_follows_when_its_last_image_goes(
    size: tuple[int, int], visit: Visits, artist: Member
) -> None:
    page = gallery(visit, artist, size)
    expect(page.get_by_text("6 images", exact=True)).to_be_visible()
    for number in range(6):
        boxes(page).nth(number).check(force=True)
    bar(page).get_by_role("button", name="Trash").click()
    expect(page.get_by_role("heading", name="No matching images")).to_be_visible()
    expect(page.get_by_text("0 images", exact=True)).to_be_visible()
    toast(page, "6 moved to the trash").get_by_role("button", name="Undo").click()
    expect(links(page)).to_have_count(6)
    expect(page.get_by_role("heading", name="No matching images")).to_be_hidden()
    expect(page.get_by_text("6 images", exact=True)).to_be_visible()


@sizes
def test_nothing_is_wider_than_the_page(
    size: tuple[int, int], visit: Visits, artist: Member
) -> None:
    page = gallery(visit, artist, size)
    boxes(page).first.check(force=True)
    for button in bar(page).get_by_role("button").all():
        box = button.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= size[0]
        assert box["height"] >= 44
    for word in ("Favorite", "Collect", "Download", "Compare", "More", "Trash"):
        expect(bar(page).get_by_text(word, exact=True)).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_shift_click_chooses_the_range_and_a_click_goes_on_choosing(
    visit: Visits, artist: Member
) -> None:
    page = gallery(visit, artist, DESKTOP)
    boxes(page).nth(1).check(force=True)
    links(page).nth(4).click(modifiers=["Shift"])
    selected(page, 4)
    links(page).nth(0).click()
    selected(page, 5)
    links(page).nth(0).click()
    selected(page, 4)
    boxes(page).nth(5).click(modifiers=["Shift"], force=True)
    selected(page, 6)
    bar(page).get_by_role("button", name="Clear selection").click()
    expect(bar(page)).to_be_hidden()


def test_keys_choose_and_act(visit: Visits, artist: Member) -> None:
    page = gallery(visit, artist, DESKTOP)
    links(page).first.focus()
    page.keyboard.press("x")
    selected(page, 1)
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    selected(page, 3)
    page.keyboard.press("Shift+ArrowLeft")
    selected(page, 2)
    page.keyboard.press("Control+a")
    selected(page, 6)
    page.keyboard.press("Escape")
    expect(bar(page)).to_be_hidden()
    links(page).nth(3).focus()
    page.keyboard.press("f")
    expect(toast(page, "Added to favorites")).to_be_visible()
    links(page).nth(3).focus()
    page.keyboard.press("Delete")
    expect(toast(page, "Moved to the trash")).to_be_visible()
    expect(links(page)).to_have_count(5)


@pytest.mark.parametrize("keys", [["Delete"], ["x", "Delete"], ["x", "bar"]])
@pytest.mark.parametrize(("number", "left"), [(2, 3), (5, 4)])
def test_the_keys_go_on_at_the_neighbour_and_after_undo_at_the_tile(
    keys: list[str], number: int, left: int, visit: Visits, artist: Member
) -> None:
    page = gallery(visit, artist, DESKTOP)
    gone, neighbour = (page.locator(f"#{id_of(page, n)} a") for n in (number, left))
    gone.focus()
    for key in keys:
        if key == "bar":
            bar(page).get_by_role("button", name="Trash").press("Enter")
        else:
            page.keyboard.press(key)
    said = toast(page, "Moved to the trash")
    expect(said).to_be_visible()
    expect(neighbour).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(neighbour).not_to_be_focused()
    expect(links(page).and_(page.locator(":focus"))).to_have_count(1)
    said.get_by_role("button", name="Undo").press("Enter")
    expect(gone).to_be_focused()


def test_a_long_press_begins_by_touch_and_a_tap_goes_on(visit: Visits, artist: Member) -> None:
    page = gallery(visit, artist, PHONE)
    place = links(page).nth(1).bounding_box()
    assert place
    point = {"x": place["x"] + 50, "y": place["y"] + 60}
    touch = page.context.new_cdp_session(page)
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [point]})
    selected(page, 1)
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    links(page).nth(2).tap()
    selected(page, 2)
    expect(page).to_have_url(page.url)


def test_all_that_match_are_chosen_at_once(visit: Visits, artist: Member) -> None:
    page = gallery(visit, artist, DESKTOP)
    boxes(page).first.check(force=True)
    bar(page).get_by_role("checkbox", name="All 6 matches").check()
    bar(page).get_by_role("button", name="Favorite").click()
    done = toast(page, "6 added to favorites")
    expect(done).to_be_visible()
    expect(links(page).filter(has_text="Favorite")).to_have_count(6)
    done.get_by_role("button", name="Undo").click()
    expect(toast(page, "Undone for")).to_be_visible()
    expect(links(page).filter(has_text="Favorite")).to_have_count(0)


@sizes
def test_a_new_collection_is_made_of_the_chosen(
    size: tuple[int, int], visit: Visits, artist: Member
) -> None:
    page = gallery(visit, artist, size)
    boxes(page).nth(1).check(force=True)
    boxes(page).nth(2).check(force=True)
    bar(page).get_by_role("button", name="Collect").click()
    page.get_by_label("Name of a new collection").fill("Herons")
    page.keyboard.press("Enter")
    expect(toast(page, "2 added to “Herons”")).to_be_visible()


def test_visibility_is_shown_on_the_tile_and_taken_back(visit: Visits, artist: Member) -> None:
    page = gallery(visit, artist, DESKTOP)
    boxes(page).first.check(force=True)
    bar(page).get_by_role("button", name="More").click()
    page.get_by_role("button", name="Make private").click()
    said = toast(page, "Visible only to you now")
    expect(said).to_be_visible()
    expect(links(page).filter(has_text="Private")).to_have_count(1)
    said.get_by_role("button", name="Undo").click()
    expect(links(page).filter(has_text="Private")).to_have_count(0)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "none"])
def test_the_chosen_come_as_a_zip(
    scripts: bool, visit: Visits, artist: Member, tmp_path: Path
) -> None:
    page = gallery(visit, artist, DESKTOP, scripts)
    for number in (0, 1, 5):
        boxes(page).nth(number).check(force=True)
    with page.expect_download() as download:
        bar(page).get_by_role("button", name="Download").click()
    download.value.save_as(tmp_path / "chosen.zip")
    found = zipfile.ZipFile(io.BytesIO((tmp_path / "chosen.zip").read_bytes()))
    assert found.testzip() is None
    assert len([name for name in found.namelist() if name.endswith(".png")]) == 3


@pytest.fixture(params=[PHONE, DESKTOP], ids=["phone", "desktop"])
def plain(request: pytest.FixtureRequest, visit: Visits, artist: Member) -> Page:
    return gallery(visit, artist, request.param, scripts=False)


def test_without_scripts_the_boxes_are_a_form_whose_message_undoes(plain: Page) -> None:
    boxes(plain).nth(0).check(force=True)
    boxes(plain).nth(3).check(force=True)
    bar(plain).get_by_role("button", name="Trash").click()
    expect(links(plain)).to_have_count(4)
    expect(toast(plain, "2 moved to the trash.")).to_be_visible()
    toast(plain, "2 moved").get_by_role("button", name="Undo").click()
    expect(links(plain)).to_have_count(6)


@sizes
def test_selected_images_become_references(
    size: tuple[int, int], visit: Visits, artist: Member
) -> None:
    artist.send("/", "/draft/", prompt="in one boat")
    page = gallery(visit, artist, size)
    use = bar(page).get_by_role("button", name="Use as references")
    for one in boxes(page).all()[:5]:
        one.check(force=True)
    bar(page).get_by_role("button", name="More").click()
    use.click(force=True)  # to a screen reader it is disabled
    expect(toast(page, "Select up to four images")).to_be_visible()
    page.keyboard.press("Escape")  # closes the menu, which may cover a tile
    for one in boxes(page).all()[2:5]:
        one.uncheck(force=True)
    bar(page).get_by_role("button", name="More").click()
    use.click()
    expect(page.get_by_text("2 images were added to the references.")).to_be_visible()
    box = page.get_by_role("form", name="New images")
    expect(box.locator("reference-slot img")).to_have_count(2)
    expect(page.get_by_label("Prompt", exact=True)).to_have_value("in one boat")
