"""A real browser, a studio for it to look at, and what no page may ever do.

Each module is a group of its own for xdist, and each runner has one studio for all of them: a test
must not depend on what else the team has made there. It takes a member of its own, or asks for its
own prompts.

Playwright runs an event loop in this thread as long as the runner is in this package. Nothing here
touches the database, so Django's guard against that stays on.
"""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
from PIL import Image
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Error,
    Page,
    Playwright,
    Request,
    expect,
    sync_playwright,
)

from tests.browser.looks import painted, use_theme
from tests.browser.viewer import Birds
from tests.member import Member, Team, Teammate
from tests.stack import Stack, footing, until

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
# The same without windows, at half the work; it knows no notifications.
HEADLESS = ("chromium-headless-shell", *NAMES)
FLAGS = (
    "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update "
    "--disable-sync --no-first-run"
)
PATIENCE_MS = 40_000
SETTINGS = {
    # Large enough to be zoomed.
    "GEMPIX_SANDBOX_SIZE_PERCENT": "50",
    "GEMPIX_SANDBOX_SECONDS": "0.3",
    "GEMPIX_POLL_FIRST_SECONDS": "0.2",
    "GEMPIX_POLL_MIN_SECONDS": "0.1",
    "GEMPIX_POLL_MAX_SECONDS": "0.3",
    "GEMPIX_MODELS": "google/gempix2,google/gemini-2.5-flash-image,google/nano-banana",
}
DESKTOP = (1280, 800)
PHONE = (360, 740)
sizes = pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])


def pytest_itemcollected(item: pytest.Item) -> None:
    """Put each test in its module's group. Earlier than `pytest_collection_modifyitems`, in which
    xdist reads the groups."""
    if item.get_closest_marker("xdist_group") is None:
        item.add_marker(pytest.mark.xdist_group(f"browser-{item.path.stem}"))


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The machine's Chromium; without one these tests are skipped, and fail where none may be."""
    found = next(filter(None, map(shutil.which, HEADLESS)), None)
    if found is not None:
        return found
    missing = "BROWSER TESTS NEED CHROMIUM, and none is on this machine's PATH"
    if os.environ.get("GEMPIX_CI"):
        pytest.fail(missing)
    pytest.skip(f"{missing}; install it, on Debian: apt-get install chromium")


# As long as the runner is in this package: an event loop must not be there when a test of another
# one asks the database.
@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="package")
def chromium(playwright: Playwright, chromium_path: str) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=chromium_path, args=FLAGS.split())
    yield browser
    browser.close()


@pytest.fixture
def whole_chromium(playwright: Playwright, chromium_path: str) -> Iterator[Browser]:
    """With all that a person's browser has."""
    path = next(filter(None, map(shutil.which, NAMES)), chromium_path)
    browser = playwright.chromium.launch(executable_path=path, args=FLAGS.split())
    yield browser
    browser.close()


def raise_stack(folder: Path, **settings: str) -> Iterator[Stack]:
    """Run a studio of real processes, which end with the fixture that yields from this."""
    with footing() as places, ExitStack() as ends:
        stack = Stack(folder / "data", **places, **SETTINGS | settings)
        ends.callback(stack.close)
        stack.run()
        yield stack


