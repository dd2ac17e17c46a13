"""Collections: which ones a member may see, and the images in them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, UUIDField
from django.db.models.functions import Coalesce

from generator.models import Collection, CollectionItem, Image
from generator.permissions import Permission, Viewer
from generator.queries.gallery import tiles, visible, visible_collections

COLLECTIONS_A_PAGE = 200
ITEMS_A_PAGE = 48


@dataclass(frozen=True, slots=True)
class ItemCursor:
    """Where a page of a collection begins: after this item."""

    position: int
    item: int


@dataclass(frozen=True, slots=True)
class ItemPage:
    """Some images of a collection in its order, and where the next page begins (None: last
    page)."""

    rows: Sequence[Image]
    next: ItemCursor | None


@dataclass(frozen=True, slots=True)
class CollectionTile:
    """A collection in the list of all: its cover, and how many of its images the viewer may see."""

    collection: Collection
    cover: Image | None
    image_count: int


def collections(viewer: Viewer) -> QuerySet[Collection]:
    """Return the team's collections, and the member's own private ones."""
    return visible_collections(viewer).select_related("owner")


def fillable(viewer: Viewer) -> QuerySet[Collection]:
    """Return the collections to which they may add images, last used first."""
    rows = collections(viewer) if viewer.can(Permission.ORGANIZE) else Collection.objects.none()
    return rows.order_by("-updated_at")


def overview(viewer: Viewer) -> list[CollectionTile]:
    """Return the visible collections, last changed first."""
    items = items_of(viewer).filter(collection=OuterRef("pk")).order_by()
    counted = items.values("collection").annotate(n=Count("pk")).values("n")
    first = items_of(viewer).filter(collection=OuterRef("pk")).values("image")[:1]
    cover = visible(viewer).filter(pk=OuterRef("cover")).values("pk")[:1]
    rows = collections(viewer).annotate(
        image_count=Coalesce(Subquery(counted, output_field=IntegerField()), 0),
        front_id=Coalesce(Subquery(cover), Subquery(first), output_field=UUIDField()),
    )
    page = list(rows.order_by("-updated_at")[:COLLECTIONS_A_PAGE])
    images = Image.objects.select_related("job__batch").in_bulk(
        [row.front_id for row in page if row.front_id]
    )
    return [CollectionTile(row, images.get(row.front_id), row.image_count) for row in page]


def uses_default_cover(viewer: Viewer, collection: Collection) -> bool:
    """Return whether the first image is the cover, for lack of a chosen one that they may see."""
    cover = collection.cover_id
    return cover is None or not visible(viewer).filter(pk=cover).exists()


def items_page(viewer: Viewer, collection: Collection, after: ItemCursor | None) -> ItemPage:
    """Return the next images of a collection, in its order."""
    rows = items_of(viewer).filter(collection=collection)
    if after:
        behind = Q(position=after.position, pk__gt=after.item)
        rows = rows.filter(Q(position__gt=after.position) | behind)
    items = list(rows[: ITEMS_A_PAGE + 1])
    page = items[:ITEMS_A_PAGE]
    shown = Image.objects.filter(pk__in=[item.image_id for item in page])
    images = {image.pk: image for image in tiles(viewer, shown)}
    last = page[-1] if len(items) > ITEMS_A_PAGE else None
    return ItemPage(
        [images[item.image_id] for item in page if item.image_id in images],
        ItemCursor(last.position, last.pk) if last else None,
    )


def count(viewer: Viewer, collection: Collection) -> int:
    """Return how many of its images the member may see."""
    return items_of(viewer).filter(collection=collection).count()


def image_ids(viewer: Viewer, collection: Collection) -> list[uuid.UUID]:
    """Return the ids of its images that the member may see, in the collection's order."""
    return list(items_of(viewer).filter(collection=collection).values_list("image_id", flat=True))


def items_of(viewer: Viewer) -> QuerySet[CollectionItem]:
    """Return the items whose images the member may see, in their order."""
    shown = visible(viewer).filter(pk=OuterRef("image")).values("pk")
    return CollectionItem.objects.filter(Exists(shown)).order_by("position", "pk")
