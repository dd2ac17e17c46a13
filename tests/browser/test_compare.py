"""Images side by side: from an image, from a selection, and what one does there."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visits, sizes
from tests.browser.looks import bar, boxes, expect_fits, toast
from tests.browser.viewer import open_over, ready
from tests.member import Member, Team
from tests.stack import Stack


@pytest.fixture
def critic(team: Team) -> Member:
    """Somebody with four images of two prompts, the newest first."""
    return team.joined_with({"a grey heron": 3, "a white heron": 1})


def compared(page: Page, count: int) -> Locator:
    """The images side by side, each as the button that zooms all of them."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Compare")
    found = page.get_by_role("button", name="Zoom image")
    expect(found).to_have_count(count)
    for image in page.locator("compare-images img").all():
        expect(image).not_to_have_js_property("naturalWidth", 0)
    return found


def test_key_compares_with_the_neighbour_and_back_leads_to_the_image(
    visit: Visits, critic: Member, studio: Stack
) -> None:
    newest = critic.gallery(critic.username)[0]
    page = visit(critic, f"/gallery/{critic.username}/")
    open_over(page, newest)
    page.keyboard.press("c")
    compared(page, 2)
    expect(page.get_by_role("table")).to_contain_text("differs")
    expect(page.locator("mark")).to_have_text(["white", "grey"])
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile(re.escape(studio.url + newest)))
    ready(page)
    page.go_back()
    compared(page, 2)
    page.go_back()
    expect(page).to_have_url(re.compile(re.escape(studio.url + newest)))


def test_image_with_a_sibling_is_compared_with_it(visit: Visits, critic: Member) -> None:
    page = visit(critic, critic.gallery(critic.username)[1])
    ready(page)
    page.get_by_role("link", name="Compare").click()
    compared(page, 2)
    expect(page.locator("mark")).to_have_count(0)


@sizes
@pytest.mark.parametrize("count", [2, 3, 4])
def test_selection_is_compared(
    size: tuple[int, int], count: int, visit: Visits, critic: Member, studio: Stack
) -> None:
    page = visit(critic, f"/gallery/{critic.username}/", size=size)
    button = bar(page).get_by_role("button", name="Compare")
    boxes(page).first.check(force=True)
    expect(button).to_be_disabled()
    button.click(force=True)
    reason = page.locator("[data-toast]", has_text="Select two to four images")
    expect(reason).to_be_visible()
    box = reason.bounding_box()
    assert box
    assert box["height"] < 120
    for number in range(1, count):
        boxes(page).nth(number).check(force=True)
    expect_fits(page)
    button.click()
    frames = compared(page, count)
    expect_fits(page)
    places = [frame.bounding_box() for frame in frames.all()]
    assert all(places)
    assert len({(round(box["y"]), round(box["width"])) for box in places if box}) == 1
    page.get_by_role("link", name="Close").click()
    expect(page).to_have_url(f"{studio.url}/gallery/{critic.username}/")


def places(page: Page) -> list[list[float]]:
    """Of each image: its width, and where its frame is scrolled to, as a share."""
    return list(
        page.evaluate(
            """[...document.querySelectorAll("[data-zoom]")].map((frame) => [
              Math.round(frame.firstElementChild.getBoundingClientRect().width),
              frame.scrollLeft / (frame.scrollWidth - frame.clientWidth || 1),
              frame.scrollTop / (frame.scrollHeight - frame.clientHeight || 1),
            ])"""
        )
    )


def test_click_zooms_all_at_the_same_place_and_again_fits_them(
    visit: Visits, critic: Member
) -> None:
    paths = critic.gallery(critic.username)
    query = "&".join(f"image={path.split('/')[2]}" for path in paths[:2])
    page = visit(critic, f"/compare/?{query}")
    frames = compared(page, 2)
    fitted = places(page)
    box = frames.first.bounding_box()
    assert box
    frames.first.click(position={"x": box["width"] * 0.8, "y": box["height"] * 0.3})
    expect(frames.last).to_have_attribute("aria-pressed", "true")
    one, other = places(page)
    assert one[0] > fitted[0][0]
    assert one[1:] == pytest.approx([0.8, 0.3], abs=0.03)
    assert other[1:] == pytest.approx(one[1:], abs=0.02)
    page.mouse.move(box["x"] + box["width"] * 0.1, box["y"] + box["height"] * 0.9)
    assert places(page)[1][1:] == pytest.approx([0.1, 0.9], abs=0.03)
    frames.last.focus()
    page.keyboard.press("Escape")
    assert places(page) == fitted
    page.keyboard.press("Space")
    expect(frames.first).to_have_attribute("aria-pressed", "true")
    assert places(page)[0][1:] == pytest.approx([0.5, 0.5], abs=0.03)
    page.keyboard.press("Enter")
    assert places(page) == fitted