@pytest.fixture(scope="session")
def studio(chromium_path: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One studio for every test that does not need one of its own; one for each runner."""
    yield from raise_stack(tmp_path_factory.mktemp("browser"))


@pytest.fixture(scope="session")
def owner(studio: Stack) -> Member:
    return Member(studio, "olivia").set_up()


@pytest.fixture(scope="session")
def team(studio: Stack, owner: Member) -> Team:
    return Team(studio)


@pytest.fixture
def member(team: Team) -> Teammate:
    """A new member, who has made nothing yet."""
    return team.joined()


@pytest.fixture
def newcomer(team: Team) -> Teammate:
    """A second new member."""
    return team.joined()


@pytest.fixture
def viewer(team: Team) -> Member:
    """A viewer."""
    return team.joined("viewer")


@pytest.fixture
def artist(team: Team) -> Member:
    """A member with six images, and a gallery of nothing else."""
    return team.joined_with({"a heron": 6})


class Kind(NamedTuple):
    """Browsers of one kind: which studio they look at, how large they are, whether scripts run."""

    url: str
    size: tuple[int, int]
    scripts: bool


class Browsers:
    """Chromium's pages, each as good as a new browser, lent to one test after another.

    What a test leaves behind is removed: history, cookies, storage, permissions, routes. The files
    of the studio that were loaded stay in the cache and the process stays warm, which is two thirds
    of the work of a visit.
    """

    def __init__(self, chromium: Browser) -> None:
        self.chromium = chromium
        self.idle: dict[Kind, list[Page]] = {}

    def lend(self, kind: Kind) -> Page:
        idle = self.idle.get(kind)
        return idle.pop() if idle else self.new(kind)

    def new(self, kind: Kind, worker: bool = False) -> Page:
        """Return a page in a browser of its own, which has loaded nothing yet."""
        context = self.chromium.new_context(
            base_url=kind.url,
            viewport={"width": kind.size[0], "height": kind.size[1]},
            has_touch=kind.size == PHONE,
            java_script_enabled=kind.scripts,
            locale="en-GB",
            # A click while one page still moves into the next meets neither of them.
            reduced_motion="reduce",
            service_workers="allow" if worker else "block",
        )
        context.set_default_timeout(PATIENCE_MS)
        return context.new_page()

    def take_back(self, page: Page, kind: Kind) -> None:
        """Make the page as good as new, or close it if that cannot be."""
        context = page.context
        try:
            if page.evaluate("Boolean(globalThis.__pwClock)"):
                raise Error("its time would stand still for the next test, too")
            for tab in context.pages:
                if tab != page:
                    tab.close()
            context.set_offline(False)
            context.clear_permissions()
            page.unroute_all()
            page.emulate_media()
            page.mouse.move(0, 0)
            # Off the last page, whose scripts may store things as it is left.
            page.goto("/healthz")
            page.evaluate("[localStorage, sessionStorage].forEach((store) => store.clear())")
            context.new_cdp_session(page).send("Page.resetNavigationHistory")
            context.clear_cookies()
        except Error:
            context.close()
        else:
            self.idle.setdefault(kind, []).append(page)


@pytest.fixture(scope="package")
def browsers(chromium: Browser) -> Browsers:
    return Browsers(chromium)


class Visits:
    """Opens pages as one person or another, and takes note of what none of them may do: errors
    in the console (a breach of the content security policy is one), scripts that break, requests
    to another machine, answers of 500.

    Each visit is in a browser of its own.
    """

    def __init__(self, browsers: Browsers, stack: Stack) -> None:
        self.browsers = browsers
        self.stack = stack
        self.troubles: list[str] = []
        # What Chromium says when one navigation overtakes another is no fault of the page.
        self.expected = ["Transition was"]
        self.ends = ExitStack()

    def __call__(
        self,
        member: Member | None = None,
        path: str = "/",
        *,
        size: tuple[int, int] = DESKTOP,
        scripts: bool = True,
        worker: bool = False,
        theme: str = "",
        before: Callable[[Page], object] | None = None,
    ) -> Page:
        """A page with this member's session if one is given. The service worker stays out unless it
        is what is looked at: tests could not watch what it answers. With `before` it is a browser
        that has loaded nothing yet."""
        kind = Kind(self.stack.url, size, scripts)
        if worker or before:  # what is done to it before its first page cannot be taken back
            page = self.browsers.new(kind, worker)
            self.ends.callback(page.context.close)
        else:
            page = self.browsers.lend(kind)
            self.ends.callback(self.browsers.take_back, page, kind)
        for cookie in member.session.cookies if member else ():
            page.context.add_cookies(
                [{"name": cookie.name, "value": cookie.value or "", "url": self.stack.url}]
            )
        if theme:
            use_theme(page, theme)
        self._watch(page)
        if before:
            before(page)
        page.goto(path)
        if scripts and not before:  # it may have put a clock of its own into the page
            painted(page)
        return page

    def another_tab(self, page: Page) -> Page:
        """A further tab of the same browser."""
        tab = page.context.new_page()
        self._watch(tab)
        return tab

    def _watch(self, page: Page) -> None:
        listeners: dict[str, Callable[..., None]] = {
            "console": self._listen,
            "pageerror": lambda error: self._note(f"script: {error}"),
            "request": self._look,
            "response": lambda got: self._note(f"{got.status} {got.url}", got.status >= 500),
        }
        for event, listener in listeners.items():
            page.on(event, listener)  # type: ignore[call-overload]
            self.ends.callback(page.remove_listener, event, listener)

    def _listen(self, said: ConsoleMessage) -> None:
        place = said.location["url"]
        self._note(f"console: {said.text} ({place})", said.type == "error")

    def _look(self, request: Request) -> None:
        parts = urlsplit(request.url)
        local = parts.scheme in ("data", "blob") or parts.hostname == "127.0.0.1"
        self._note(f"left the machine: {request.url}", not local)

    def _note(self, trouble: str, bad: bool = True) -> None:
        if bad and not any(known in trouble for known in self.expected):
            self.troubles.append(trouble)

    def close(self) -> None:
        self.ends.close()
        assert self.troubles == []


@pytest.fixture(scope="session")
def demo(chromium_path: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A studio with months of a team's work: more images than a bulk action does in the press
    itself (services/bulk.py: AT_ONCE). For modules of the group "browser-demo"."""
    for stack in raise_stack(tmp_path_factory.mktemp("demo")):
        Member(stack, "olivia").set_up()
        stack.manage("seed_demo", "--images", "320", "--subjects", "6")
        yield stack


@pytest.fixture
def visit(browsers: Browsers, studio: Stack) -> Iterator[Visits]:
    visits = Visits(browsers, studio)
    yield visits
    visits.close()


@pytest.fixture(scope="session")
def references() -> Iterator[list[str]]:
    """The addresses of two images on this machine, for the slots of the compose box."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            colour = {"/red.png": "#b3402a", "/blue.png": "#2a5db3"}.get(self.path)
            file = io.BytesIO()
            Image.new("RGB", (200, 150), colour or "black").save(file, "PNG")
            self.send_response(200 if colour else 404)
            self.send_header("Content-Type", "image/png")
            self.end_headers()
            self.wfile.write(file.getvalue() if colour else b"")

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        base = f"http://127.0.0.1:{server.server_port}"
        yield [f"{base}/red.png", f"{base}/blue.png"]
        server.shutdown()


@pytest.fixture(scope="module")
def birdwatcher(team: Team) -> Member:
    """Who has made the birds."""
    return team.joined()


@pytest.fixture(scope="module")
def birds(birdwatcher: Member) -> Birds:
    """Three neighbours in the team's gallery. The crane is the first that was made, so the last."""

    def neighbours() -> Birds | None:
        crane, stork, heron = (
            birdwatcher.waits_for(birdwatcher.press(f"a {bird}"))[0].image
            for bird in ("crane", "stork", "heron")
        )
        # Work that an earlier test has left may end meanwhile.
        beside = birdwatcher.gallery()[:3] == [heron, stork, crane]
        return Birds(heron, stork, crane) if beside else None

    return until(neighbours, "three images stand side by side")
