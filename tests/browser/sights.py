"""Everything there is to look at, as a table: one line a page, or a page with something open.

`test_sights.py` goes through it, and so do the screenshots.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from playwright.sync_api import Page, expect

from tests.browser.looks import expand_box
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
    collection: str


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


def open_prompts(page: Page) -> None:
    expand_box(page)
    page.get_by_role("link", name="Earlier prompts").click()
    expect(page.locator("#prompt-history").get_by_role("link").first).to_be_visible()


def open_options(page: Page) -> None:
    expand_box(page)
    page.get_by_role("button", name="Visibility").click()
    expect(page.get_by_role("group", name="Who can see the images")).to_be_visible()


def open_slot(page: Page) -> None:
    expand_box(page)
    page.get_by_role("button", name="Reference image 1", exact=True).click()
    expect(page.get_by_label("URL of reference image 1")).to_be_visible()


def open_images(page: Page) -> None:
    open_slot(page)
    page.locator("#slot-1").get_by_role("link", name="From the gallery").click()
    expect(page.locator("#reference-images").get_by_role("link").first).to_be_visible()


def write_variants(page: Page) -> None:
    page.get_by_role("textbox", name="Prompt").fill("{red|blue|grey} fox in {snow|rain}")
    expect(page.get_by_role("region", name="Variants")).to_be_visible()


def open_filter(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()
    expect(page.get_by_role("dialog", name=name)).to_be_visible()


def choose(page: Page, menu: str = "") -> None:
    """Two images, and a menu of the bar that acts on them."""
    boxes = page.get_by_role("checkbox", name="Select: ")
    for number in (0, 1):
        boxes.nth(number).check(force=True)
    bar = page.get_by_role("form", name="Selection")
    expect(bar).to_be_visible()
    if menu:
        bar.get_by_role("button", name=menu).click()
        expect(page.locator(".selection-menu:popover-open")).to_be_visible()


def throw_away(page: Page) -> None:
    """And what is said of it, with its Undo; then take it back, for who looks next."""
    choose(page)
    page.get_by_role("form", name="Selection").get_by_role("button", name="Trash").click()
    toast = page.locator("[data-toast]").filter(has_text="moved to the trash")
    toast.get_by_role("button", name="Undo").click()
    expect(page.locator("[data-toast]").filter(has_text="Undone for")).to_be_visible()


def open_image(page: Page) -> None:
    page.locator("main a.tile").first.click()
    expect(page.locator("image-overlay image-stage[data-ready]")).to_have_count(1)


def open_details(page: Page) -> None:
    open_image(page)
    panel = page.get_by_role("complementary", name="Details")
    if not panel.is_visible():
        page.get_by_role("button", name="Show details").click()
    expect(panel).to_be_visible()


def compare(page: Page) -> None:
    """The first four images side by side."""
    boxes = page.get_by_role("checkbox", name="Select: ")
    for number in range(4):
        boxes.nth(number).check(force=True)
    page.get_by_role("form", name="Selection").get_by_role("button", name="Compare").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Compare")


SIGHTS: dict[str, Sight] = {
    "studio": Sight("/"),
    "studio-menu": Sight("/", open_menu),
    "studio-help": Sight("/", open_help),
    "studio-prompts": Sight("/", open_prompts),
    "studio-options": Sight("/", open_options),
    "studio-slot": Sight("/", open_slot),
    "studio-images": Sight("/", open_images),
    "studio-variants": Sight("/", write_variants),
    "studio-edit": Sight("/?edit={image_id}", expand_box),
    "history": Sight("/history/"),
    "my-history": Sight("/history/olivia/"),
    "gallery": Sight("/gallery/"),
    "gallery-date": Sight("/gallery/", partial(open_filter, name="Date")),
    "gallery-found": Sight("/gallery/?q=word&member=olivia"),
    "gallery-nothing": Sight("/gallery/?q=zeppelin"),
    "gallery-chosen": Sight("/gallery/", choose),
    "gallery-collect": Sight("/gallery/", partial(choose, menu="Collect")),
    "gallery-more": Sight("/gallery/", partial(choose, menu="More")),
    "gallery-undone": Sight("/gallery/", throw_away),
    "gallery-image": Sight("/gallery/", open_image),
    "gallery-details": Sight("/gallery/", open_details),
    "my-gallery": Sight("/gallery/olivia/"),
    "batch": Sight("{batch}"),
    "failed-batch": Sight("{failed}"),
    "job": Sight("{job}"),
    "job-folded": Sight("{folded}", open_rounds),
    "image": Sight("{image}"),
    "image-used": Sight("{image}used/"),
    "collections": Sight("/collections/"),
    "collection": Sight("{collection}"),
    "collection-arrange": Sight("{collection}?arrange"),
    "collection-edit": Sight("{collection}edit/"),
    "trash": Sight("/trash/"),
    "trash-image": Sight("/trash/", open_image),
    "trash-empty": Sight("/trash/empty/"),
    "compare": Sight("/gallery/", compare),
    "compare-nothing": Sight("/compare/"),
    "people": Sight("/people/"),
    "settings": Sight("/settings/"),
    "earlier-prompts": Sight("/prompts/history/"),
    "reference-images": Sight("/references/images/"),
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
    album = collect(owner, "A walk by the harbour")
    return Paths(batch, failed, f"/jobs/{card.job}/", card.image, f"/jobs/{folded.job}/", album)


def collect(owner: Member, name: str) -> str:
    """A collection of four images, and two more in the trash; gives the collection's path."""
    kept = owner.waits_for(owner.press("a harbour at dawn", 4))
    thrown = owner.waits_for(owner.press("a draft of a boat", 2))
    for cards, fields in (
        (kept, {"kind": "collect", "collection_name": name}),
        (thrown, {"kind": "trash"}),
    ):
        images = [card.image.split("/")[2] for card in cards]
        owner.send("/gallery/", "/bulk/", image=images, **fields)
    shelf = owner.page("/collections/")
    found = re.search(r'href="(/collections/[0-9a-f-]{36}/)"', shelf)
    assert found, shelf
    return found[1]


def path_of(sight: Sight, paths: Paths) -> str:
    image_id = paths.image.removeprefix("/images/").rstrip("/")
    return sight.path.format(**vars(paths), image_id=image_id)
