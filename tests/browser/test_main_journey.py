"""A stranger's first quarter of an hour, from the set-up link to the downloaded image."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Browsers, Visits, raise_stack
from tests.browser.looks import (
    batches,
    choose_count,
    fill_reference,
    generate,
    images,
    mark,
    marked,
    menu,
    prompt_box,
    shown,
)
from tests.member import PASSWORD
from tests.stack import Stack

PROMPT = "A red kite over a green hill, <b>wide</b> & calm"


@pytest.fixture(scope="module")
def fresh(chromium_path: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A studio without any account."""
    yield from raise_stack(tmp_path_factory.mktemp("fresh"))


@pytest.fixture
def visit(browsers: Browsers, fresh: Stack) -> Iterator[Visits]:
    visits = Visits(browsers, fresh)
    yield visits
    visits.close()


def test_from_the_set_up_link_to_the_downloaded_image(
    visit: Visits, fresh: Stack, references: list[str], tmp_path: Path
) -> None:
    page = visit(path=fresh.setup_url())
    make_owner(page)
    ask_for_three(page, references)
    mark(page)
    generate(page).click()
    batch = batches(page, PROMPT)
    shown(images(batch, PROMPT), 3)
    expect(page.get_by_role("region", name="First steps")).to_contain_text("First image generated")
    assert marked(page), "the page was loaded again"
    expect(batch.get_by_role("article")).to_have_count(3)
    expect(batch.get_by_role("article").filter(has_text="Done")).to_have_count(3)
    expect(batch).to_contain_text("1.5 credits")
    assert fresh.paid(PROMPT) == 3

    menu(page, "History").click()
    shown(images(batches(page, PROMPT), PROMPT), 3)
    page.get_by_role("link", name="My gallery").click()
    expect(page).to_have_url(f"{fresh.url}/gallery/olivia/")
    shown(images(page, PROMPT), 3)
    menu(page, "Gallery").click()
    expect(page).to_have_url(f"{fresh.url}/gallery/")
    shown(images(page, PROMPT), 3)

    page.get_by_role("link", name=PROMPT).first.click()
    expect(page.get_by_role("dialog", name="Image")).to_be_visible()
    details = page.get_by_role("complementary", name="Details")
    expect(details).to_contain_text("Nano Banana")
    expect(details).to_contain_text("0.5 credits")
    expect(details).to_contain_text("olivia (you)")
    for number, address in enumerate(references, 1):
        link = details.get_by_role("link", name=f"Reference {number}")
        expect(link).to_have_attribute("href", address)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    download.value.save_as(tmp_path / "image.png")
    assert download.value.suggested_filename.startswith("a-red-kite-over-a-green-hill")
    assert (tmp_path / "image.png").read_bytes() in fresh.originals(PROMPT)

    visit.expected.append("404 (Not Found)")
    page.goto(fresh.setup_url())
    expect(page.get_by_role("heading", name="Page not found")).to_be_visible()


def make_owner(page: Page) -> None:
    expect(page.get_by_role("heading", name="Welcome to your studio")).to_be_visible()
    page.get_by_label("Username").fill("olivia")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password confirmation").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_text("come from the built-in sandbox").first).to_be_visible()
    expect(page.get_by_role("link", name="API key").first).to_be_visible()
    expect(page.get_by_role("heading", name="Your images will appear here")).to_be_visible()


def ask_for_three(page: Page, references: list[str]) -> None:
    expect(generate(page)).to_have_text("Generate 1 · 0.5 credits")
    prompt_box(page).fill(PROMPT)
    for number, address in enumerate(references, 1):
        fill_reference(page, number, address)
    preview = page.get_by_role("form", name="New images").locator("img")
    expect(preview).to_have_count(len(references))
    choose_count(page, 3)
    expect(generate(page)).to_have_text("Generate 3 · 1.5 credits")
