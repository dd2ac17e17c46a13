"""Nothing on a page moves by itself: how work ends fits in the room that was kept for it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, Visits
from tests.member import Member
from tests.stack import Stack, until

# Ends without an image, and the word on their cards.
ENDS = {
    "[no-image]": "No image",
    "[words-only]": "No image",
    "[failed]": "Failed",
    "[accepted-reset]": "Unclear",
    "[bad-request]": "Failed",
}
# Where each thing of the page stands in its whole, by what it is.
PLACES = """() => Object.fromEntries(
    [...document.querySelectorAll(".batch, .batch__head, .card, .card__frame, .card__foot")].map(
      (thing, at) => {
        const { left, top, width, height } = thing.getBoundingClientRect();
        const place = [left, top + scrollY, width, height];
        return [`${thing.classList[0]} ${at}`, place.map(Math.round)];
      }))"""
CUT = """() => [...document.querySelectorAll(".card__frame :is(p, blockquote, a, button)")]
    .filter((thing) => thing.checkVisibility())
    .filter((thing) => {
      const mine = thing.getBoundingClientRect();
      const frame = thing.closest(".card__frame").getBoundingClientRect();
      return mine.top < frame.top || mine.bottom > frame.bottom + 0.5
        || mine.left < frame.left || mine.right > frame.right + 0.5;
    }).map((thing) => thing.textContent.trim())"""


def ends(page: Page, words: list[str]) -> None:
    for word in set(words):
        cards = page.get_by_role("article").filter(has=page.get_by_text(word, exact=True))
        expect(cards).to_have_count(words.count(word))


@pytest.mark.parametrize("shape", ["", "16:9", "9:16"])
def test_ends_without_an_image_move_nothing(
    shape: str, visit: Visits, newcomer: Member, studio: Stack
) -> None:
    fields = {"model": "google/gemini-2.5-flash-image", "aspect_ratio": shape} if shape else {}
    newcomer.waits_for(newcomer.press("a quiet hill below", 2))
    owl = "an owl to be seen before its end"
    with studio.holding(owl), studio.holding_answers(f"{owl} [accepted", f"{owl} [bad"):
        for scenario in ENDS:
            newcomer.press(f"{owl} {scenario}", 2, **fields)
        newcomer.press(f"{owl}, which is an image", 2, **fields)
        until(lambda: studio.stats()["answers_held"] == 4, "all but the last are sent")
        pages = [visit(newcomer, size=size) for size in (PHONE, DESKTOP)]
        for page in pages:
            expect(page.get_by_role("article")).to_have_count(2 + 2 * len(ENDS) + 2)
        before = [page.evaluate(PLACES) for page in pages]
    words = [word for word in ENDS.values() for _ in range(2)]
    for page, places in zip(pages, before, strict=True):
        ends(page, [*words, "Done", "Done", "Done", "Done"])
        assert page.evaluate(PLACES) == places
        assert page.evaluate(CUT) == []


@pytest.mark.parametrize("shape", ["", "16:9", "9:16"])
def test_card_of_an_image_in_the_trash_leads_there(
    shape: str, visit: Visits, newcomer: Member
) -> None:
    fields = {"model": "google/gemini-2.5-flash-image", "aspect_ratio": shape} if shape else {}
    cards = newcomer.waits_for(newcomer.press("a hill to throw away", 2, **fields))
    images = [card.image.split("/")[2] for card in cards]
    newcomer.send("/gallery/", "/bulk/", kind="trash", image=images)
    for size in (PHONE, DESKTOP):
        page = visit(newcomer, size=size)
        ways = page.get_by_role("article").get_by_role("link", name="the trash")
        expect(ways).to_have_count(2)
        assert page.evaluate(CUT) == []
        ways.first.click()
        expect(page.get_by_role("heading", name="Trash", level=1)).to_be_visible()
