"""Bundles: small files of styles and scripts that a page asks for as one.

There is no build step: `collectstatic`, which every start runs, joins them, and where nothing was
collected (tests, `runserver`) a page asks for each file by itself.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
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
        "css/arrivals.css",
        "css/filters.css",
        "css/choice.css",
        "css/rail.css",
        "css/ratios.css",
        "css/pick.css",
        "css/selection.css",
        "css/edit-drop.css",
        "css/progress.css",
    ),
    "css/image-page.css": (
        "css/facts.css",
        "css/image.css",
        "css/image-panel.css",
        "css/image-forms.css",
        "css/rating.css",
    ),
    "js/image-page.js": (
        "js/image-keys.js",
        "js/image-details.js",
        "js/image-news.js",
        "js/image-note.js",
        "js/image-panel.js",
        "js/image-left.js",
        "js/image-strip.js",
        "js/page-cover.js",
        "js/way-back.js",
        "js/elements/copy-button.js",
        "js/elements/image-stage.js",
        "js/elements/image-viewer.js",
        "js/elements/image-overlay.js",
    ),
    "css/compare-page.css": (
        "css/ratios.css",
        "css/image-panel.css",
        "css/rating.css",
        "css/compare.css",
    ),
    "js/compare-page.js": (
        "js/compare-keys.js",
        "js/image-keys.js",
        "js/elements/compare-images.js",
    ),
    "js/selection.js": (
        "js/selection/gestures.js",
        "js/selection/keys.js",
        "js/selection/marks.js",
        "js/selection/focus.js",
        "js/selection/changes.js",
        "js/selection/ordinary-forms.js",
        "js/elements/image-selection.js",
        "js/drag-to-edit.js",
    ),
    "js/gallery-page.js": (
        "js/elements/new-images.js",
        "js/elements/newer-ones.js",
        "js/elements/month-rail.js",
        "js/filters.js",
        "js/keep-focus.js",
        "js/long-list.js",
        "js/keep-place.js",
    ),
}
IMPORT = re.compile(r'^import \{[^}]*\} from "(\.[^"]+)";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?function (\w+))", re.MULTILINE)
# Whole lines of them tell a reader and no browser: a fifth of the bundles' compressed weight.
COMMENT = re.compile(r"^[ \t]*(?:/\*(?:[^*]|\*(?!/))*\*/|//[^\n]*)[ \t]*\n", re.MULTILINE)
MODULE_WORD = re.compile(r"^\s*(import|export)\b", re.MULTILINE)


class CannotBundle(Exception):
    """A part that is not there, or a script that imports what does not stand before it."""


def joined(name: str) -> str:
    """The text of a bundle. Raises `CannotBundle`."""
    parts = BUNDLES[name]
    return "\n".join(_part(part, parts[:place]) for place, part in enumerate(parts))


def _part(name: str, before: Sequence[str]) -> str:
    found = finders.find(name)
    if not isinstance(found, str):
        raise CannotBundle(name)
    text = COMMENT.sub("", Path(found).read_text(encoding="utf-8"))
    return _script(name, text, before) if name.endswith(".js") else text


def _script(name: str, text: str, before: Sequence[str]) -> str:
    """A script within its own walls, so that it keeps its names to itself; what it exports is a
    name of the bundle, and what it imports stands there already."""
    wanted = {posixpath.normpath(f"{name}/../{path}") for path in IMPORT.findall(text)}
    given = ", ".join(EXPORT.findall(text))
    text = EXPORT.sub("", IMPORT.sub("", text))
    if not wanted <= set(before) or MODULE_WORD.search(text):
        raise CannotBundle(name)
    if not given:
        return f"{{\n{text}}}"
    return f"const {{ {given} }} = (() => {{\n{text}return {{ {given} }};\n}})();"


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
