"""What comes by itself: the cards of a page, a colleague's images, the end of a session."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Request, Response, expect

from tests.browser.conftest import Visits
from tests.browser.looks import batches, generate, images, mark, marked, prompt_box, shown
from tests.member import PASSWORD, Card, Member, Teammate
from tests.stack import Stack, until

# Not offered by default, and so used by no other test.
CLASSIC = "google/nano-banana"
IS_ANSWERED = "!document.querySelector('live-cards').request"


class Traffic:
    """Every request that a page sends from now on, and when."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.sent: list[Request] = []
        self.answers: list[Response] = []
        self.open: set[Request] = set()
        self.most_open = 0
        page.on("request", self._began)
        page.on("response", lambda response: self.answers.append(response))
        page.on("requestfinished", self._ended)
        page.on("requestfailed", self._ended)

    def _began(self, request: Request) -> None:
        self.sent.append(request)
        self.open.add(request)
        self.most_open = max(self.most_open, len(self.open))

    def _ended(self, request: Request) -> None:
        self.open.discard(request)

    def began(self) -> bool:
        """Whether a request was sent, as far as the browser has told by now."""
        self.page.evaluate("0")
        return bool(self.sent)

    def rests(self) -> bool:
        """Whether every request is answered, as far as the browser has told by now."""
        self.page.evaluate("0")
        return not self.open

    def statuses(self) -> list[int]:
        return [answer.status for answer in self.answers]


def with_clock(page: Page) -> None:
    """A clock that runs as usual, and that a test can turn forward."""
    page.clock.install()


def test_one_request_refreshes_24_live_cards_and_none_follows_their_end(
    visit: Visits, newcomer: Member, studio: Stack
) -> None:
    with studio.holding("owls of row"):
        for number in range(3):
            newcomer.press(f"owls of row {number} [failed]", 8)
        page = visit(newcomer, before=with_clock)
        expect(page.get_by_role("article")).to_have_count(24)
        traffic = Traffic(page)
        mark(page)
        until(traffic.began, "it has asked")
    expect(page.get_by_role("article").filter(has_text="Failed")).to_have_count(24)

    assert {urlsplit(request.url).path for request in traffic.sent} == {"/live/"}
    assert traffic.most_open == 1, "two requests at the same time"
    said = [parse_qs(urlsplit(request.url).query)["have"][0] for request in traffic.sent]
    assert len(said[0].split(",")) == 3, "each of the three batches, in one request"
    assert said[0].count(".") == 3 * 7, "each card's version"
    assert set(traffic.statuses()) <= {200, 204}
    for answer in traffic.answers:
        if answer.status == 204:
            assert int(answer.headers.get("content-length", 0)) == 0

    until(traffic.rests, "the last is answered")
    before = len(traffic.sent)
    page.clock.run_for(10 * 60_000)
    assert len(traffic.sent) == before, "asked although all is final"
    assert marked(page)


@pytest.fixture
def still(newcomer: Member, studio: Stack) -> Iterator[Card]:
    """A card on which nothing changes any more, and which does not end."""
    with studio.holding("an owl that changes nothing"):
        (card,) = newcomer.cards(newcomer.press("an owl that changes nothing"))
        until(lambda: "“in_progress”" in newcomer.page(f"/jobs/{card.job}/"), "the last is told")
        yield card


@pytest.mark.usefixtures("still")
def test_refresh_waits_for_news_and_is_given_up_when_nobody_looks(
    visit: Visits, newcomer: Member
) -> None:
    page = visit(newcomer)
    expect(page.get_by_role("article")).to_contain_text("Generating")
    traffic = Traffic(page)
    look_again(page)
    until(lambda: traffic.began() and len(traffic.open) == 1, "one request waits")
    hide(page)
    until(traffic.rests, "it is given up")


