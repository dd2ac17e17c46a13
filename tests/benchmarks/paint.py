"""`make bench-paint`: when the first view of the gallery has its largest image on the screen.

A studio of its own with the demo team's images, looked at by a real browser with an empty cache,
at phone and desktop size. Prints medians, asserts nothing.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from playwright.sync_api import Browser, ViewportSize, sync_playwright

from tests.browser.conftest import DESKTOP, FLAGS, HEADLESS, PHONE
from tests.member import Member
from tests.stack import Stack

VISITS = 9
IMAGES = 2000
# The largest paint so far, once the page has been quiet for a while.
LARGEST = """() => new Promise((done) => {
  let last = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) last = entry.startTime;
  }).observe({type: "largest-contentful-paint", buffered: true});
  setTimeout(() => done(last), 1500);
})"""


def look(browser: Browser, stack: Stack, member: Member, size: tuple[int, int]) -> float:
    """Milliseconds from the navigation to the largest paint, for somebody new to the page."""
    viewport = ViewportSize(width=size[0], height=size[1])
    with closing(browser.new_context(base_url=stack.url, viewport=viewport)) as context:
        for cookie in member.session.cookies:
            context.add_cookies(
                [{"name": cookie.name, "value": cookie.value or "", "url": stack.url}]
            )
        page = context.new_page()
        page.goto("/gallery/")
        return float(page.evaluate(LARGEST))


def main() -> None:
    os.environ.pop("GEMPIX_DATA_DIR", None)
    path = next(filter(None, map(shutil.which, HEADLESS)), None)
    if path is None:
        sys.exit("this needs Chromium, and none is on this machine's PATH")
    with tempfile.TemporaryDirectory(prefix="gempix-paint-") as folder:
        stack = Stack(Path(folder) / "data")
        with closing(stack), sync_playwright() as playwright:
            stack.run()
            owner = Member(stack, "olivia").set_up()
            stack.manage("seed_demo", "--images", str(IMAGES))
            browser = playwright.chromium.launch(executable_path=path, args=FLAGS.split())
            for name, size in (("phone", PHONE), ("desktop", DESKTOP)):
                found = [look(browser, stack, owner, size) for _ in range(VISITS)]
                print(
                    f"{name}: largest paint, median {statistics.median(found):.0f} ms, "
                    f"from {min(found):.0f} to {max(found):.0f} ms over {VISITS} visits"
                )
            browser.close()


if __name__ == "__main__":
    main()
