"""Prompts in the compose box: variants and lists, earlier ones, drafts, shapes, reuse."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from generator import variants
from tests.browser.box import opened
from tests.browser.conftest import PHONE, Visits, sizes
from tests.browser.looks import (
    batches,
    choose_count,
    chosen_count,
    expand_box,
    generate,
    prompt_box,
    reference,
    slot,
)
from tests.member import Member
from tests.stack import until

QUICK = "[bad-request]"
GEMINI = "google/gemini-2.5-flash-image"


def listed(page: Page) -> list[str]:
    panel = page.get_by_role("region", name="Variants")
    return panel.get_by_role("listitem").all_inner_texts()


@sizes
def test_variants_are_all_shown_with_their_price_and_then_made(
    size: tuple[int, int], visit: Visits, member: Member
) -> None:
    page = opened(visit, member, size)
    choose_count(page, 2)
    fox = f"fox {size[0]} {QUICK}"
    prompt_box(page).fill(f"{{red|blue}} {fox}")
    expect(generate(page)).to_have_text("Generate 4 · 2.0 credits")
    expect(page.get_by_text("2 prompts × 2 = 4 images · 2.0 credits")).to_be_visible()
    assert listed(page) == [f"red {fox}", f"blue {fox}"]
    generate(page).click()
    for colour in ("red", "blue"):
        expect(batches(page, f"{colour} {fox}")).to_have_count(1)
    headings = page.locator("section[data-batch] h2").all_inner_texts()
    assert headings[:2] == [f"red {fox}", f"blue {fox}"]
    prompt_box(page).fill("something else")
    prompt_box(page).press("Alt+ArrowUp")
    expect(prompt_box(page)).to_have_value(f"{{red|blue}} {fox}")
    expect(generate(page)).to_have_text("Generate 4 · 2.0 credits")


@sizes
def test_a_list_is_one_prompt_a_line_when_asked_for(
    size: tuple[int, int], visit: Visits, member: Member
) -> None:
    page = opened(visit, member, size)
    prompt_box(page).fill("a fox")
    expect(page.get_by_label("Treat each line as a separate prompt")).to_be_hidden()
    prompt_box(page).fill("a fox\nan owl\n\nan elk")
    expect(generate(page)).to_have_text("Generate 1 · 0.5 credits")
    page.get_by_label("Treat each line as a separate prompt").check()
    expect(generate(page)).to_have_text("Generate 3 · 1.5 credits")
    assert listed(page) == ["a fox", "an owl", "an elk"]
    choose_count(page, 1)
    prompt_box(page).fill(f"a fox {QUICK}\nan owl {QUICK}")
    generate(page).click()
    expect(batches(page, f"an owl {QUICK}")).to_have_count(1)
    lines = page.get_by_label("Treat each line as a separate prompt")
    lines.uncheck()
    prompt_box(page).fill("something else")
    prompt_box(page).press("Alt+ArrowUp")
    expect(prompt_box(page)).to_have_value(f"a fox {QUICK}\nan owl {QUICK}")
    expect(lines).to_be_checked()
    expect(generate(page)).to_have_text("Generate 2 · 1.0 credits")
    prompt_box(page).press("Alt+ArrowDown")
    expect(prompt_box(page)).to_have_value("something else")


def test_a_choice_that_is_not_closed_is_said(visit: Visits, member: Member) -> None:
    page = opened(visit, member)
    said = page.get_by_text("Close the open brace with }")
    prompt_box(page).fill("a {red|blue fox")
    expect(said).to_be_visible()
    prompt_box(page).press_sequentially("}")
    expect(said).to_be_hidden()
    expect(generate(page)).to_have_text("Generate 2 · 1.0 credits")
    for text in (r"a \{red|blue fox", "{{ 7|8 }}", "a {red, blue fox", "a}b|c"):
        prompt_box(page).fill(text)
        page.clock.run_for(2_000)
        expect(said).to_be_hidden()


def test_more_than_the_cap_is_said_on_the_button(visit: Visits, member: Member) -> None:
    page = opened(visit, member)
    prompt_box(page).fill("{a|b|c|d} {a|b|c|d}")
    choose_count(page, 2)
    expect(generate(page)).to_have_text("At most 24 images at a time")
    expect(generate(page)).to_be_disabled()
    choose_count(page, 1)
    expect(generate(page)).to_have_text("Generate 16 · 8.0 credits")


def test_the_page_and_the_server_read_choices_alike(visit: Visits, member: Member) -> None:
    page = opened(visit, member)
    texts = [r"{a|b} \{c|d}", "{{ 7|8 }}", "{a||b}", r"{a\|b|c\}d}", "{a|{b|c}}", "{a|a}", "{|}"]
    texts += [r"\\{a|b}", "a\n {b|c} \n\n", "{a|b", "a}b|c{", "{é|🦊}"]
    script = """async ([source, texts, lines]) => {
        const { expand } = await import(source);
        return texts.map((text) => expand(text, 9, lines));
    }"""
    for lines in (False, True):
        source = "/static/js/compose/variants.js"
        shown = page.evaluate(script, [source, texts, lines])
        assert shown == [variants.expand(text, 9, lines=lines) for text in texts]


def test_alt_and_arrows_step_through_earlier_prompts(visit: Visits, newcomer: Member) -> None:
    for text in ("first", "second", "third"):
        newcomer.press(f"{text} {QUICK}")
    page = opened(visit, newcomer)
    box = prompt_box(page)
    box.fill("being written")
    for text in ("third", "second", "first", "first"):
        box.press("Alt+ArrowUp")
        expect(box).to_have_value(f"{text} {QUICK}")
    for text in ("second", "third"):
        box.press("Alt+ArrowDown")
        expect(box).to_have_value(f"{text} {QUICK}")
    box.press("Alt+ArrowDown")
    expect(box).to_have_value("being written")


@sizes
def test_the_panel_finds_an_earlier_prompt_and_undo_brings_the_draft_back(
    size: tuple[int, int], visit: Visits, newcomer: Member, owner: Member
) -> None:
    # Words that no other prompt of the team has.
    boat, castle = f"boat{size[0]}", f"castle{size[0]}"
    for text in (f"a wooden {boat}", rf"a stone \{{{castle}|tower}}"):
        newcomer.press(f"{text} {QUICK}")
    owner.press(f"a {boat} of the owner {QUICK}")
    page = opened(visit, newcomer, size)
    prompt_box(page).fill("being written")
    page.get_by_role("link", name="Earlier prompts").click()
    search = page.get_by_role("searchbox", name="Search earlier prompts")
    close = page.locator("#prompt-history").get_by_role("button", name="Close")
    expect(close if size == PHONE else search).to_be_focused()
    found = page.locator("#prompt-history").get_by_role("link")
    expect(found).to_have_count(2)
    search.fill(boat)
    expect(found).to_have_count(1)
    page.locator("#prompt-history").get_by_text("The team's").click()
    expect(found).to_have_count(2)
    search.fill(castle)
    expect(found).to_have_count(1)
    search.press("ArrowDown")
    expect(found).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(search).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(prompt_box(page)).to_have_value(rf"a stone \{{{castle}|tower}} {QUICK}")
    expect(generate(page)).to_have_text("Generate 1 · 0.5 credits")
    page.get_by_role("link", name="Undo").click()
    expect(prompt_box(page)).to_have_value("being written")
    expect(page.get_by_role("link", name="Undo")).to_be_hidden()


@sizes
def test_a_draft_is_there_on_another_device(
    size: tuple[int, int], visit: Visits, member: Member
) -> None:
    page = opened(visit, member, size)
    with page.expect_response(lambda answer: answer.url.endswith("/draft/")):
        prompt_box(page).fill("begun at my desk")
        page.get_by_role("combobox", name="Model").select_option(GEMINI)
        choose_count(page, 3)
    until(lambda: page.evaluate("localStorage.length") == 0, "the server has it")
    other = visit(member, size=size)
    expand_box(other)
    expect(prompt_box(other)).to_have_value("begun at my desk")
    expect(chosen_count(other)).to_have_value("3")
    expect(generate(other)).to_have_text("Generate 3 · 1.2 credits")


def test_a_draft_survives_a_reload_while_the_studio_cannot_be_reached(
    visit: Visits, member: Member
) -> None:
    visit.expected += ["Failed to load resource"]
    page = opened(visit, member)
    page.route("**/draft/", lambda route: route.abort())
    prompt_box(page).fill("written in a tunnel")
    page.reload()
    expect(prompt_box(page)).to_have_value("written in a tunnel")


def test_a_long_list_of_variants_shows_whole_lines(visit: Visits, member: Member) -> None:
    page = opened(visit, member)
    prompt_box(page).fill("a {red|blue|grey} fox in {snow|rain|fog|sun|wind}")
    expect(page.get_by_role("listitem").filter(has_text="a grey fox in fog")).to_have_count(1)
    shown, line = page.get_by_role("list", name="All prompts").evaluate(
        "(list) => [list.clientHeight, list.children[0].clientHeight]"
    )
    assert shown == 6 * line


@sizes
def test_shapes_are_offered_where_the_model_takes_one(
    size: tuple[int, int], visit: Visits, member: Member
) -> None:
    page, prompt = opened(visit, member, size), f"a fox {size[0]} wide {QUICK}"
    prompt_box(page).fill(prompt)
    shapes = page.get_by_role("group", name="Shape")
    expect(shapes).to_be_hidden()
    page.get_by_role("combobox", name="Model").select_option(GEMINI)
    shapes.get_by_text("16:9", exact=True).click()
    expect(shapes.get_by_role("radio", checked=True)).to_have_value("16:9")
    generate(page).click()
    expect(batches(page, prompt)).to_contain_text("16:9")


def test_private_is_chosen_in_the_options_and_told(visit: Visits, member: Member) -> None:
    page, prompt = opened(visit, member), f"a shy fox {QUICK}"
    prompt_box(page).fill(prompt)
    page.get_by_role("button", name="Visibility").click()
    page.get_by_text("Only you", exact=True).click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Visibility")).to_contain_text("private")
    generate(page).click()
    expect(batches(page, prompt)).to_contain_text("Only you")


def test_the_box_keeps_prompt_and_focus_after_a_press(visit: Visits, member: Member) -> None:
    page, prompt = opened(visit, member), f"a fox that stays {QUICK}"
    prompt_box(page).fill(prompt)
    prompt_box(page).press("Control+Enter")
    expect(batches(page, prompt)).to_have_count(1)
    expect(prompt_box(page)).to_be_focused()
    generate(page).click()
    expect(batches(page, prompt)).to_have_count(2)
    expect(generate(page)).to_be_focused()
    expect(prompt_box(page)).to_have_value(prompt)


def test_reuse_fills_everything_or_a_part_and_can_be_undone(
    visit: Visits, member: Member, references: list[str]
) -> None:
    path = member.press(f"a fox to reuse {QUICK}", 3, [references[0]])
    member.send("/", "/draft/", prompt="my draft", count="2")
    page = visit(member, path)
    page.get_by_role("link", name="Reuse everything").click()
    expect(prompt_box(page)).to_have_value(f"a fox to reuse {QUICK}")
    expect(chosen_count(page)).to_have_value("3")
    expect(reference(page, 1)).to_have_value(references[0])
    expect(page).to_have_url(re.compile(r"/$"))
    page.get_by_role("link", name="Undo").click()
    expect(prompt_box(page)).to_have_value("my draft")
    expect(chosen_count(page)).to_have_value("2")
    expect(reference(page, 1)).to_have_value("")
    with page.expect_response(lambda answer: answer.url.endswith("/draft/")):
        page.goto(f"/?reuse={path.split('/')[2]}&part=references")
    expect(prompt_box(page)).to_have_value("my draft")
    expect(reference(page, 1)).to_have_value(references[0])


@sizes
def test_edit_from_here_begins_a_prompt_with_this_image_alone(
    size: tuple[int, int], visit: Visits, member: Member, references: list[str]
) -> None:
    card = member.waits_for(member.press("a fox to edit"))[0]
    member.send("/", "/draft/", prompt="now in winter", image_urls=references[:1])
    page = visit(member, card.image, size=size)
    page.keyboard.press("e")
    expect(prompt_box(page)).to_be_focused()
    expect(prompt_box(page)).to_have_value("")
    expect(reference(page, 1)).to_have_value(re.compile("^image:"))
    expect(slot(page, 1).locator("img")).to_have_count(1)
    expect(reference(page, 2)).to_have_value("")
    expect(page.get_by_role("button", name="Write a prompt first")).to_be_visible()
    page.get_by_role("link", name="Undo").click()
    expect(prompt_box(page)).to_have_value("now in winter")
    expect(reference(page, 1)).to_have_value(references[0])


def test_what_an_edit_displaced_comes_back_after_a_walk_until_something_is_sent(
    visit: Visits, member: Member, references: list[str]
) -> None:
    card = member.waits_for(member.press("a fox to walk from"))[0]
    member.send("/", "/draft/", prompt="now in summer", image_urls=references[:1])
    page = visit(member, card.image)
    undo = page.get_by_role("link", name="Undo")
    for _time in range(2):
        page.keyboard.press("e")
        expect(undo).to_be_visible()
        page.goto("/gallery/")
        page.goto("/")
        expect(prompt_box(page)).to_have_value("")
        undo.click()
        expect(prompt_box(page)).to_have_value("now in summer")
        expect(reference(page, 1)).to_have_value(references[0])
        page.reload()
        expect(undo).to_be_hidden()
        page.goto(card.image)
    page.keyboard.press("e")
    prompt_box(page).fill(f"a fox in autumn {QUICK}")
    generate(page).click()
    expect(batches(page, f"a fox in autumn {QUICK}")).to_have_count(1)
    page.reload()
    expect(prompt_box(page)).to_have_value(f"a fox in autumn {QUICK}")
    expect(undo).to_be_hidden()


@sizes
def test_an_image_is_added_to_what_stands_in_the_box(
    size: tuple[int, int], visit: Visits, member: Member, references: list[str]
) -> None:
    card = member.waits_for(member.press("a fox to add"))[0]
    member.send("/", "/draft/", prompt="both in a boat", image_urls=references[:1])
    page = visit(member, card.image, size=size)
    page.keyboard.press("a")
    expect(reference(page, 2)).to_have_value(re.compile("^image:"))
    expect(slot(page, 2).locator("img")).to_have_count(1)
    expect(reference(page, 1)).to_have_value(references[0])
    expect(prompt_box(page)).to_have_value("both in a boat")


def test_variants_are_shown_before_the_press_without_scripts(visit: Visits, member: Member) -> None:
    page = visit(member, scripts=False)
    prompt_box(page).fill(f"a {{tall|small}} stone {QUICK}")
    generate(page).click()
    # Playwright reads no text of a noscript.
    expect(page.locator("[data-variants] noscript strong")).to_be_visible()
    expect(generate(page)).to_contain_text("Generate 2")  # the answer is there
    assert listed(page) == [f"a tall stone {QUICK}", f"a small stone {QUICK}"]
    assert member.asked(f"a tall stone {QUICK}") == 0
    generate(page).click()
    expect(batches(page, f"a tall stone {QUICK}")).to_have_count(1)
    expect(batches(page, f"a small stone {QUICK}")).to_have_count(1)


def test_everything_is_reached_on_a_phone(visit: Visits, member: Member) -> None:
    page = opened(visit, member, PHONE)
    page.get_by_role("combobox", name="Model").select_option(GEMINI)
    prompt_box(page).fill("a fox\n" * 12)
    for place in (
        slot(page, 1),
        page.get_by_role("link", name="Earlier prompts"),
        page.get_by_role("button", name="Visibility"),
        page.get_by_role("combobox", name="Model"),
        page.get_by_role("group", name="Shape").get_by_text("21:9"),
        page.get_by_label("Treat each line as a separate prompt"),
        generate(page),
    ):
        place.scroll_into_view_if_needed()
        expect(place).to_be_in_viewport(ratio=1)
        place.click(trial=True)
    height = page.evaluate("document.getElementById('prompt').clientHeight")
    assert height >= 48
    expect(prompt_box(page)).to_be_in_viewport(ratio=0.9)


def test_on_a_phone_the_cards_of_a_press_come_in_sight_above_the_sheet(
    visit: Visits, owner: Member
) -> None:
    # What the owner's first steps take of the page, and a long list of the sheet, is most of it.
    owner.send("/", "/draft/", prompt="")
    page, prompt = visit(owner, size=PHONE), f"a {{red|blue|grey|white|black}} kite {QUICK}"
    expect(page.get_by_role("heading", name="First steps")).to_be_visible()
    prompt_box(page).fill(prompt)
    every_prompt = page.get_by_role("list", name="All prompts")
    expect(every_prompt).to_be_visible()
    generate(page).tap()
    cards = batches(page, f"a red kite {QUICK}").locator(".card__frame")
    expect(cards).to_have_count(1)
    above = """(card) => document.getElementById("compose").getBoundingClientRect().top
      - card.getBoundingClientRect().top"""
    until(lambda: cards.evaluate(above) >= 100, "the cards are seen above the sheet")
    expect(cards).to_be_in_viewport()
    expect(every_prompt).to_be_hidden()
    expect(page.get_by_text("5 prompts × 1 = 5 images")).to_be_visible()
    prompt_box(page).tap()
    expect(every_prompt).to_be_visible()
