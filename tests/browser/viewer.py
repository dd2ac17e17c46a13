"""What the tests of an image's page share: its images, and how a person finds his way in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from tests.browser.looks import painted
from tests.stack import Stack


@dataclass(frozen=True)
class Birds:
    """Three images of one member, in the gallery's order, by their paths."""

    heron: str
    stork: str
    crane: str


def tile(page: Page, path: str) -> Locator:
    """An image's link in the grid, which says what grid it is; the image's own page has others."""
    return page.get_by_role("main").locator(f"a[href^='{path}?']")


def open_over(page: Page, path: str) -> Locator:
    """Open an image from the grid; gives what stands over it now."""
    tile(page, path).click()
    over = page.get_by_role("dialog", name="Image")
    expect(over).to_be_visible()
    ready(page)
    return over


def ready(page: Page) -> None:
    painted(page)
    expect(page.locator("image-stage[data-ready]")).to_have_count(1)
    expect(on_stage(page)).not_to_have_js_property("naturalWidth", 0)


def on_stage(page: Page) -> Locator:
    """The one image on the stage that is in sight."""
    return page.locator("image-stage").get_by_role("img").locator("visible=true")


def details(page: Page) -> Locator:
    panel = page.get_by_role("complementary", name="Details")
    if not panel.is_visible():
        page.get_by_role("button", name="Show details").click()
    expect(panel).to_be_visible()
    return panel


def at(studio: Stack, path: str) -> re.Pattern[str]:
    """The address of this image, whatever the place in which it is looked at."""
    return re.compile(re.escape(studio.url + path) + r"(\?.*)?$")


def expect_image(page: Page, studio: Stack, path: str, name: str) -> None:
    expect(page).to_have_url(at(studio, path))
    expect(on_stage(page)).to_have_attribute("alt", name)
    expect(page.locator("#prompt-text")).to_have_text(name)
    expect(page).to_have_title(f"{name} · GemPix Studio")


Dots = Sequence[tuple[float, float]]


def gesture(page: Page, *steps: Dots) -> None:
    """Fingers set down at the first places, moved over the others, and lifted."""
    session = page.context.new_cdp_session(page)
    for number, dots in enumerate(steps):
        points = [{"x": x, "y": y, "id": finger} for finger, (x, y) in enumerate(dots)]
        kind = "touchMove" if number else "touchStart"
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
