"""Collections: which a member sees, and what lies in them."""

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
    """Where a page of a collection begins: behind this item."""

    position: int
    item: int


@dataclass(frozen=True, slots=True)
class ItemPage:
    """Some images of a collection in its order, and where the next page begins (None: never)."""

    rows: Sequence[Image]
    next: ItemCursor | None


def collections(viewer: Viewer) -> QuerySet[Collection]:
    """The team's, and his own private ones."""
    return visible_collections(viewer).select_related("owner")


def fillable(viewer: Viewer) -> QuerySet[Collection]:
    """Those that he may add images to, the last used first."""
    rows = collections(viewer) if viewer.can(Permission.ORGANIZE) else Collection.objects.none()
    return rows.order_by("-updated_at")


def overview(viewer: Viewer) -> Sequence[Collection]:
    """His collections, the last changed first, each with `shown` (how many of its images he
    sees) and `front` (the image that stands for it, or None)."""
    items = items_of(viewer).filter(collection=OuterRef("pk")).order_by()
    counted = items.values("collection").annotate(n=Count("pk")).values("n")
    first = items_of(viewer).filter(collection=OuterRef("pk")).values("image")[:1]
    chosen = visible(viewer).filter(pk=OuterRef("cover")).values("pk")[:1]
    rows = collections(viewer).annotate(
        shown=Coalesce(Subquery(counted, output_field=IntegerField()), 0),
        front_id=Coalesce(Subquery(chosen), Subquery(first), output_field=UUIDField()),
    )
    found = list(rows.order_by("-updated_at")[:COLLECTIONS_A_PAGE])
    images = Image.objects.select_related("job__batch").in_bulk(
        [row.front_id for row in found if row.front_id]
    )
    for row in found:
        row.front = images.get(row.front_id)  # type: ignore[attr-defined]
    return found


def uses_default_cover(viewer: Viewer, collection: Collection) -> bool:
    """Whether its first image stands for it, as there is no chosen one that he sees."""
    cover = collection.cover_id
    return cover is None or not visible(viewer).filter(pk=cover).exists()


def items_page(viewer: Viewer, collection: Collection, after: ItemCursor | None) -> ItemPage:
    """The next images of a collection in the order that was given to them by hand."""
    rows = items_of(viewer).filter(collection=collection)
    if after:
        behind = Q(position=after.position, pk__gt=after.item)
        rows = rows.filter(Q(position__gt=after.position) | behind)
    found = list(rows[: ITEMS_A_PAGE + 1])
    kept = found[:ITEMS_A_PAGE]
    shown = Image.objects.filter(pk__in=[item.image_id for item in kept])
    images = {image.pk: image for image in tiles(viewer, shown)}
    last = kept[-1] if len(found) > ITEMS_A_PAGE else None
    return ItemPage(
        [images[item.image_id] for item in kept if item.image_id in images],
        ItemCursor(last.position, last.pk) if last else None,
    )


def count(viewer: Viewer, collection: Collection) -> int:
    """How many of its images the member sees."""
    return items_of(viewer).filter(collection=collection).count()


def image_ids(viewer: Viewer, collection: Collection) -> list[uuid.UUID]:
    """Its images, as far as the member sees them, in their order."""
    return list(items_of(viewer).filter(collection=collection).values_list("image_id", flat=True))


def items_of(viewer: Viewer) -> QuerySet[CollectionItem]:
    """The places of images that the member sees, in their order."""
    seen = visible(viewer).filter(pk=OuterRef("image")).values("pk")
    return CollectionItem.objects.filter(Exists(seen)).order_by("position", "pk")
