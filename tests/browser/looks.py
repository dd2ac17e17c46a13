"""Where things are on the pages, found as a person would: by role and label."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.stack import until


def painted(page: Page) -> None:
    """Wait until the page is on the screen: before its first paint, Chromium drops keys and clicks.
    A page is painted when it is whole (`blocking="render"`)."""
    paints = "performance.getEntriesByType('paint').length"
    until(lambda: page.evaluate(paints), "the page is painted", 40)


def prompt_box(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Prompt")


def generate(page: Page) -> Locator:
    """The button of the compose box, whatever it says now."""
    return page.get_by_role("form", name="New images").locator("button[type=submit]")


def choose_count(page: Page, count: int) -> None:
    page.get_by_role("group", name="Images").get_by_text(str(count), exact=True).click()


def chosen_count(page: Page) -> Locator:
    return page.get_by_role("group", name="Images").get_by_role("radio", checked=True)


def reference(page: Page, number: int) -> Locator:
    """The address in a slot, seen only while the slot is open."""
    return page.get_by_label(f"URL of reference image {number}")


def slot(page: Page, number: int) -> Locator:
    """The numbered place itself; a press opens it."""
    return page.get_by_role("button", name=f"Reference image {number}", exact=True)


def fill_reference(page: Page, number: int, address: str) -> None:
    slot(page, number).click()
    reference(page, number).fill(address)
    page.keyboard.press("Escape")


def batches(page: Page, prompt: str) -> Locator:
    """The batches on the page that were made with this prompt."""
    heading = page.get_by_role("heading", name=prompt, exact=True)
    return page.locator("section").filter(has=heading)


def images(place: Page | Locator, prompt: str) -> Locator:
    return place.get_by_role("img", name=prompt, exact=True)


def menu(page: Page, name: str) -> Locator:
    return page.get_by_role("navigation", name="Main").get_by_role("link", name=name)


def shown(images: Locator, count: int) -> None:
    """Wait until so many images are there, and have really been loaded."""
    expect(images).to_have_count(count)
    for image in images.all():
        image.scroll_into_view_if_needed()
        expect(image).not_to_have_js_property("naturalWidth", 0)


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


# Every image in sight is there, and nothing moves that comes to an end.
AT_REST = """document.readyState === "complete"
  && [...document.images].every((one) => one.complete || one.loading === "lazy")
  && document.getAnimations().every((one) =>
    one.playState !== "running" || one.effect.getTiming().iterations === Infinity)"""


def at_rest(page: Page) -> None:
    """Wait until the page stands as it is to be looked at."""
    until(lambda: page.evaluate(AT_REST), f"{page.url} is at rest")


def settled(page: Page) -> str:
    """The path of the image where the turning ends: stage, address and details agree."""
    agreed = """() => {
      const { here, swipe } = document.querySelector("image-stage");
      if (!swipe) return false; // a stage that has just come
      const places = [location.pathname, document.querySelector("#image-about").dataset.here];
      const still = swipe.potentialIndex === swipe.currIndex;
      return still && places.every((place) => place.includes(here)) && places[0];
    }"""
    return str(until(lambda: page.evaluate(agreed), "the turning ends"))


def use_theme(page: Page, theme: str) -> None:
    """Before the first page: this browser has chosen a theme."""
    page.context.add_cookies(
        [{"name": "gempix_theme", "value": theme, "domain": "127.0.0.1", "path": "/"}]
    )


# Visible controls that are cut off at the side, outside of a place that scrolls by itself.
CUT_OFF = """() => [...document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary")].filter((control) => {
  if (!control.checkVisibility({visibilityProperty: true})) return false;
  const box = control.getBoundingClientRect();
  if (box.width < 2 || box.height < 2) return false;
  for (let place = control.parentElement; place; place = place.parentElement)
    if (/auto|scroll/.test(getComputedStyle(place).overflowX)) return false;
  return box.left < -1 || box.right > innerWidth + 1;
}).map((control) => control.outerHTML.slice(0, 120))"""

# Buttons, and links that look like buttons, that are too small for a finger.
SMALL = """() => [...document.querySelectorAll("button, .button, nav a, summary, select")]
  .filter((control) => control.checkVisibility({visibilityProperty: true}))
  .filter((control) => !control.matches(".visually-hidden"))
  .map((control) => [control.getBoundingClientRect(), control.outerHTML.slice(0, 120)])
  .filter(([box]) => box.width > 1 && (box.height < 43.5 || box.width < 43.5))
  .map(([box, text]) => `${box.width.toFixed(1)} x ${box.height.toFixed(1)}: ${text}`)"""


def overflow(page: Page) -> list[str]:
    """Return what is wider than the page."""
    width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    wide = [f"the page scrolls sideways: {width[0]} of {width[1]} px"]
    cut_off = [f"cut off at the side: {control}" for control in page.evaluate(CUT_OFF)]
    return cut_off if width[0] <= width[1] else wide + cut_off


def expect_fits(page: Page) -> None:
    assert overflow(page) == [], page.url


def too_small(page: Page) -> list[str]:
    """Return the controls that are too small for a finger."""
    return [f"too small for a finger: {control}" for control in page.evaluate(SMALL)]


MOST_STEPS = 60


def tab_to(page: Page, goal: Locator, key: str = "Tab") -> None:
    """Step from control to control, as one does, until this one has the focus and shows it."""
    for _ in range(MOST_STEPS):
        page.keyboard.press(key)
        if goal.evaluate("(goal) => goal === document.activeElement"):
            seen = goal.evaluate("""(goal) => [goal, ...function* (at) {
              while ((at = at.parentElement)) yield at;
            }(goal)].some((at) => getComputedStyle(at).outlineStyle !== "none"
              || getComputedStyle(at).boxShadow !== "none")""")
            assert seen, "the focus is not to be seen"
            return
    raise AssertionError(f"not reached by {MOST_STEPS} presses of {key}: {goal}")


# --- a grid's selection


def boxes(page: Page) -> Locator:
    return page.get_by_role("checkbox", name="Select: ")


def links(page: Page) -> Locator:
    return page.get_by_role("link", name="a heron")


def bar(page: Page) -> Locator:
    return page.get_by_role("form", name="Selection")


def toast(page: Page, text: str) -> Locator:
    return page.locator("[data-toast]").filter(has_text=text)
