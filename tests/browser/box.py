"""What one does with the compose box beyond typing: references chosen, pasted and dropped."""

from __future__ import annotations

import io
import re

from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import DESKTOP, Visits
from tests.browser.looks import expand_box, reference, slot
from tests.member import Member

# A file as a desktop or a clipboard hands it over, to what is at this selector.
HANDED = """([selector, type, bytes, kind]) => {
  const transfer = new DataTransfer();
  transfer.items.add(new File([new Uint8Array(bytes)], "fox.png", { type: kind }));
  const options = { bubbles: true, cancelable: true };
  const event = type === "paste"
    ? new ClipboardEvent("paste", { ...options, clipboardData: transfer })
    : new DragEvent("drop", { ...options, dataTransfer: transfer });
  document.querySelector(selector).dispatchEvent(event);
}"""


def png(colour: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (300, 200), colour).save(file, "PNG")
    return file.getvalue()


def opened(visit: Visits, member: Member, size: tuple[int, int] = DESKTOP) -> Page:
    """The studio with an empty box, and everything of it in sight."""
    page = visit(member, size=size)
    expand_box(page)
    return page


def thumbnails(page: Page) -> Locator:
    return page.get_by_role("form", name="New images").locator("reference-slot img")


def hand_over(page: Page, way: str, colour: str, to: str = "#prompt") -> None:
    """Paste or drop a file on what is at this selector."""
    page.evaluate(HANDED, [to, way, list(png(colour)), "image/png"])


def upload(page: Page, number: int, data: bytes, name: str = "fox.png") -> None:
    slot(page, number).click()
    file = page.get_by_label(f"File of reference image {number}")
    file.set_input_files({"name": name, "mimeType": "image/png", "buffer": data})


def expect_held(page: Page, number: int, kind: str) -> None:
    """Wait until this slot holds an upload or an image of ours, and shows it."""
    expect(reference(page, number)).to_have_value(re.compile(f"^{kind}:"))
    expect(slot(page, number).locator("img")).to_have_count(1)