def test_space_zooms_right_after_arriving_and_escape_fits_before_it_closes(
    visit: Visits, critic: Member, studio: Stack
) -> None:
    paths = critic.gallery(critic.username)
    page = visit(critic, paths[0], size=(1280, 600))
    ready(page)
    page.keyboard.press("c")
    frames = compared(page, 2)
    expect(page.get_by_text("Click or press Space to zoom all")).to_be_visible()
    page.keyboard.press("Space")
    expect(frames.first).to_have_attribute("aria-pressed", "true")
    assert places(page)[1][1:] == pytest.approx([0.5, 0.5], abs=0.03)
    assert page.evaluate("scrollY") == 0
    page.keyboard.press("Escape")
    expect(frames.first).to_have_attribute("aria-pressed", "false")
    # Where Space is a button's own, it stays that.
    page.get_by_role("button", name="Favorite: image 1").focus()
    page.keyboard.press("Space")
    expect(toast(page, "Added to favorites")).to_be_visible()
    expect(frames.first).to_have_attribute("aria-pressed", "false")
    # What came in the place of the page's images hears the keys once.
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_contain_text("Comparing")
    page.keyboard.press("Escape")
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("Space")
    expect(frames.first).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Space")
    expect(frames.first).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile(re.escape(studio.url + paths[0])))


def chosen(page: Page) -> list[int]:
    """Which of the tiles are chosen, by their places."""
    return [n for n, box in enumerate(boxes(page).all()) if box.is_checked()]


@sizes
@pytest.mark.parametrize("way", ["Close", "Back"])
def test_the_selection_is_there_when_one_comes_back(
    way: str, size: tuple[int, int], visit: Visits, critic: Member, studio: Stack
) -> None:
    address = f"/gallery/{critic.username}/"
    page = visit(critic, address, size=size)
    for number in (0, 2):
        boxes(page).nth(number).check(force=True)
    bar(page).get_by_role("button", name="Compare").click()
    compared(page, 2)
    if way == "Close":
        page.get_by_role("link", name="Close").click()
    else:
        page.go_back()
    expect(page).to_have_url(studio.url + address)
    expect(bar(page)).to_contain_text("2 selected")
    assert chosen(page) == [0, 2]
    expect(bar(page).get_by_role("button", name="Compare")).to_be_enabled()
    # What is taken back stays so, and coming by another way begins anew.
    bar(page).get_by_role("button", name="Clear").click()
    page.reload()
    expect(boxes(page)).to_have_count(4)
    assert chosen(page) == []


def test_what_an_image_is_compared_with_is_said(visit: Visits, critic: Member) -> None:
    newest, second = critic.gallery(critic.username)[:2]
    page = visit(critic, newest)
    expect(page.get_by_role("link", name="Compare with the neighboring image")).to_be_visible()
    page.goto(second)
    page.get_by_role("link", name="Compare with another image of its batch").click()
    compared(page, 2)
    expect(page.get_by_text("All images are from one batch")).to_be_visible()


def test_favourite_and_reuse_are_at_hand(visit: Visits, critic: Member, studio: Stack) -> None:
    page = visit(critic, f"/gallery/{critic.username}/")
    for number in (0, 1):
        boxes(page).nth(number).check(force=True)
    bar(page).get_by_role("button", name="Compare").click()
    compared(page, 2)
    address = page.url
    heart = page.get_by_role("button", name="Favorite: image 2")
    heart.click()
    expect(toast(page, "Added to favorites")).to_be_visible()
    expect(heart).to_have_attribute("aria-pressed", "true")
    assert page.url == address
    page.get_by_role("link", name="Open image 1").click()
    ready(page)
    page.go_back()
    page.get_by_role("link", name="Reuse image 1").click()
    expect(page.get_by_role("textbox", name="Prompt")).to_have_value("a white heron")


def test_without_scripts_the_boxes_lead_there_and_images_are_links(
    visit: Visits, critic: Member, studio: Stack
) -> None:
    page = visit(critic, f"/gallery/{critic.username}/", scripts=False)
    bar(page).get_by_role("button", name="Compare").click()
    expect(boxes(page)).to_have_count(4)
    for number in (0, 1):
        boxes(page).nth(number).check(force=True)
    bar(page).get_by_role("button", name="Compare").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Compare")
    page.get_by_role("link", name="a white heron").click()
    path = critic.gallery(critic.username)[0]
    expect(page).to_have_url(studio.url + path)
    expect(page.get_by_role("link", name="Compare")).to_be_visible()
