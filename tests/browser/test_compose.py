"""The compose box: what it says, what it keeps, and that one press is one batch."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.conftest import Visits
from tests.browser.looks import (
    batches,
    choose_count,
    chosen_count,
    fill_reference,
    generate,
    mark,
    marked,
    prompt_box,
    reference,
    slot,
)
from tests.member import Member
from tests.stack import Stack

# Refused by the sandbox at once: a batch that costs nothing, not even the time to draw it.
QUICK = "[bad-request]"
WRONG = "Not a valid URL. Use one that starts with https:// or http:// and has no spaces."


@pytest.fixture
def studio_page(visit: Visits, member: Member) -> Page:
    """The studio in a browser that has never been here, with nothing in the box."""
    return visit(member)


def presses(page: Page) -> list[Request]:
    """Every press that leaves this page from now on."""
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request) if is_press(request) else None)
    return sent


def is_press(request: Request) -> bool:
    return request.method == "POST" and request.url.endswith("/batches/")


def test_ctrl_and_enter_presses_generate(studio_page: Page, member: Member) -> None:
    prompt = f"an owl at noon {QUICK}"
    prompt_box(studio_page).fill(prompt)
    prompt_box(studio_page).press("Control+Enter")
    expect(batches(studio_page, prompt)).to_have_count(1)
    assert member.asked(prompt) == 1


def test_enter_alone_is_a_new_line(studio_page: Page, member: Member) -> None:
    sent = presses(studio_page)
    box = prompt_box(studio_page)
    box.fill("first line")
    box.press("Enter")
    box.press_sequentially("second line")
    expect(box).to_have_value("first line\nsecond line")
    assert sent == []
    assert member.asked("first line") == 0


def test_empty_prompt_is_said_and_nothing_is_sent(studio_page: Page) -> None:
    sent = presses(studio_page)
    for text in ("", "  \n "):
        prompt_box(studio_page).fill(text)
        expect(generate(studio_page)).to_have_text("Write a prompt first")
        expect(generate(studio_page)).to_be_disabled()
        generate(studio_page).click(force=True)
        expect(prompt_box(studio_page)).to_be_focused()
        prompt_box(studio_page).press("Control+Enter")
    assert sent == []


def test_too_long_a_prompt_is_said_and_kept(studio_page: Page) -> None:
    sent = presses(studio_page)
    prompt_box(studio_page).fill("🦊" * 10_001)
    expect(generate(studio_page)).to_have_text("The prompt is too long")
    expect(studio_page.get_by_text("10001 of 10000 characters")).to_be_visible()
    generate(studio_page).click(force=True)
    expect(prompt_box(studio_page)).to_have_value("🦊" * 10_001)
    prompt_box(studio_page).fill("🦊" * 10_000)
    expect(generate(studio_page)).to_have_text("Generate 1 · 0.5 credits")
    assert sent == []


def test_button_tells_count_and_price(studio_page: Page) -> None:
    prompt_box(studio_page).fill("an owl")
    for count, price in ((1, "0.5"), (3, "1.5"), (8, "4.0")):
        choose_count(studio_page, count)
        expect(generate(studio_page)).to_have_text(f"Generate {count} · {price} credits")
    studio_page.get_by_role("combobox", name="Model").select_option("google/gemini-2.5-flash-image")
    expect(generate(studio_page)).to_have_text("Generate 8 · 3.2 credits")
    choose_count(studio_page, 3)
    expect(generate(studio_page)).to_have_text("Generate 3 · 1.2 credits")


def test_box_keeps_its_content_after_a_press(
    studio_page: Page, references: list[str], member: Member
) -> None:
    page, prompt = studio_page, f"an owl that stays {QUICK}"
    fill_everything(page, prompt, references)
    mark(page)
    generate(page).click()
    expect(batches(page, prompt)).to_have_count(1)
    expect_everything(page, prompt, references)
    # A second press is a second batch: the page has got a new token with the first.
    generate(page).click()
    expect(batches(page, prompt)).to_have_count(2)
    assert marked(page)
    assert member.asked(prompt) == 2


def test_draft_survives_a_reload(studio_page: Page, references: list[str]) -> None:
    fill_everything(studio_page, "an owl in two parts", references)
    studio_page.reload()
    expect_everything(studio_page, "an owl in two parts", references)


def fill_everything(page: Page, prompt: str, references: list[str]) -> None:
    prompt_box(page).fill(prompt)
    for number, address in enumerate(references, 1):
        fill_reference(page, number, address)
    page.get_by_role("combobox", name="Model").select_option("google/gemini-2.5-flash-image")
    choose_count(page, 2)


def expect_everything(page: Page, prompt: str, references: list[str]) -> None:
    expect(prompt_box(page)).to_have_value(prompt)
    for number, address in enumerate(references, 1):
        expect(reference(page, number)).to_have_value(address)
    expect(page.get_by_role("form", name="New images").locator("img")).to_have_count(2)
    model = page.get_by_role("combobox", name="Model")
    expect(model).to_have_value("google/gemini-2.5-flash-image")
    expect(chosen_count(page)).to_have_value("2")
    expect(generate(page)).to_have_text("Generate 2 · 0.8 credits")


@pytest.mark.parametrize("gap_ms", [0, 250])
def test_double_click_makes_one_batch(
    gap_ms: int, studio_page: Page, member: Member, studio: Stack
) -> None:
    prompt = f"an owl, clicked twice in {gap_ms} ms"
    prompt_box(studio_page).fill(prompt)
    place = generate(studio_page).bounding_box()
    assert place
    mouse = studio_page.mouse
    mouse.move(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    for number in (1, 2):
        mouse.down(click_count=number)
        mouse.up(click_count=number)
        studio_page.wait_for_timeout(gap_ms)  # not a wait: how fast a person clicks
    expect(batches(studio_page, prompt).get_by_role("img")).to_have_count(1)
    studio_page.reload()
    expect(batches(studio_page, prompt)).to_have_count(1)
    assert member.asked(prompt) == studio.paid(prompt) == 1


def test_keys_held_down_make_one_batch(studio_page: Page, member: Member) -> None:
    prompt = f"an owl, held {QUICK}"
    prompt_box(studio_page).fill(prompt)
    prompt_box(studio_page).focus()
    studio_page.keyboard.down("Control")
    for _ in range(20):
        studio_page.keyboard.down("Enter")
        studio_page.wait_for_timeout(50)  # not a wait: the keyboard's own repetition
    studio_page.keyboard.up("Enter")
    studio_page.keyboard.up("Control")
    expect(batches(studio_page, prompt).first).to_be_visible()
    assert member.asked(prompt) == 1


def test_the_same_press_sent_again_answers_with_the_same_batch(
    studio_page: Page, member: Member
) -> None:
    prompt = f"an owl, sent again {QUICK}"
    prompt_box(studio_page).fill(prompt)
    with studio_page.expect_request(is_press) as press:
        generate(studio_page).click()
    expect(batches(studio_page, prompt)).to_have_count(1)
    for _ in range(3):
        again = studio_page.request.post(
            press.value.url,
            data=press.value.post_data,
            headers=press.value.headers | {"referer": studio_page.url},
        )
        assert again.status == 201
        assert prompt in again.text()
    assert member.asked(prompt) == 1


def test_refused_press_says_why_in_its_place_and_keeps_the_content(
    visit: Visits, member: Member, references: list[str]
) -> None:
    visit.expected.append("422 (Unprocessable")
    page, prompt = visit(member), f"an owl with a broken address {QUICK}"
    # Nothing of it shows before the press.
    secret = references[0].replace("//", "//mina:secret@")
    fill_everything(page, prompt, [secret])
    mark(page)
    generate(page).click()
    said = page.get_by_text("Remove the username and password from this URL.")
    expect(said).to_be_visible()
    expect(slot(page, 1)).to_be_focused()
    expect(reference(page, 1)).to_have_value(secret)
    expect(prompt_box(page)).to_have_value(prompt)
    expect(chosen_count(page)).to_have_value("2")
    expect(generate(page)).to_have_text("Correct the marked reference")
    assert member.asked(prompt) == 0
    fill_reference(page, 1, "")
    expect(generate(page)).to_have_text("Generate 2 · 0.8 credits")
    generate(page).click()
    expect(batches(page, prompt)).to_have_count(1)
    expect(said).to_have_count(0)
    assert marked(page)


def test_what_is_no_address_stops_the_press_and_says_so(studio_page: Page) -> None:
    page, sent = studio_page, presses(studio_page)
    prompt_box(page).fill(f"an owl without a home {QUICK}")
    slot(page, 1).click()
    for wrong in ("notaurl", "ftp://example.org/owl.png", "https:///owl.png"):
        # Also by the keys, in the field itself.
        reference(page, 1).fill(wrong)
        reference(page, 1).press("Control+Enter")
        expect(page.get_by_text(WRONG)).to_be_visible()
        expect(generate(page)).to_have_text("Correct the marked reference")
        expect(generate(page)).to_be_disabled()
        prompt_box(page).focus()
        generate(page).click(force=True)
        expect(slot(page, 1)).to_be_focused()
        slot(page, 1).click()
    assert sent == []
    reference(page, 1).fill("")
    expect(generate(page)).to_have_text("Generate 1 · 0.5 credits")
    expect(page.get_by_text(WRONG)).to_have_count(0)


def test_without_scripts_the_same_sentence_comes_with_the_answer(
    visit: Visits, member: Member
) -> None:
    visit.expected.append("422 (Unprocessable")
    page = visit(member, scripts=False)
    prompt_box(page).fill("an owl without a home")
    fill_reference(page, 1, "ftp://example.org/owl.png")
    generate(page).click()
    expect(page.get_by_text(WRONG)).to_be_visible()


def test_prompt_of_invisible_characters_is_refused_in_words(visit: Visits, member: Member) -> None:
    visit.expected.append("422 (Unprocessable")
    page = visit(member)
    mark(page)
    prompt_box(page).fill("\u200b\u200d")
    generate(page).click()
    expect(page.get_by_role("alert")).to_contain_text("Describe the image you want to see.")
    assert marked(page)


def test_broken_reference_is_said_beside_its_place(
    visit: Visits, member: Member, references: list[str]
) -> None:
    visit.expected.append("404 (Not Found)")
    page = visit(member)
    fill_reference(page, 1, references[0].replace("red", "missing"))
    said = page.get_by_text("No preview available. The sandbox does not load the image.")
    expect(said).to_be_visible()
    # A warning is no stop.
    prompt_box(page).fill("an owl")
    expect(generate(page)).to_have_text("Generate 1 · 0.5 credits")
    slot(page, 1).click()
    page.get_by_role("button", name="Remove reference image 1").click()
    expect(reference(page, 1)).to_have_value("")
    expect(said).to_have_count(0)
