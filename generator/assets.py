"""Bundles: small files of styles and scripts that a page asks for as one.

There is no build step: `collectstatic`, which every start runs, joins them, and where nothing was
collected (tests, `runserver`) a page asks for each file by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from whitenoise.storage import CompressedManifestStaticFilesStorage

BUNDLES = {
    "css/studio.css": (
        "css/tokens.css",
        "css/base.css",
        "css/layout.css",
        "css/notices.css",
        "css/parts.css",
        "css/forms.css",
        "css/controls.css",
        "css/menu.css",
    ),
    "js/studio.js": (
        "js/keys.js",
        "js/toasts.js",
        "js/app.js",
        "js/offline.js",
        "js/theme.js",
        "js/elements/done-bell.js",
        "js/elements/local-time.js",
    ),
    "css/gallery-page.css": (
        "css/gallery.css",
        "css/filters.css",
        "css/choice.css",
        "css/rail.css",
        "css/ratios.css",
        "css/pick.css",
        "css/selection.css",
        "css/progress.css",
    ),
    "js/gallery-page.js": (
        "js/elements/new-pictures.js",
        "js/elements/month-rail.js",
        "js/keep-place.js",
    ),
}
IMPORT = re.compile(r"^\s*(import|export)\b", re.MULTILINE)


class CannotBundle(Exception):
    """A part that is not there, or a script that imports: it needs a file of its own."""


def joined(name: str) -> str:
    """The text of a bundle. Raises `CannotBundle`."""
    return "\n".join(_part(part) for part in BUNDLES[name])


def _part(name: str) -> str:
    found = finders.find(name)
    if not isinstance(found, str):
        raise CannotBundle(name)
    text = Path(found).read_text(encoding="utf-8")
    if not name.endswith(".js"):
        return text
    if IMPORT.search(text):
        raise CannotBundle(name)
    return f"{{\n{text}}}"  # a block keeps each script's names to itself


class BundledStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """WhiteNoise's hashed and compressed files, with the bundles among them."""

    bundles = BUNDLES

    def post_process(
        self, paths: dict[str, Any], dry_run: bool = False, **options: Any
    ) -> Iterator[Any]:
        for name in BUNDLES:
            if not dry_run:
                target = Path(self.path(name))
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(joined(name), encoding="utf-8")
                paths[name] = (self, name)
        yield from super().post_process(paths, dry_run, **options)
