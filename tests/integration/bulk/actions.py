"""Bulk actions as the pages post them, and what they may change."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from generator.models import BulkAction, Collection, CollectionItem, Favourite, Image
from generator.services import bulk
from tests.forms import HTMX

# A word of the form for each kind.
WORDS = {kind: str(kind) for kind in BulkAction.Kind} | {BulkAction.Kind.RATE: "rate:3"}


def post_action(client: Client, word: str, images: list[Image], **more: Any) -> Any:
    """Post an action on these images; `word` is a kind, or `rate:` and a number."""
    fields = {"kind": word, "image": [str(image.pk) for image in images]}
    return client.post("/bulk/", fields | more, headers=HTMX)


def undo(client: Client, action: BulkAction | None = None) -> Any:
    """Undo this action or the latest."""
    action = action or BulkAction.objects.latest("pk")
    return client.post(f"/bulk/{action.pk}/undo/", headers=HTMX)


def event_of(response: Any) -> dict[str, Any]:
    """Return what the response tells the page's scripts."""
    return dict(json.loads(response["HX-Trigger"])["gempix:images-changed"])


def finish() -> int:
    """Run the steps of all actions; return how many it took."""
    steps = 0
    while bulk.work():
        steps += 1
        assert steps < 100
    return steps


def state() -> dict[str, list[tuple[Any, ...]]]:
    """Return everything that a bulk action may change."""
    images = Image.objects.order_by("pk")
    favourites = Favourite.objects.order_by("image", "user")
    items = CollectionItem.objects.order_by("image")
    collections = Collection.objects.order_by("pk")
    return {
        "images": [*images.values_list("pk", "private", "trashed_at", "trashed_by", "rating")],
        "favourites": [*favourites.values_list("user", "image", "created_at")],
        "items": [*items.values_list("collection", "image", "position", "added_by", "added_at")],
        "collections": [*collections.values_list("pk", "name")],
    }
