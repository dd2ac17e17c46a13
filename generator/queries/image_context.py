"""An image's context: its neighbors, its sources and derived images, its collections."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from generator.models import Batch, Collection, CollectionItem, Favourite, Image, Reference
from generator.permissions import Viewer
from generator.queries import trash
from generator.queries.collections import collections, fillable, items_of
from generator.queries.filters import filters_of
from generator.queries.gallery import nearest, visible

# As many as a member pages through before the next answer has come.
EACH_SIDE = 4
DESCENDANTS_SHOWN = 6
DESCENDANTS_A_PAGE = 48
COLLECTIONS_OFFERED = 100


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The nearest images on both sides, the nearest first."""

    before: list[Image]
    after: list[Image]


@dataclass(frozen=True, slots=True)
class Source:
    """A reference and, if this member may see it, the image of the studio that it is."""

    reference: Reference
    image: Image | None


def neighbours(viewer: Viewer, image: Image, params: Mapping[str, str]) -> Neighbours:
    """Return the images before and after this one, in the list that the URL names (`in`).

    A collection and the trash have their own order; everything else, invalid values included, is
    the gallery with the URL's filters, newest first.
    """
    if params.get("in") == "trash" and image.trashed_at is not None:
        return Neighbours(*trash.nearest(viewer, image, EACH_SIDE))
    if item := _collection_item(viewer, image, params):
        return _in_collection(viewer, item)
    filters = filters_of(params)
    if collection_of(params):  # one that they may not see, or that this image is not in
        filters = filters.replace(collection=None)
    return Neighbours(*nearest(viewer, filters, image, EACH_SIDE))


def collection_of(params: Mapping[str, str]) -> uuid.UUID | None:
    """Return the collection that a URL names as its list; None if it names none."""
    if params.get("in") != "collection":
        return None
    try:
        return uuid.UUID(params.get("collection", ""))
    except ValueError:
        return None


def _collection_item(
    viewer: Viewer, image: Image, params: Mapping[str, str]
) -> CollectionItem | None:
    pk = collection_of(params)
    if pk is None:
        return None
    items = CollectionItem.objects.filter(collection__in=collections(viewer), image=image)
    return items.filter(collection=pk).first()


def _in_collection(viewer: Viewer, here: CollectionItem) -> Neighbours:
    items = items_of(viewer).filter(collection=here.collection_id)
    items = items.select_related("image__job__batch")
    same = Q(position=here.position)
    before = items.filter(Q(position__lt=here.position) | same & Q(pk__lt=here.pk))
    after = items.filter(Q(position__gt=here.position) | same & Q(pk__gt=here.pk))
    return Neighbours(
        [item.image for item in before.order_by("-position", "-pk")[:EACH_SIDE]],
        [item.image for item in after.order_by("position", "pk")[:EACH_SIDE]],
    )


def made_from(viewer: Viewer, batch: Batch) -> list[Source]:
    """Return the batch's references in order, each with its image if this member may see it."""
    images = visible(viewer).filter(used_in__batch=batch).select_related("job__batch")
    by_pk = {image.pk: image for image in images}
    references = batch.references.select_related("upload")
    return [
        Source(reference, by_pk.get(reference.image_id) if reference.image_id else None)
        for reference in references
    ]


def derived_images(viewer: Viewer, image: Image) -> QuerySet[Image]:
    """Return the images made from this one that this member may see, newest first."""
    batches = Reference.objects.filter(image=image).values("batch")
    made = visible(viewer).filter(job__batch__in=batches)
    return made.select_related("owner", "job__batch").order_by("-pk")


def is_favourite(viewer: Viewer, image: Image) -> bool:
    """Return whether the image is one of this member's favourites."""
    return Favourite.objects.filter(user=viewer.pk, image=image).exists()


def collections_of(viewer: Viewer, image: Image) -> QuerySet[Collection]:
    """Return the collections that contain this image, as far as this member may see them."""
    return collections(viewer).filter(items__image=image).order_by("name", "pk")


def available_collections(viewer: Viewer, image: Image) -> QuerySet[Collection]:
    """Return the collections to which this member may add this image, last used first."""
    return fillable(viewer).exclude(items__image=image)[:COLLECTIONS_OFFERED]
