"""Everything there is to look at, as a table: one line a page, or a page with something open.

The tests of accessibility and of sizes go through it, and so do the screenshots.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.member import Member

UNBROKEN = "Donaudampfschifffahrtsgesellschaftskapitänsmütze" * 4
LONG = (
    "A wide view over a quiet harbour at first light: wooden boats with peeling paint, nets hung "
    "to dry, gulls on every bollard, a baker opening his shutters, low mist over the water and "
    "far mountains that are still blue; soft colours, the grain of old film, nobody in a hurry"
)
RIGHT_TO_LEFT = "ثعلب أحمر نائم في الثلج تحت شجرة صنوبر عالية، ضوء الصباح الباكر"


@dataclass(frozen=True)
class Paths:
    """Pages that show something of everything."""

    batch: str
    failed: str
    job: str
    image: str
    folded: str


@dataclass(frozen=True)
class Sight:
    """Where it is, what is pressed there first, and for whom (else for the owner)."""

    path: str
    act: Callable[[Page], object] | None = None
    outside: bool = False
    # The console says so when the page's own answer is an error.
    status: int = 200
    # What is not one of our whole pages, with its own heading and main.
    part: bool = False


def open_menu(page: Page) -> None:
    page.get_by_role("button", name="Your account").click()
    expect(page.get_by_role("button", name="Log out")).to_be_visible()


def open_help(page: Page) -> None:
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()


def open_rounds(page: Page) -> None:
    page.get_by_role("group").filter(has_text="3 times").locator("summary").click()


def compare(page: Page) -> None:
    """The first four pictures side by side."""
    boxes = page.get_by_role("checkbox", name="Select: ")
    for number in range(4):
        boxes.nth(number).check(force=True)
    page.get_by_role("form", name="Selection").get_by_role("button", name="Compare").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Compare")


SIGHTS: dict[str, Sight] = {
    "studio": Sight("/"),
    "studio-menu": Sight("/", open_menu),
    "studio-help": Sight("/", open_help),
    "history": Sight("/history/"),
    "my-history": Sight("/history/olivia/"),
    "gallery": Sight("/gallery/"),
    "my-gallery": Sight("/gallery/olivia/"),
    "batch": Sight("{batch}"),
    "failed-batch": Sight("{failed}"),
    "job": Sight("{job}"),
    "job-folded": Sight("{folded}", open_rounds),
    "image": Sight("{image}"),
    "compare": Sight("/gallery/", compare),
    "compare-nothing": Sight("/compare/"),
    "people": Sight("/people/"),
    "settings": Sight("/settings/"),
    "keyboard": Sight("/help/"),
    "password": Sight("/accounts/password/change/"),
    "log-out": Sight("/accounts/logout/"),
    "log-in": Sight("/accounts/login/", outside=True),
    "sign-up": Sight("/accounts/signup/", outside=True),
    "offline": Sight("/offline/", outside=True),
    "nothing": Sight("/batches/00000000-0000-7000-8000-000000000000/", status=404),
}


def seed(owner: Member) -> Paths:
    """Make a little of everything, and wait until it has come to its end."""
    batch = owner.press(f"a very long word {UNBROKEN}", 2)
    failed = owner.press("an owl [failed]")
    stubborn = owner.press("a lock that resists [html-502-query:3]")
    card, _other = owner.waits_for(batch)
    owner.waits_for(failed)
    (folded,) = owner.waits_for(stubborn)
    return Paths(batch, failed, f"/jobs/{card.job}/", card.picture, f"/jobs/{folded.job}/")


def path_of(sight: Sight, paths: Paths) -> str:
    return sight.path.format(**vars(paths))
