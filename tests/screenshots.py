"""`make screenshots`: every page at three widths and in both themes, into the ignored folder
`screenshots/`, from the demo team's studio. For looking at, by a person."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.browser.conftest import FLAGS, HEADLESS
from tests.browser.looks import at_rest
from tests.browser.sights import LONG, RIGHT_TO_LEFT, SIGHTS, Paths, Sight, path_of, seed
from tests.member import Member
from tests.stack import ROOT, Stack

FOLDER = ROOT / "screenshots"
SIZES = {"360": (360, 780), "1280": (1280, 860), "1920": (1920, 1080)}
THEMES = ("light", "dark")
# Where one sees a first visit, work under way, and somebody who may only look.
MORE = {
    "first-visit": ("newcomer", Sight("/")),
    "first-history": ("newcomer", Sight("/history/")),
    "viewer": ("viewer", Sight("/")),
    "viewer-history": ("viewer", Sight("/history/")),
    "no-rights": ("viewer", Sight("/people/", status=403)),
    "colleague": ("colleague", Sight("/history/olivia/")),
    "under-way": ("colleague", Sight("/")),
}


def people(stack: Stack) -> dict[str, Member]:
    """A team that has made something of everything, told by what they are for."""
    owner = Member(stack, "olivia").set_up()
    long_name = "maximiliane.von-und-zu-hohenlohe-schillingsfuerst@x.org"
    cast = {
        "owner": owner,
        "colleague": owner.adds(long_name),
        "viewer": owner.adds("vera", "viewer"),
        "newcomer": owner.adds("nora"),
    }
    return cast


def work(cast: dict[str, Member]) -> Paths:
    owner = cast["owner"]
    paths = seed(owner)
    made = [owner.press("two boats [no-image]"), owner.press("a moth [words-only]")]
    made += [owner.press("an unclear owl [accepted-reset]"), owner.press(RIGHT_TO_LEFT)]
    made += [owner.press(LONG, 4), owner.press("a hill", 3), owner.press("a paper lantern")]
    made += [owner.press("tea, steaming", 2), owner.press("a red fox asleep in fresh snow", 2)]
    owner.waits_for(*made)
    cast["colleague"].press(f"{LONG} [slow:900]", 4)
    cast["colleague"].press("a lighthouse [slow-answer:600]", 3)
    return paths


class Camera:
    """Takes the same sight at every size and in every theme."""

    def __init__(self, browser: Browser, stack: Stack, wanted: str) -> None:
        self.browser = browser
        self.stack = stack
        self.wanted = wanted

    def take(self, name: str, sight: Sight, paths: Paths, member: Member) -> None:
        if self.wanted not in name:
            return
        for size, (width, height) in SIZES.items():
            for theme in THEMES:
                self._shoot(f"{name}-{size}-{theme}", sight, paths, member, (width, height), theme)

    def _shoot(
        self,
        name: str,
        sight: Sight,
        paths: Paths,
        member: Member,
        size: tuple[int, int],
        theme: str,
    ) -> None:
        context = self.browser.new_context(
            base_url=self.stack.url,
            viewport={"width": size[0], "height": size[1]},
            has_touch=size[0] < 500,
            locale="en-GB",
            service_workers="block",
        )
        with closing(context):
            kept = () if sight.outside else member.session.cookies
            for cookie in [*kept]:
                context.add_cookies(
                    [{"name": cookie.name, "value": cookie.value or "", "url": self.stack.url}]
                )
            context.add_cookies([{"name": "gempix_theme", "value": theme, "url": self.stack.url}])
            page = context.new_page()
            page.goto(path_of(sight, paths))
            if sight.act:
                sight.act(page)
            at_rest(page)
            page.screenshot(path=FOLDER / f"{name}.png", full_page=not sight.act)


def main() -> None:
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    os.environ.pop("GEMPIX_DATA_DIR", None)
    FOLDER.mkdir(exist_ok=True)
    path = next(filter(None, map(shutil.which, HEADLESS)), None)
    if path is None:
        sys.exit("screenshots need Chromium, and none is on this machine's PATH")
    with tempfile.TemporaryDirectory(prefix="gempix-screenshots-") as folder:
        # Whole images, for how they stand on a page of their own.
        settings = {"GEMPIX_MAX_CONCURRENT_SUBMITS": "6", "GEMPIX_SANDBOX_SIZE_PERCENT": "100"}
        stack = Stack(Path(folder) / "data", **settings)
        with closing(stack), sync_playwright() as playwright:
            stack.run()
            cast = people(stack)
            browser = playwright.chromium.launch(executable_path=path, args=FLAGS.split())
            camera = Camera(browser, stack, wanted)
            camera.take("first-owner", Sight("/"), Paths("", "", "", "", "", ""), cast["owner"])
            stack.manage("seed_demo", "--images", "600")
            paths = work(cast)
            for name, sight in SIGHTS.items():
                camera.take(name, sight, paths, cast["owner"])
            for name, (who, sight) in MORE.items():
                camera.take(name, sight, paths, cast[who])
            browser.close()
    print(f"screenshots: {len(list(FOLDER.glob('*.png')))} in {FOLDER.name}/")


if __name__ == "__main__":
    main()
