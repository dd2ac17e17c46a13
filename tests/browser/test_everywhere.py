"""What is the same on every page: theme, help, toasts, notices of finished work, being offline."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PHONE, Browsers, Visits, raise_stack, sizes
from tests.browser.looks import batches, expect_fits, generate, menu, prompt_box
from tests.browser.sights import open_menu
from tests.member import Member
from tests.stack import Stack, until

SHOW = """(text) => document.dispatchEvent(
  new CustomEvent("gempix:message-requested", {detail: text}))"""


def is_dark(page: Page) -> bool:
    ground = page.evaluate(
        "getComputedStyle(document.body).backgroundColor.match(/[\\d.]+/g).slice(0, 3)"
    )
    return max(map(float, ground)) < 60


@sizes
def test_theme_is_chosen_at_once_and_kept(
    size: tuple[int, int], visit: Visits, member: Member
) -> None:
    page = visit(member, size=size)
    assert not is_dark(page)
    open_menu(page)
    with page.expect_response("**/preferences/theme/"):
        page.get_by_role("group", name="Theme").get_by_text("Dark").click()
    assert is_dark(page)
    page.goto("/gallery/")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert is_dark(page)
    page.goto("/settings/")
    theme = page.get_by_role("region", name="This browser").get_by_role("group", name="Theme")
    expect(theme.get_by_role("radio", name="Dark")).to_be_checked()
    with page.expect_response("**/preferences/theme/"):
        theme.get_by_text("System").click()
    assert not is_dark(page)
    page.reload()
    assert page.locator("html").get_attribute("data-theme") is None


def test_theme_is_chosen_without_scripts(visit: Visits, member: Member, studio: Stack) -> None:
    page = visit(member, "/settings/", scripts=False)
    region = page.get_by_role("region", name="This browser")
    region.get_by_text("Dark").click()
    region.get_by_role("button", name="Apply theme").click()
    expect(page).to_have_url(f"{studio.url}/settings/")
    assert is_dark(page)


def test_help_opens_by_a_visible_control_where_there_are_keys(
    visit: Visits, member: Member
) -> None:
    phone = visit(member, "/gallery/", size=PHONE)
    expect(phone.get_by_role("contentinfo")).to_be_visible()
    expect(phone.get_by_role("link", name="Keyboard")).to_have_count(0)
    page = visit(member, "/gallery/")
    page.get_by_role("contentinfo").get_by_role("link", name="Keyboard").click()
    dialog = page.get_by_role("dialog", name="Keyboard")
    expect(dialog).to_contain_text("Favorite")
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()


@sizes
def test_help_tells_each_role_its_own_keys(
    size: tuple[int, int], visit: Visits, member: Member, viewer: Member
) -> None:
    makes = ("Writing a prompt", "Reference images", "Arranging a collection")
    for person, told in ((member, True), (viewer, False)):
        page = visit(person, "/gallery/", size=size)
        page.keyboard.press("?")
        dialog = page.get_by_role("dialog", name="Keyboard")
        for name in ("Gallery", "An image", "Comparing images"):
            expect(dialog.get_by_role("heading", name=name, exact=True)).to_be_attached()
        for name in makes:
            expect(dialog.get_by_role("heading", name=name)).to_have_count(int(told))
        for words in ("Rate it", "Reuse the prompt", "to the trash"):
            expect(dialog.get_by_text(words).first).to_be_attached(attached=told)
        assert dialog.evaluate("one => one.scrollWidth <= one.clientWidth")


@sizes
def test_viewer_finds_only_ways_that_lead_somewhere(
    size: tuple[int, int], visit: Visits, member: Member, viewer: Member
) -> None:
    member.waits_for(member.press("a stork at noon"))
    page = visit(viewer, size=size)
    expect(page.get_by_role("heading", name="Gallery", level=1)).to_be_visible()
    ways = page.get_by_role("navigation", name="Main").get_by_role("link")
    expect(ways).to_have_text(["Gallery", "Collections", "History", "Settings"])
    page.get_by_role("navigation", name="Main").get_by_role("link", name="History").click()
    expect(page.get_by_role("heading", name="Everyone's history")).to_be_visible()
    expect(page.get_by_role("link", name="a stork at noon").first).to_be_visible()
    page.get_by_role("link", name="GemPix Studio").click()
    expect(page).to_have_url(re.compile(r"/gallery/$"))
    # He has none of his own that only he sees.
    expect(page.get_by_role("link", name="Has references")).to_have_count(1)
    expect(page.get_by_role("link", name="Private")).to_have_count(0)


def test_help_is_a_page_without_scripts(visit: Visits, member: Member) -> None:
    page = visit(member, scripts=False)
    page.get_by_role("contentinfo").get_by_role("link", name="Keyboard").click()
    expect(page.get_by_role("heading", name="Keyboard", level=1)).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Favorite")


@sizes
@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/nowhere/", 404, "Page not found"),
        ("/people/", 403, "You don't have access to this page"),
    ],
)
def test_an_error_leaves_the_menu_as_a_way_on(
    size: tuple[int, int],
    path: str,
    status: int,
    said: str,
    visit: Visits,
    member: Member,
    studio: Stack,
) -> None:
    visit.expected.append(f"{status} (")
    page = visit(member, path, size=size)
    expect(page.get_by_role("heading", name=said, level=1)).to_be_visible()
    expect(page.get_by_role("link", name="Go to the studio")).to_be_visible()
    expect_fits(page)
    menu(page, "Gallery").click()
    expect(page).to_have_url(f"{studio.url}/gallery/")


def test_an_outsiders_error_shows_no_menu(visit: Visits) -> None:
    visit.expected.append("404 (")
    page = visit(path="/nowhere/", size=PHONE)
    expect(page.get_by_role("heading", name="Page not found", level=1)).to_be_visible()
    expect(page.get_by_role("navigation")).to_have_count(0)
    expect(page.get_by_role("link", name="Go to the studio")).to_be_visible()


def test_toast_is_announced_politely_and_goes_only_when_nobody_is_at_it(
    visit: Visits, member: Member
) -> None:
    page = visit(member, before=lambda page: page.clock.install())
    box = prompt_box(page)
    box.focus()
    page.evaluate(SHOW, "Well said.")
    place = page.get_by_role("status").filter(has_text="Well said.")
    expect(place).to_have_attribute("aria-live", "polite")
    dismiss = place.get_by_role("button", name="Dismiss")
    dismiss.focus()
    page.clock.run_for(60_000)
    expect(place).to_be_visible()
    dismiss.press("Enter")
    expect(place).to_have_count(0)
    page.evaluate(SHOW, "Again.")
    expect(page.get_by_text("Again.")).to_be_visible()
    page.clock.run_for(60_000)
    expect(page.get_by_text("Again.")).to_have_count(0)


def test_press_while_offline_is_said_and_keeps_the_prompt(visit: Visits, member: Member) -> None:
    visit.expected += ["ERR_INTERNET_DISCONNECTED", "htmx:afterRequest", "htmx:sendError"]
    page = visit(member)
    prompt_box(page).fill("an owl offline")
    page.context.set_offline(True)
    generate(page).click()
    said = page.get_by_role("status").filter(has_text="Could not reach the studio")
    expect(said).to_be_visible()
    expect(prompt_box(page)).to_have_value("an owl offline")


# What the browser has taken to show; for how long it lists that is its own affair.
NOTICES = """{
  const show = ServiceWorkerRegistration.prototype.showNotification;
  window.notices = [];
  ServiceWorkerRegistration.prototype.showNotification = async function (title, options) {
    await show.call(this, title, options);
    window.notices.push(`${title}: ${options.body}`);
  };
}"""


def test_notice_tells_that_my_work_is_done_to_who_has_asked_for_it(
    visit: Visits, whole_chromium: Browser, newcomer: Member, studio: Stack
) -> None:
    visit.browsers = Browsers(whole_chromium)
    page = visit(newcomer, worker=True, before=lambda page: page.add_init_script(NOTICES))
    page.context.grant_permissions(["notifications"])
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    open_menu(page)
    bell = page.get_by_role("switch", name="Notify me when images are done")
    expect(bell).not_to_be_checked()
    bell.click()
    expect(bell).to_be_checked()
    page.keyboard.press("Escape")
    with studio.holding("an owl from afar"):
        prompt_box(page).fill("an owl from afar")
        generate(page).click()
        expect(page.get_by_role("article")).to_have_count(1)
        page.evaluate("""Object.defineProperty(document, "hidden", {value: true});
          document.dispatchEvent(new Event("visibilitychange"))""")
    expect(page).to_have_title("✓ done · Studio · GemPix Studio")
    told = until(lambda: page.evaluate("notices"), "a notice is shown")
    assert told == ["Your images are done: 1 of 1 are done."]


def test_nobody_is_asked_for_permission_unasked(visit: Visits, member: Member) -> None:
    watch = "Notification.requestPermission = () => { window.asked = true; }"
    page = visit(member, before=lambda page: page.add_init_script(watch))
    prompt_box(page).fill("a shy owl [bad-request]")
    generate(page).click()
    expect(batches(page, "a shy owl [bad-request]")).to_contain_text("Failed")
    assert page.evaluate("window.asked") is None


def test_favicon_is_there_for_who_asks_by_habit(visit: Visits, studio: Stack) -> None:
    page = visit()
    answer = page.request.get(f"{studio.url}/favicon.ico")
    assert (answer.status, answer.body()[:4]) == (200, b"\x00\x00\x01\x00")
    expect(page.get_by_label("Username")).to_be_focused()


@pytest.fixture
def leaving(chromium_path: str, tmp_path: Path) -> Iterator[Stack]:
    """A studio that a test may end."""
    yield from raise_stack(tmp_path)


def test_studio_that_cannot_be_reached_says_so_in_its_own_hand(
    browsers: Browsers, leaving: Stack
) -> None:
    visit = Visits(browsers, leaving)
    visit.expected.append("ERR_CONNECTION_REFUSED")
    owner = Member(leaving, "olivia").set_up()
    page = visit(owner, worker=True)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    kept = page.evaluate("caches.keys()")
    assert len(kept) == 1
    names = page.evaluate(
        "(name) => caches.open(name).then((kept) => kept.keys()).then("
        "(all) => all.map((one) => new URL(one.url).pathname))",
        kept[0],
    )
    assert all(name == "/offline/" or name.startswith("/static/") for name in names), names
    leaving.end()
    page.goto("/gallery/")
    expect(page.get_by_role("heading", name="The studio cannot be reached")).to_be_visible()
    expect(page).to_have_url(f"{leaving.url}/gallery/")
    expect(page.locator("main")).to_have_css("display", "grid")
    leaving.run()
    page.get_by_role("link", name="Retry").click()
    expect(menu(page, "Gallery")).to_have_attribute("aria-current", "page")
    visit.close()
