"""Every page on a phone and on a desk: nothing sticks out, and what one needs can be reached."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Visits, sizes
from tests.browser.looks import (
    batches,
    expect_fits,
    fill_reference,
    generate,
    images,
    menu,
    prompt_box,
    shown,
    slot,
)
from tests.member import Member
from tests.stack import until


@sizes
def test_log_in_fits(size: tuple[int, int], visit: Visits) -> None:
    page = visit(size=size)
    expect(page.get_by_role("button", name="Log in")).to_be_in_viewport()
    expect_fits(page)


@sizes
def test_first_visit_fits_with_everything_in_reach(
    size: tuple[int, int], visit: Visits, newcomer: Member
) -> None:
    page = visit(newcomer, size=size)
    expect_fits(page)
    for control in (prompt_box(page), generate(page), menu(page, "Gallery")):
        expect(control).to_be_in_viewport(ratio=1)


def test_image_is_made_and_found_on_a_phone(visit: Visits, member: Member) -> None:
    page, prompt = visit(member, size=PHONE), "an owl on a phone"
    prompt_box(page).tap()
    prompt_box(page).fill(prompt)
    page.locator("summary").filter(has_text="References & more").tap()
    page.get_by_role("group", name="Images").get_by_text("2", exact=True).tap()
    expect(generate(page)).to_have_text("Generate 2 · 1.0 credits")
    expect_fits(page)
    expect(generate(page)).to_be_in_viewport(ratio=1)
    generate(page).tap()
    shown(images(batches(page, prompt), prompt), 2)
    expect_fits(page)
    menu(page, "Gallery").tap()
    # Loaded as a whole: a tap before its scripts run opens the image's own page.
    page.wait_for_url("**/gallery/")
    images(page, prompt).first.tap()
    image = page.get_by_role("dialog", name="Image").get_by_role("img", name=prompt)
    expect(image.first).to_be_visible()
    expect(page.get_by_role("link", name="Download")).to_be_visible()


def test_folded_box_on_a_phone_tells_what_goes_along(
    visit: Visits, newcomer: Member, references: list[str]
) -> None:
    newcomer.send("/", "/draft/", prompt="a fox")
    page = visit(newcomer, size=PHONE)
    fold = page.locator("summary").filter(has_text="References & more")
    expect(fold).to_be_in_viewport(ratio=1)
    for said in ("attached", "private"):
        expect(fold).not_to_contain_text(said, use_inner_text=True)
    fold.tap()
    fill_reference(page, 1, references[0])
    page.get_by_role("button", name="Visibility").click()
    page.get_by_text("Only you", exact=True).click()
    page.keyboard.press("Escape")
    fold.press("Enter")
    expect(slot(page, 1)).to_be_hidden()
    for said in ("1 attached", "private"):
        expect(fold).to_contain_text(said, use_inner_text=True)
    expect(generate(page)).to_be_in_viewport(ratio=1)
    assert generate(page).bounding_box()["width"] > 300  # type: ignore[index]
    expect_fits(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_has_the_colours_that_one_has_asked_for(
    scheme: str, visit: Visits, owner: Member
) -> None:
    page = visit(owner, "/gallery/")
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    colour = "getComputedStyle(document.body).backgroundColor.match(/[\\d.]+/g).slice(0, 3)"

    def looks_dark() -> bool:
        return bool(max(map(float, page.evaluate(colour))) < 60)

    until(lambda: looks_dark() == (scheme == "dark"), f"the page is {scheme}")
