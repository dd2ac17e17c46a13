"""References in the compose box: uploaded, pasted, dropped, dragged, in another order, refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from generator.forms.slots import INVALID_URL, url_error
from generator.outbound.urlguard import leads_local
from tests.browser.box import expect_held, hand_over, opened, png, thumbnails, upload
from tests.browser.conftest import PHONE, Visits, sizes
from tests.browser.looks import batches, fill_reference, generate, prompt_box, reference, slot
from tests.member import Member, Team
from tests.unit.test_local_hosts import LOCAL, PUBLIC

QUICK = "[bad-request]"


@sizes
def test_a_chosen_file_is_uploaded_shown_and_sent(
    size: tuple[int, int], visit: Visits, member: Member
) -> None:
    page, prompt = opened(visit, member, size), f"a fox from a file {size[0]} {QUICK}"
    prompt_box(page).fill(prompt)
    upload(page, 1, png("#b3402a"))
    expect_held(page, 1, "upload")
    generate(page).click()
    expect(batches(page, prompt)).to_have_count(1)
    link = batches(page, prompt).get_by_role("link", name="Reference 1")
    answer = page.request.get(str(link.get_attribute("href")))
    assert (answer.status, answer.headers["content-type"]) == (200, "image/jpeg")


@sizes
def test_what_is_no_image_is_said_beside_its_slot(
    size: tuple[int, int], visit: Visits, member: Member
) -> None:
    visit.expected.append("422 (Unprocessable")
    page = opened(visit, member, size)
    upload(page, 1, b"%PDF-1.4 a letter")
    expect(page.get_by_text("This is a PDF document, not an image.")).to_be_visible()
    expect(reference(page, 1)).to_have_value("")
    upload(page, 1, png("#2a5db3"))
    expect_held(page, 1, "upload")
    expect(page.get_by_text("PDF document")).to_have_count(0)


@pytest.mark.parametrize("way", ["paste", "drop"])
def test_a_file_that_is_pasted_or_dropped_takes_the_first_free_slot(
    way: str, visit: Visits, member: Member, references: list[str]
) -> None:
    page = opened(visit, member)
    fill_reference(page, 1, references[0])
    hand_over(page, way, "#2a5db3")
    expect_held(page, 2, "upload")
    expect(thumbnails(page)).to_have_count(2)


def test_more_files_than_places_are_said(
    visit: Visits, member: Member, references: list[str]
) -> None:
    page = opened(visit, member)
    for number in range(1, 5):
        fill_reference(page, number, references[number % 2])
    hand_over(page, "paste", "#2a5db3")
    expect(page.get_by_text("All four slots are in use.")).to_be_visible()


def test_a_card_is_dragged_into_a_slot(visit: Visits, member: Member) -> None:
    card = member.waits_for(member.press("a fox to drag"))[0]
    page = opened(visit, member)
    tile = page.locator(f'a[href="{card.image}"]').first
    tile.locator("img").drag_to(slot(page, 2))
    expect_held(page, 1, "image")
    expect(reference(page, 1)).to_have_value(f"image:{card.image.split('/')[2]}")


@pytest.mark.parametrize(
    ("place", "said", "prompt"),
    [
        ("to edit this image", "This image is the only reference.", ""),
        ("to add it as a reference", "The image was added to the references.", "as it stands"),
    ],
)
def test_a_tile_dragged_in_the_gallery_becomes_a_reference(
    place: str, said: str, prompt: str, visit: Visits, member: Member
) -> None:
    card = member.waits_for(member.press("a fox to drop"))[0]
    member.send("/", "/draft/", prompt="as it stands")
    page = visit(member, "/gallery/")
    zone = page.get_by_text(f"Drop here {place}")
    expect(zone).to_be_hidden()
    page.locator(f'a[href^="{card.image}"] img').hover()
    page.mouse.down()
    page.mouse.move(400, 400, steps=5)
    expect(zone).to_be_visible()
    zone.hover()
    page.mouse.up()
    expect(page.get_by_text(said)).to_be_visible()
    expect(prompt_box(page)).to_have_value(prompt)
    expect_held(page, 1, "image")
    expect(reference(page, 1)).to_have_value(f"image:{card.image.split('/')[2]}")


def test_a_copied_address_of_ours_becomes_the_image(visit: Visits, member: Member) -> None:
    card = member.waits_for(member.press("a fox to copy"))[0]
    page = opened(visit, member)
    fill_reference(page, 1, f"{member.stack.url}{card.image}")
    expect_held(page, 1, "image")


@sizes
def test_an_image_is_found_in_the_gallery_without_leaving_the_box(
    size: tuple[int, int], visit: Visits, member: Member
) -> None:
    cards = member.waits_for(member.press(f"a walrus {size[0]}"), member.press("an elk to pass"))
    page = opened(visit, member, size)
    prompt_box(page).fill(f"in a boat {QUICK}")
    # Of the empty slots the first one opens.
    slot(page, 3).click()
    page.locator("#slot-1").get_by_role("link", name="From the gallery").click()
    panel = page.get_by_role("dialog", name="From the gallery")
    # A phone's keyboard stays away until the search is touched.
    close, search = panel.get_by_role("button", name="Close"), panel.get_by_role("searchbox")
    expect(close if size == PHONE else search).to_be_focused()
    expect(panel.get_by_role("link", name="an elk to pass").first).to_be_visible()
    panel.get_by_text("Mine").click()
    search.fill(f"walrus {size[0]}")
    expect(panel.get_by_role("link")).to_have_count(1)
    panel.get_by_role("link", name=f"a walrus {size[0]}").click()
    expect(panel).to_be_hidden()
    # No number is left out: what the service gets is the first image.
    expect(slot(page, 1)).to_be_focused()
    expect_held(page, 1, "image")
    expect(reference(page, 1)).to_have_value(f"image:{cards[0].image.split('/')[2]}")
    expect(prompt_box(page)).to_have_value(f"in a boat {QUICK}")


def test_a_reference_that_is_gone_says_so_before_anything_is_sent(
    visit: Visits, member: Member
) -> None:
    visit.expected.append("404 (Not Found)")
    (card,) = member.waits_for(member.press("a fox that leaves"))
    image = card.image.split("/")[2]
    member.send("/gallery/", "/bulk/", image=[image], kind="trash")
    member.send("/", "/draft/", prompt="a fox in a boat", image_urls=[f"image:{image}"])
    page = visit(member)
    expect(page.get_by_text("This image no longer exists")).to_be_visible()


def test_the_images_to_choose_from_come_page_by_page(visit: Visits, team: Team) -> None:
    member = team.joined_with({"a snail in a row": 8}, times=7)
    member.waits_for(member.press("an elk to be filtered out"))
    page = opened(visit, member)
    slot(page, 1).click()
    page.locator("#slot-1").get_by_role("link", name="From the gallery").click()
    panel = page.get_by_role("dialog", name="From the gallery")
    found = panel.get_by_role("link", name="a snail in a row")
    expect(panel.get_by_role("link", name="an elk to be filtered out")).to_be_visible()
    panel.get_by_text("Mine").click()
    # The next page is asked for a little before one gets there.
    with page.expect_response(re.compile("/references/images/.*q=snail.*before=")):
        panel.get_by_role("searchbox").fill("snail row")
        expect(panel.get_by_role("link", name="an elk to be filtered out")).to_have_count(0)
        found.nth(40).scroll_into_view_if_needed()
    expect(found).to_have_count(56)
    expect(panel.get_by_role("link", name="Older")).to_have_count(0)


def test_the_slots_close_ranks(visit: Visits, member: Member, references: list[str]) -> None:
    """The service counts the images that it gets: "the second one" must mean the same to it."""
    visit.expected.append("404 (Not Found)")
    page, (red, blue) = opened(visit, member), references
    missing = red.replace("red", "missing")
    for number, address in ((1, red), (2, missing), (3, blue)):
        fill_reference(page, number, address)
    expect(page.locator("#slot-2-message")).to_contain_text("No preview available")
    slot(page, 1).click()
    page.get_by_role("button", name="Remove reference image 1").click()
    for number, address in ((1, missing), (2, blue), (3, ""), (4, "")):
        expect(reference(page, number)).to_have_value(address)
    expect(page.locator("#slot-1-message")).to_contain_text("No preview available")
    expect(page.locator("#slot-2-message")).to_be_empty()
    expect(slot(page, 1)).to_be_focused()
    # A file for the first slot takes its place, and nothing comes before it meanwhile.
    upload(page, 1, png("#2a5db3"))
    expect_held(page, 1, "upload")
    expect(reference(page, 2)).to_have_value(blue)


@sizes
def test_only_the_first_empty_slot_invites_and_the_later_ones_lead_to_it(
    size: tuple[int, int], visit: Visits, member: Member, references: list[str]
) -> None:
    page = opened(visit, member, size)
    fill_reference(page, 1, references[0])
    for number, invites in ((2, True), (3, False), (4, False)):
        expect(slot(page, number).locator(".icon")).to_be_visible(visible=invites)
    for number, key in ((3, "Space"), (4, "Enter")):
        slot(page, number).press(key)
        expect(reference(page, 2)).to_be_visible()
        page.keyboard.press("Escape")
        expect(slot(page, 2)).to_be_focused()
    hand_over(page, "drop", "#2a5db3", to="#slot-4-caption")
    expect_held(page, 2, "upload")
    expect(slot(page, 3).locator(".icon")).to_be_visible()


def test_slots_are_put_into_another_order_by_drag_keys_and_buttons(
    visit: Visits, member: Member, references: list[str]
) -> None:
    page, (red, blue) = opened(visit, member), references
    fill_reference(page, 1, red)
    fill_reference(page, 2, blue)
    expect(thumbnails(page)).to_have_count(2)
    slot(page, 1).hover()
    page.mouse.down()
    box = slot(page, 2).bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + box["height"] / 2, steps=8)
    # While it is held, it stands where it would be dropped.
    expect(page.locator("reference-slot").first).to_have_attribute("data-number", "2")
    page.mouse.up()
    expect(page.locator("reference-slot").first).to_have_attribute("data-number", "1")
    expect(reference(page, 1)).to_have_value(blue)
    expect(reference(page, 2)).to_have_value(red)
    slot(page, 2).focus()
    page.keyboard.press("Shift+ArrowLeft")
    expect(reference(page, 1)).to_have_value(red)
    expect(slot(page, 1)).to_be_focused()
    expect(page.get_by_text("Moved to slot 1")).to_have_count(1)
    page.keyboard.press("ArrowRight")
    expect(slot(page, 2)).to_be_focused()
    slot(page, 1).click()
    page.get_by_role("button", name="Move reference image 1 later").click()
    expect(reference(page, 2)).to_have_value(red)


@sizes
def test_delete_empties_a_slot(
    size: tuple[int, int], visit: Visits, member: Member, references: list[str]
) -> None:
    page, (red, blue) = opened(visit, member, size), references
    fill_reference(page, 1, red)
    fill_reference(page, 2, blue)
    expect(thumbnails(page)).to_have_count(2)
    slot(page, 1).focus()
    page.keyboard.press("Delete")
    # The other one closes ranks.
    expect(reference(page, 1)).to_have_value(blue)
    expect(reference(page, 2)).to_have_value("")
    expect(slot(page, 1)).to_be_focused()


@sizes
def test_the_box_tells_an_address_by_its_host_and_end(
    size: tuple[int, int], visit: Visits, member: Member, references: list[str]
) -> None:
    visit.expected.append("404 (Not Found)")
    page = opened(visit, member, size)
    address = f"{references[0]}?{'x' * 200}&/the-last-light.jpg"
    fill_reference(page, 1, address)
    host = references[0].split("/")[2]
    expect(page.get_by_text(f"{host} …/the-last-light.jpg")).to_be_visible()


def test_what_is_no_address_is_said_at_once(visit: Visits, member: Member) -> None:
    page = opened(visit, member)
    slot(page, 1).click()
    reference(page, 1).fill("a fox")
    reference(page, 1).press("Enter")
    expect(page.get_by_text("Not a valid URL")).to_be_visible()
    fill_reference(page, 1, "")
    expect(page.get_by_text("Not a valid URL")).to_have_count(0)


def test_enter_in_an_address_takes_it_and_asks_for_nothing(
    visit: Visits, member: Member, references: list[str]
) -> None:
    page = visit(member)
    prompt_box(page).fill(prompt := f"a gull that waits {QUICK}")
    slot(page, 1).click()
    reference(page, 1).fill(references[0])
    reference(page, 1).press("Enter")
    expect(reference(page, 1)).not_to_be_visible()
    expect(slot(page, 1)).to_be_focused()
    expect(slot(page, 1).locator("img")).to_have_count(1)
    page.get_by_role("radio", name="3", exact=True).press("Enter")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("group", name=prompt)).to_have_count(1)
    assert member.asked(prompt) == 1


def test_files_are_sent_without_scripts(
    visit: Visits, member: Member, references: list[str], tmp_path: Path
) -> None:
    page, prompt = visit(member, scripts=False), f"a plain fox {QUICK}"
    prompt_box(page).fill(prompt)
    slot(page, 1).click()
    path = tmp_path / "fox.png"
    path.write_bytes(png("#b3402a"))
    page.get_by_label("File of reference image 1").set_input_files(path)
    page.keyboard.press("Escape")
    fill_reference(page, 2, references[0])
    generate(page).click()
    links = batches(page, prompt).get_by_role("link", name="Reference")
    expect(links).to_have_count(2)
    expect(links.nth(0)).to_have_attribute("href", references[0])
    expect(links.nth(1)).to_have_attribute("href", re.compile("^/uploads/"))


def test_the_page_and_the_server_judge_urls_alike(visit: Visits, member: Member) -> None:
    page = opened(visit, member)
    # A zone is no part of a URL.
    hosts = [host for host in (*LOCAL, *PUBLIC) if "%" not in host]
    urls = [f"https://[{host}]/a.png" if ":" in host else f"https://{host}/a.png" for host in hosts]
    texts = [
        *urls[:3],
        "fox.png",
        "ftp://example.org/a.png",
        "https://",
        "https:///a.png",
        "//a.b/c",
    ]
    texts += ["https://example.org/a b.png", "HTTP://example.org/", "https://example.org:99999/"]
    script = """async ([source, name, texts]) => texts.map((await import(source))[name])"""
    source = "/static/js/compose/slot-url.js"
    local = dict(zip(urls, page.evaluate(script, [source, "isLocal", urls]), strict=True))
    assert local == {url: leads_local(url) for url in urls}
    usable = dict(zip(texts, page.evaluate(script, [source, "isUrl", texts]), strict=True))
    assert usable == {text: url_error(text) != INVALID_URL for text in texts}
