"""What a member's file is called, in its slot and wherever the image made from it is seen."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.box import expect_held, opened, png, upload
from tests.browser.conftest import Visits, sizes
from tests.browser.looks import expand_box, expect_fits, generate, prompt_box, reference, slot
from tests.browser.viewer import details
from tests.member import Member

LONG = "a photograph of the harbour at night, second try, cropped.png"
# An image's bytes, or a file, on their way from the clipboard.
PASTED = """([bytes, name]) => {
  const clipboardData = new DataTransfer();
  clipboardData.items.add(new File([new Uint8Array(bytes)], name, { type: "image/png" }));
  const options = { bubbles: true, cancelable: true, clipboardData };
  document.querySelector("#prompt").dispatchEvent(new ClipboardEvent("paste", options));
}"""


def caption(page: Page, number: int) -> str:
    return page.locator(f"#slot-{number}-caption").inner_text()


@sizes
def test_a_name_stays_with_its_file_to_the_image_made_from_it(
    size: tuple[int, int], visit: Visits, member: Member
) -> None:
    page, prompt = opened(visit, member, size), f"a harbour {size[0]}"
    prompt_box(page).fill(prompt)
    upload(page, 1, png("#b3402a"), LONG)
    expect_held(page, 1, "upload")
    # The same bytes by another name: each slot has its own.
    upload(page, 2, png("#b3402a"), "<b>boat</b>.png")
    expect_held(page, 2, "upload")
    expect_fits(page)
    assert [caption(page, 1), caption(page, 2)] == [LONG, "b>.png"]
    one, other = (page.locator("reference-slot").nth(at) for at in (0, 1))
    expect(page.locator("#slot-1-caption")).to_have_attribute("title", LONG)
    expect(slot(page, 1)).to_have_accessible_description(re.compile(re.escape(LONG)))
    boxes = [one.bounding_box(), other.bounding_box()]
    assert all(box and box["width"] <= 150 and box["height"] <= 60 for box in boxes)
    slot(page, 1).click()
    expect(page.locator("#slot-1").get_by_text(LONG)).to_be_visible()
    page.keyboard.press("Escape")
    expand_box(page)
    slot(page, 2).focus()
    page.keyboard.press("Shift+ArrowLeft")
    assert [caption(page, 1), caption(page, 2)] == ["b>.png", LONG]
    with page.expect_response(re.compile("/draft/")):
        prompt_box(page).press("End")
        prompt_box(page).type(" ")
    page.reload()
    assert [caption(page, 1), caption(page, 2)] == ["b>.png", LONG]
    generate(page).click()
    expect(page.get_by_role("heading", name=prompt)).to_have_count(1)
    link = page.get_by_role("heading", name=prompt).get_by_role("link")
    (card,) = member.waits_for(str(link.get_attribute("href")))
    page.goto(card.image)
    panel = details(page)
    expect(panel.get_by_role("link", name=f"Reference 2: {LONG}")).to_be_visible()
    expect(panel.get_by_text("b>.png", exact=True)).to_be_visible()
    expect_fits(page)


def test_a_pasted_image_has_a_plain_name_and_a_pasted_file_its_own(
    visit: Visits, member: Member
) -> None:
    page = opened(visit, member)
    for number, name in ((1, "image.png"), (2, "holiday.png")):
        page.evaluate(PASTED, [list(png("#2a5db3")), name])
        expect_held(page, number, "upload")
    assert [caption(page, 1), caption(page, 2)] == ["Pasted image", "holiday.png"]


def test_an_image_of_the_studio_is_called_as_before(visit: Visits, member: Member) -> None:
    (card,) = member.waits_for(member.press("a fox to be taken"))
    page = opened(visit, member)
    slot(page, 1).click()
    reference(page, 1).fill(f"{member.stack.url}{card.image}")
    page.keyboard.press("Escape")
    expect_held(page, 1, "image")
    assert caption(page, 1) == "Gallery"
