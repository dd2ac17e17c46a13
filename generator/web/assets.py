"""Bundles: small files of styles and scripts that a page loads as one.

There is no build step: `collectstatic`, which every start runs, joins them. Where nothing was
collected (tests, `runserver`), a page loads each file separately.
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
# Comments on lines of their own: a fifth of the bundles' compressed size, and no use to browsers.
COMMENT = re.compile(r"^[ \t]*(?:/\*(?:[^*]|\*(?!/))*\*/|//[^\n]*)[ \t]*\n", re.MULTILINE)
MODULE_WORD = re.compile(r"^\s*(import|export)\b", re.MULTILINE)


class CannotBundle(Exception):
    """A missing part, or a script that imports something not included before it."""


def joined(name: str) -> str:
    """Return the text of a bundle. Raise `CannotBundle`."""
    parts = BUNDLES[name]
    return "\n".join(_part(part, parts[:place]) for place, part in enumerate(parts))


def _part(name: str, before: Sequence[str]) -> str:
    path = finders.find(name)
    if not isinstance(path, str):
        raise CannotBundle(name)
    text = COMMENT.sub("", Path(path).read_text(encoding="utf-8"))
    return _script(name, text, before) if name.endswith(".js") else text


def _script(name: str, text: str, before: Sequence[str]) -> str:
    """Wrap a script in a scope of its own, so that its names stay private. Its exports become
    names of the bundle, and its imports are already there."""
    imports = {posixpath.normpath(f"{name}/../{path}") for path in IMPORT.findall(text)}
    exports = ", ".join(EXPORT.findall(text))
    text = EXPORT.sub("", IMPORT.sub("", text))
    if not imports <= set(before) or MODULE_WORD.search(text):
        raise CannotBundle(name)
    if not exports:
        return f"{{\n{text}}}"
    return f"const {{ {exports} }} = (() => {{\n{text}return {{ {exports} }};\n}})();"


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
