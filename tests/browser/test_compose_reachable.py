"""An address that the image service cannot reach is told in its slot, before the press."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.box import opened, png, upload
from tests.browser.conftest import Browsers, Visits, raise_stack, sizes
from tests.browser.looks import batches, fill_reference, generate, prompt_box, reference, slot
from tests.member import Member, Team

SENTENCE = "The image service cannot reach this URL because it is in a private network."
SAVE_KEY = """
from generator.models import Credential, User
from generator.services import encryption
secret = encryption.encrypt("dk-live-0123456789abcdef")
Credential.objects.create(pk=1, secret=secret, hint="cdef", saved_by=User.objects.first())
"""


@pytest.fixture(scope="module")
def elsewhere(chromium_path: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    """A studio with a key for a service on the internet, at a name that no machine has."""
    folder = tmp_path_factory.mktemp("elsewhere")
    for stack in raise_stack(folder, GEMPIX_API_URL="https://images.example.org"):
        Member(stack, "olivia").set_up()
        stack.manage("shell", "-c", SAVE_KEY)
        yield Team(stack)


@pytest.fixture
def at_work(elsewhere: Team, browsers: Browsers) -> Iterator[Visits]:
    visits = Visits(browsers, elsewhere.stack)
    yield visits
    visits.close()


def said(page: Page, number: int) -> str:
    return page.locator(f"#slot-{number}-message").inner_text()


@sizes
def test_it_is_said_on_entry_stops_the_press_and_is_put_right_by_an_upload(
    size: tuple[int, int], at_work: Visits, elsewhere: Team
) -> None:
    page, prompt = opened(at_work, elsewhere.joined(), size), f"a private fox {size[0]}"
    prompt_box(page).fill(prompt)
    fill_reference(page, 1, "http://192.168.1.20/fox.png")
    expect(page.get_by_text(SENTENCE)).to_be_visible()
    expect(generate(page)).to_have_text("Correct the marked reference")
    generate(page).click(force=True)
    expect(slot(page, 1)).to_be_focused()
    expect(page.get_by_text(SENTENCE)).to_be_visible()
    upload(page, 1, png("#b3402a"))
    expect(page.get_by_text(SENTENCE)).to_have_count(0)
    expect(slot(page, 1).locator("img")).to_have_count(1)
    generate(page).click()
    expect(batches(page, prompt)).to_have_count(1)


def test_it_is_said_for_what_is_written_in_any_way_and_for_nothing_else(
    at_work: Visits, elsewhere: Team
) -> None:
    page = opened(at_work, elsewhere.joined())
    # Nothing is asked of other machines from here.
    page.route(lambda url: "127.0.0.1" not in url, lambda route: route.abort())
    at_work.expected += ["left the machine", "ERR_FAILED"]
    for address in ("http://localhost:8000/a.png", "http://127.1/a", "http://[::1]/a",
                    "https://NAS/a", "http://0x7f000001/", "http://fox.local./a",
                    "http://172.31.0.1/", "http://[fd00::1]/"):  # fmt: skip
        fill_reference(page, 1, address)
        expect(page.locator("#slot-1-message")).to_contain_text(SENTENCE)
    for address in ("https://example.org/a.png", "http://172.32.0.1/a", "http://[2606:4700::1]/a",
                    "https://local.example.org/", "http://10.example.org/"):  # fmt: skip
        fill_reference(page, 1, address)
        expect(page.locator("#slot-1-message")).to_contain_text("No preview available")
    fill_reference(page, 1, "http://10.0.0.1/fox.png")
    expect(page.locator("#slot-1-message")).to_contain_text(SENTENCE)
    page.wait_for_load_state("networkidle")
    page.reload()
    expect(page.locator("#slot-1-message")).to_contain_text(SENTENCE)


def test_a_host_that_is_still_being_written_is_not_judged(at_work: Visits, elsewhere: Team) -> None:
    page = opened(at_work, elsewhere.joined())
    page.clock.install()
    slot(page, 1).click()
    reference(page, 1).press_sequentially("http://exam")
    page.clock.run_for(1000)
    assert said(page, 1) == ""
    reference(page, 1).fill("http://10.0.0.1/fox.png")
    page.clock.run_for(1000)
    assert SENTENCE in said(page, 1)


def test_the_sandbox_takes_it(visit: Visits, member: Member, references: list[str]) -> None:
    page = opened(visit, member)
    fill_reference(page, 1, references[0])
    expect(slot(page, 1).locator("img")).to_have_count(1)
    assert said(page, 1) == ""
