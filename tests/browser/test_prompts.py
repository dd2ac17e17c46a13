"""Whatever a prompt holds, pages show it as text."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visits
from tests.browser.looks import batches, generate, images, prompt_box, shown
from tests.member import Member

# No longer than what an image's description holds.
HOSTILE = (
    "<script>document.title='taken'</script>"
    "<img src=x onerror=\"document.title='taken'\">\"'</textarea>{{ 7 }} &lt;b&gt;"
)
ARABIC = "ثعلب أحمر نائم في الثلج"


def words(page: Page) -> Locator:
    """The prompt on an image's page."""
    return page.get_by_role("region", name="Prompt").get_by_role("paragraph").first


@pytest.mark.parametrize("again", [False, True], ids=["live", "at-the-next-visit"])
def test_markup_in_a_prompt_is_text_everywhere(
    again: bool, visit: Visits, newcomer: Member
) -> None:
    page = visit(newcomer)
    prompt_box(page).fill(HOSTILE)
    generate(page).click()
    expect(batches(page, HOSTILE)).to_have_count(1)
    if again:
        page.goto("/history/")
    shown(images(batches(page, HOSTILE), HOSTILE), 1)
    for path in ("/", "/history/", f"/gallery/{newcomer.username}/"):
        page.goto(path)
        shown(images(page, HOSTILE), 1)
        expect(page).not_to_have_title("taken")
    images(page, HOSTILE).click()
    expect(words(page)).to_have_text(HOSTILE)
    for link, heading in (("View batch", "Prompt"), ("View timeline", "Timeline")):
        with page.expect_navigation():
            page.get_by_role("link", name=link).click()
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
        expect(page.get_by_text(HOSTILE, exact=True).first).to_be_visible()
        expect(page).not_to_have_title("taken")
        page.go_back()
    # The draft brings it back into the box as it was.
    page.goto("/")
    expect(prompt_box(page)).to_have_value(HOSTILE)


def test_right_to_left_prompt_is_set_from_the_right(visit: Visits, member: Member) -> None:
    page = visit(member)
    prompt_box(page).fill(ARABIC)
    expect(prompt_box(page)).to_have_css("direction", "rtl")
    generate(page).click()
    heading = batches(page, ARABIC).get_by_role("link", name=ARABIC).first
    expect(heading).to_have_attribute("dir", "auto")
    expect(heading).to_have_css("direction", "rtl")
    images(page, ARABIC).click()
    expect(words(page)).to_have_css("direction", "rtl")
    expect(page.locator("html")).to_have_attribute("dir", "ltr")
