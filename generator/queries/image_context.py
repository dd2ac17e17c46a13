"""An image's surroundings: what stands before and behind it, its family, where it is kept."""

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

# As many as one turns to before the next answer has come.
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
    """A reference, and the image of ours that it is, as far as this member may see it."""

    reference: Reference
    image: Image | None


def neighbours(viewer: Viewer, image: Image, params: Mapping[str, str]) -> Neighbours:
    """What this member turns to from here, in the place that the address names (`in`).

    A collection and the trash go in their own order; everything else, also nonsense, in the
    gallery's with the address's filters, newest first.
    """
    if params.get("in") == "trash" and image.trashed_at is not None:
        return Neighbours(*trash.nearest(viewer, image, EACH_SIDE))
    if place := _place(viewer, image, params):
        return _in_collection(viewer, place)
    filters = filters_of(params)
    if collection_of(params):  # one that he does not see, or that this image is not in
        filters = filters.replace(collection=None)
    return Neighbours(*nearest(viewer, filters, image, EACH_SIDE))


def collection_of(params: Mapping[str, str]) -> uuid.UUID | None:
    """The collection that an address names as its place; None where it names none."""
    if params.get("in") != "collection":
        return None
    try:
        return uuid.UUID(params.get("collection", ""))
    except ValueError:
        return None


def _place(viewer: Viewer, image: Image, params: Mapping[str, str]) -> CollectionItem | None:
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
    """The batch's references in order, each with its image where this member may see it."""
    images = visible(viewer).filter(used_in__batch=batch).select_related("job__batch")
    seen = {image.pk: image for image in images}
    references = batch.references.select_related("upload")
    return [
        Source(reference, seen.get(reference.image_id) if reference.image_id else None)
        for reference in references
    ]


def derived_images(viewer: Viewer, image: Image) -> QuerySet[Image]:
    """Images that were made from this one and that this member may see, newest first."""
    batches = Reference.objects.filter(image=image).values("batch")
    made = visible(viewer).filter(job__batch__in=batches)
    return made.select_related("owner", "job__batch").order_by("-pk")


def is_favourite(viewer: Viewer, image: Image) -> bool:
    return Favourite.objects.filter(user=viewer.pk, image=image).exists()


def collections_of(viewer: Viewer, image: Image) -> QuerySet[Collection]:
    """The collections that hold this image, as far as this member may see them."""
    return collections(viewer).filter(items__image=image).order_by("name", "pk")


def available_collections(viewer: Viewer, image: Image) -> QuerySet[Collection]:
    """Collections that this member may fill and that do not hold the image yet, lately used
    ones first."""
    return fillable(viewer).exclude(items__image=image)[:COLLECTIONS_OFFERED]