@pytest.mark.usefixtures("still")
def test_refresh_that_may_not_wait_comes_more_rarely_when_nothing_changes(
    visit: Visits, newcomer: Member
) -> None:
    page = visit(newcomer, before=with_clock)
    expect(page.get_by_role("article")).to_contain_text("Generating")
    page.route("**/live/?have=*", lambda route: route.fulfill(status=204))
    page.clock.pause_at(page.evaluate("Date.now() + 60_000"))
    look_again(page)
    traffic = Traffic(page)

    def asked_in(milliseconds: int) -> int:
        """How often it asks while its clock goes on so far, each answer being waited for. Only the
        page itself knows at once that it has asked: the browser tells of it later."""
        before = len(traffic.sent)
        for _ in range(milliseconds // 250):
            page.clock.run_for(250)
            until(lambda: page.evaluate(IS_ANSWERED), "answered")
        until(traffic.rests, "the browser has told of all")
        return len(traffic.sent) - before

    assert asked_in(3_000) >= 3, "it asks each 0.7 s at first"
    page.clock.fast_forward(5 * 60_000)
    asked_in(250)
    assert 2 <= asked_in(12_000) <= 4, "it asks each 5 s when nothing has changed for minutes"
    hide(page)
    assert 1 <= asked_in(12_000) <= 2, "it asks each 10 s when nobody looks"


def look_again(page: Page) -> None:
    """Act as if somebody came back to the page."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def hide(page: Page) -> None:
    page.evaluate("Object.defineProperty(document, 'hidden', {value: true})")
    look_again(page)


def test_page_without_live_cards_asks_nothing(visit: Visits, newcomer: Member) -> None:
    newcomer.waits_for(newcomer.press("an owl at rest [bad-request]"))
    page = visit(newcomer, before=with_clock)
    expect(page.get_by_role("article")).to_have_count(1)
    traffic = Traffic(page)
    page.clock.run_for(10 * 60_000)
    assert traffic.sent == []


def test_card_tells_its_phases_and_a_screen_reader_hears_the_end(
    visit: Visits, member: Member, studio: Stack
) -> None:
    page = visit(member, before=with_clock)
    prompt = "an owl in no hurry"
    with studio.holding(prompt):
        prompt_box(page).fill(prompt)
        generate(page).click()
        card = batches(page, prompt).get_by_role("article")
        expect(card).to_contain_text("Generating")
        expect(card.locator("elapsed-time")).to_have_text(re.compile(r"^\d s$"))
        page.clock.run_for(60_000)
        expect(card.locator("elapsed-time")).to_have_text(re.compile(r"^1 min \d+ s$"))
    shown(images(card, prompt), 1)
    expect(card).to_contain_text("Done")
    expect(page.get_by_role("status").filter(has_text="1 image finished")).to_have_count(1)


def test_card_says_when_it_takes_longer_than_usual(
    visit: Visits, newcomer: Teammate, studio: Stack
) -> None:
    # Of this model nothing was made before. That nothing is usual would be remembered for a while,
    # so nothing with a live card is looked at until these have come.
    newcomer.press_unseen("an owl of the usual time [slow:2]", 3, model=CLASSIC)
    until(lambda: len(newcomer.gallery(newcomer.username)) == 3, "the images are there")
    with studio.holding("an owl that takes its time"):
        newcomer.press("an owl that takes its time", model=CLASSIC)
        page = visit(newcomer, before=lambda page: page.clock.install(time=time.time() - 60))
        card = page.get_by_role("article").filter(has_text="Generating")
        expect(card).to_contain_text("usually about")
        expect(card).not_to_contain_text("longer than usual")
        page.clock.run_for(5 * 60_000)
        expect(card).to_contain_text("longer than usual")


def test_job_page_follows_its_job_to_the_end(visit: Visits, member: Member, studio: Stack) -> None:
    with studio.holding("an owl with a story"):
        (card,) = member.cards(member.press("an owl with a story"))
        page = visit(member, f"/jobs/{card.job}/")
        mark(page)
    shown(images(page, "an owl with a story"), 1)
    events = page.get_by_role("listitem")
    for word in ("Sent", "Generating", "Copying", "Done"):
        expect(events.filter(has_text=word).first).to_be_visible()
    assert marked(page)


def test_cost_of_a_batch_is_no_longer_so_far_when_its_last_card_ends(
    visit: Visits, newcomer: Member, studio: Stack
) -> None:
    with studio.holding("a wren"):
        page = visit(newcomer, newcomer.press("a wren"))
        so_far = page.get_by_role("term").get_by_text("so far")
        expect(so_far).to_be_visible()
        mark(page)
    expect(so_far).to_be_hidden()
    assert marked(page), "without a reload"


def test_two_members_see_each_others_images_arrive(
    visit: Visits, member: Member, newcomer: Member
) -> None:
    both = f"{member.username} and {newcomer.username}"
    # Among the images of all, only theirs are counted.
    path = f"/gallery/?q={newcomer.username}"
    hers, his = visit(member, path), visit(newcomer, path)
    for page in (hers, his):
        mark(page)
    member.press(f"a fern of {both}")
    newcomer.press(f"a moss of {both}")
    for page in (hers, his):
        page.get_by_role("button", name="2 new").click()
        shown(images(page, f"a fern of {both}"), 1)
        shown(images(page, f"a moss of {both}"), 1)
        assert marked(page)


def test_images_wait_behind_a_button_for_who_has_scrolled_down(
    visit: Visits, newcomer: Member
) -> None:
    for number in range(2):
        newcomer.waits_for(newcomer.press(f"a tall tree {number}", 4))
    page = visit(newcomer, f"/gallery/{newcomer.username}/", size=(900, 400))
    shown(images(page, "a tall tree 0"), 4)
    page.mouse.wheel(0, 10_000)
    page.wait_for_function("scrollY > 300")
    newcomer.press("a late leaf")
    new = page.get_by_role("button", name="1 new")
    expect(new).to_be_visible()
    expect(images(page, "a late leaf")).to_have_count(0)
    new.click()
    shown(images(page, "a late leaf"), 1)


def log_in(page: Page, member: Member) -> None:
    page.get_by_label("Username").fill(member.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


Wait = Callable[[Page], object]
LEAVES: dict[str, Wait] = {
    "/": lambda page: expect(page.get_by_role("article")).to_have_count(1),
    "/gallery/": lambda page: expect(page.get_by_role("heading", name="Gallery")).to_be_visible(),
}


@pytest.mark.parametrize("path", LEAVES)
def test_ended_session_leads_to_the_log_in_and_back(
    path: str, visit: Visits, newcomer: Member, studio: Stack
) -> None:
    with studio.holding("an owl that outlasts a session"):
        newcomer.press("an owl that outlasts a session [failed]")
        page = visit(newcomer, path)
        LEAVES[path](page)
        other = visit.another_tab(page)
        other.goto("/")
        other.get_by_role("button", name="Your account").click()
        other.get_by_role("button", name="Log out").click()
        expect(other.get_by_role("button", name="Log in")).to_be_visible()
        other.close()

        expect(page.get_by_role("heading", name="Log in")).to_be_visible()
        expect(page.get_by_role("article")).to_have_count(0)
        log_in(page, newcomer)
        expect(page).to_have_url(f"{studio.url}{path}")
        LEAVES[path](page)


def test_press_in_an_ended_session_leads_to_the_log_in_and_keeps_the_prompt(
    visit: Visits, newcomer: Member, studio: Stack
) -> None:
    page = visit(newcomer)
    prompt_box(page).fill("an owl not yet asked for")
    newcomer.send("/accounts/logout/", "/accounts/logout/")
    generate(page).click()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    log_in(page, newcomer)
    expect(page).to_have_url(f"{studio.url}/")
    expect(prompt_box(page)).to_have_value("an owl not yet asked for")
