"""Where things are on the pages, found as a person would: by role and label."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.stack import until


def prompt_box(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Prompt")


def generate(page: Page) -> Locator:
    """The button of the compose box, whatever it says now."""
    return page.get_by_role("form", name="New pictures").locator("button[type=submit]")


def choose_count(page: Page, count: int) -> None:
    page.get_by_role("group", name="Pictures").get_by_text(str(count), exact=True).click()


def chosen_count(page: Page) -> Locator:
    return page.get_by_role("group", name="Pictures").get_by_role("radio", checked=True)


def reference(page: Page, number: int) -> Locator:
    """The address in a slot, seen only while the slot is open."""
    return page.get_by_label(f"Address of reference picture {number}")


def slot(page: Page, number: int) -> Locator:
    """The numbered place itself; a press opens it."""
    return page.get_by_role("button", name=f"Reference picture {number}", exact=True)


def fill_reference(page: Page, number: int, address: str) -> None:
    slot(page, number).click()
    reference(page, number).fill(address)
    page.keyboard.press("Escape")


def batches(page: Page, prompt: str) -> Locator:
    """The batches on the page that were made with this prompt."""
    heading = page.get_by_role("heading", name=prompt, exact=True)
    return page.locator("section").filter(has=heading)


def pictures(place: Page | Locator, prompt: str) -> Locator:
    return place.get_by_role("img", name=prompt, exact=True)


def menu(page: Page, name: str) -> Locator:
    return page.get_by_role("navigation", name="Main").get_by_role("link", name=name)


def shown(pictures: Locator, count: int) -> None:
    """Wait until so many pictures are there, and have really been loaded."""
    expect(pictures).to_have_count(count)
    for picture in pictures.all():
        picture.scroll_into_view_if_needed()
        expect(picture).not_to_have_js_property("naturalWidth", 0)


def expand_box(page: Page) -> None:
    """On a phone the box shows little of itself until one asks for the rest."""
    more = page.locator("#compose-more")
    if more.is_visible() and more.get_attribute("open") is None:
        more.locator("summary").click()


def mark(page: Page) -> None:
    """Leave a mark that no reload and no navigation survives; `marked` looks for it."""
    page.evaluate("window.unmoved = true")


def marked(page: Page) -> bool:
    return bool(page.evaluate("window.unmoved === true"))


# Every picture in sight is there, and nothing moves that comes to an end.
AT_REST = """document.readyState === "complete"
  && [...document.images].every((one) => one.complete || one.loading === "lazy")
  && document.getAnimations().every((one) =>
    one.playState !== "running" || one.effect.getTiming().iterations === Infinity)"""


def at_rest(page: Page) -> None:
    """Wait until the page stands as it is to be looked at."""
    until(lambda: page.evaluate(AT_REST), f"{page.url} is at rest", 20)


def settled(page: Page) -> str:
    """The path of the picture where the turning ends: stage, address and details agree."""
    agreed = """() => {
      const { here, swipe } = document.querySelector("picture-stage");
      if (!swipe) return false; // a stage that has just come
      const places = [location.pathname, document.querySelector("#picture-about").dataset.here];
      const still = swipe.potentialIndex === swipe.currIndex;
      return still && places.every((place) => place.includes(here)) && places[0];
    }"""
    return str(until(lambda: page.evaluate(agreed), "the turning ends"))


def use_theme(page: Page, theme: str) -> None:
    """Before the first page: this browser has chosen a theme."""
    page.context.add_cookies(
        [{"name": "theme", "value": theme, "domain": "127.0.0.1", "path": "/"}]
    )
