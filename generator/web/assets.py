"""Bundles: the styles and scripts that a page requests as one file.

`make bundles` joins and minifies them with esbuild into `static/built/`, which is committed, so
that a studio runs without Node. While `DEBUG` is on, and in tests without a web server, a page
requests the files themselves: scripts are native modules.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.templatetags.static import static

BUILT = "built"
BUNDLES = {
    # Every page.
    "site.css": ("tokens", "base", "layout", "notices", "page", "forms", "controls"),
    "site.js": (
        "site/shortcuts",
        "site/toasts",
        "site/swaps",
        "site/theme",
        "site/done-bell",
        "site/local-time",
        "site/copy-button",
    ),
    # Lists of images or batches.
    "gallery.css": ("gallery", "ratios", "filters", "selection"),
    "lists.js": (
        "lists/new-images",
        "lists/load-newer",
        "lists/month-rail",
        "lists/filters",
        "lists/scroll-restoration",
    ),
    "selection.js": ("selection/image-selection", "selection/drag-to-edit"),
    # An image, on its own page or over a list.
    "image.css": ("details", "image", "image-panel", "image-forms"),
    "image.js": (
        "image/shortcuts",
        "image/note",
        "image/panel-focus",
        "image/back-link",
        "image/image-stage",
        "image/image-viewer",
        "image/image-overlay",
    ),
    "compare.css": ("ratios", "image-panel", "compare"),
    "compare.js": ("compare/compare-images", "image/shortcuts"),
    # Batches and their cards.
    "cards.css": ("batch", "card", "card-states", "ratios"),
    "live.js": ("live/elapsed-time", "live/live-cards", "live/tab-title"),
    "details.css": ("details",),
    "filters.css": ("filters",),
    # The compose box.
    "compose.css": (
        "compose",
        "compose-options",
        "compose-slots",
        "compose-panels",
        "compose-sheet",
    ),
    "compose.js": (
        "compose/reference-slot",
        "compose/submit-button",
        "compose/submit",
        "compose/after-submit",
        "compose/slot-files",
        "compose/slot-order",
        "compose/draft",
        "compose/prompt-history",
    ),
    # Pages of their own.
    "collections.css": ("collections", "ratios"),
    "arrange.js": ("collection/arrange-images", "collection/arrange-updates"),
    "settings.css": ("settings",),
    "entrance.css": ("entrance",),
}


def sources(bundle: str) -> list[str]:
    """Return the static files that a bundle is made of, in order."""
    kind = bundle.rpartition(".")[2]
    return [f"{kind}/{name}.{kind}" for name in BUNDLES[bundle]]


def urls(bundle: str) -> list[str]:
    """Return the URLs that a page requests for a bundle."""
    is_collected = hasattr(staticfiles_storage, "hashed_name") and not settings.DEBUG
    return [static(name) for name in ([f"{BUILT}/{bundle}"] if is_collected else sources(bundle))]
