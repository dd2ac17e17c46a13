"""Which images a member may see, and which of them match their filters.

A single filter uses an index of the images' own table; words, or several filters together, use the
search index, which has them as facets. Either way the rows come newest first from an index, and a
page is read without counting or sorting rows that it does not show.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from datetime import timedelta

from django.core.cache import cache
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from generator.models import (
    SHOWN,
    Batch,
    Collection,
    CollectionItem,
    Favourite,
    Image,
    SearchQuery,
    User,
)
from generator.models.ids import id_floor
from generator.models.search import image_facets, sort_key, sort_key_floor
from generator.models.tokenizer import parse_query
from generator.permissions import Permission, Viewer
from generator.queries.filters import Filters, filters_of
from generator.queries.paging import Page, Row, cut, cut_above, first, newer, older, relative_to

__all__ = ["Filters", "filters_of", "matching", "visible"]

IMAGES_A_PAGE = 48
# An image that is committed a moment after a newer one still counts as new within this time.
ARRIVALS_OVERLAP = timedelta(seconds=5)
MEMBER_CACHE_SECONDS = 60
TILE_FIELDS = (
    *("width", "height", "thumbnail_widths", "color"),
    *("rating", "private", "month"),
)
# More than this is shown as "more than".
MOST_ARRIVALS = IMAGES_A_PAGE


def visible(viewer: Viewer) -> QuerySet[Image]:
    """Return the images outside the trash that this member may see: the team's, and their own
    private ones."""
    return Image.objects.filter(SHOWN).filter(Q(private=False) | Q(owner=viewer.pk))


def known(viewer: Viewer) -> QuerySet[Image]:
    """Return the images whose page this member may open: also those in the trash, if they own them
    or are an admin; never a colleague's private one."""
    shared = Q(private=False) if viewer.can(Permission.MANAGE_WORK) else Q(SHOWN, private=False)
    return Image.objects.filter(shared | Q(owner=viewer.pk), purged_at=None)


def visible_batches(viewer: Viewer) -> QuerySet[Batch]:
    """Return the batches that this member may see: the team's, and their own private ones."""
    return Batch.objects.filter(Q(private=False) | Q(owner=viewer.pk))


def visible_collections(viewer: Viewer) -> QuerySet[Collection]:
    """Return the collections this member may see: the team's, and their own private ones."""
    return Collection.objects.filter(Q(private=False) | Q(owner=viewer.pk))


def matching(viewer: Viewer, filters: Filters) -> QuerySet[Image]:
    """Return visible images that match; unordered."""
    matches = visible(viewer)
    if filters.private:
        matches = matches.filter(private=True, owner=viewer.pk)
    if filters.favourites:
        marks = Favourite.objects.filter(user=viewer.pk)
        matches = matches.filter(pk__in=marks.values("image"))
    if filters.collection:
        collections = visible_collections(viewer).filter(pk=filters.collection)
        items = CollectionItem.objects.filter(collection__in=collections)
        matches = matches.filter(pk__in=items.values("image"))
    matches = matches.filter(_by_words(filters) if searches(filters) else _by_columns(filters))
    return within(matches, filters, searches(filters))


def searches(filters: Filters) -> bool:
    """Return whether the search index is needed: for words, for a rating, or for several facets
    that no index of the table covers together."""
    facets = (filters.member, filters.model, filters.shape, filters.references)
    return bool(filters.q or filters.rating) or sum(map(bool, facets)) > 1


def page(viewer: Viewer, filters: Filters, cursor: uuid.UUID | None) -> Page[Image]:
    """Return a page of images that match, newest first, with all that their tiles show."""
    matches = matching(viewer, filters)
    rows = older(matches, searches(filters), IMAGES_A_PAGE + 1, "image", cursor)
    return cut(list(tiles(viewer, rows)), IMAGES_A_PAGE)


def page_above(viewer: Viewer, filters: Filters, begin: uuid.UUID) -> Page[Image]:
    """Return the page of matching images that ends just above this one, newest first."""
    matches = matching(viewer, filters)
    rows = newer(matches, searches(filters), IMAGES_A_PAGE + 1, "image", begin)
    return cut_above(list(tiles(viewer, rows)), IMAGES_A_PAGE)


def arrivals(viewer: Viewer, filters: Filters, after: uuid.UUID) -> Sequence[Image]:
    """Return matching images made after this boundary, newest first, at most a page of them."""
    matches = matching(viewer, filters)
    newer_than = {"hit__place__gt": sort_key(after)} if searches(filters) else {"pk__gt": after}
    rows = first(matches.filter(**newer_than), searches(filters), MOST_ARRIVALS)
    return list(tiles(viewer, rows))


def nearest(
    viewer: Viewer, filters: Filters, image: Image, most: int
) -> tuple[list[Image], list[Image]]:
    """Return up to `most` matching images on each side of this one, newer and older, nearest
    first."""
    matches = matching(viewer, filters)
    by_sort_key = searches(filters)
    before = newer(matches, by_sort_key, most, "image", image.pk)
    is_older = relative_to("lt", by_sort_key, "image", image.pk)
    after = first(matches.filter(is_older), by_sort_key, most)
    return list(before.select_related("job__batch")), list(after.select_related("job__batch"))


def arrivals_boundary() -> uuid.UUID:
    """Return the boundary from which a page made now asks for new images.

    It is a little before now, since rows do not become visible in the order of their ids; the page
    drops what it already has.
    """
    return id_floor(timezone.now() - ARRIVALS_OVERLAP)


def images(rows: QuerySet[Image]) -> QuerySet[Image]:
    """Return these images with all that their page shows."""
    return rows.select_related("owner", "job__batch__owner")


def marked(viewer: Viewer, rows: QuerySet[Image]) -> QuerySet[Image]:
    """Return these images, each with `is_favourite`: whether it is one of this member's."""
    marks = Favourite.objects.filter(user=viewer.pk, image=OuterRef("pk"))
    return rows.annotate(is_favourite=Exists(marks))


def tiles(viewer: Viewer, rows: QuerySet[Image]) -> QuerySet[Image]:
    """Return these images with what a tile shows and nothing else, since a page has many."""
    shown = marked(viewer, rows).select_related("owner", "job__batch")
    return shown.only(*TILE_FIELDS, "owner__username", "job__batch__prompt")


def ratings(pks: Sequence[str]) -> dict[str, int]:
    """Return the current ratings of these images."""
    rows = Image.objects.filter(pk__in=pks).values_list("pk", "rating")
    return {str(pk): rating for pk, rating in rows}


def _by_columns(filters: Filters) -> Q:
    condition = Q()
    if filters.member:
        condition &= Q(owner=member_id(filters.member))
    if filters.model:
        condition &= Q(model=filters.model)
    if filters.shape:
        condition &= Q(shape=filters.shape)
    if filters.references:
        condition &= Q(has_references=True)
    return condition


def _by_words(filters: Filters) -> Q:
    owner_id = member_id(filters.member) if filters.member else None
    rated = [filters.rating] if filters.rating else []
    facets = image_facets(owner_id, filters.model, filters.shape, filters.references, rated)
    return Q(hit__index__matches=SearchQuery(tuple(facets), tuple(parse_query(filters.q))))


def member_id(username: str) -> uuid.UUID:
    """Return the member's id, or the nil UUID for an unknown username.

    Cached, so that a page does not query it for each of its lists.
    """
    key = f"member-id:{hashlib.sha256(username.encode()).hexdigest()}"
    pk: uuid.UUID | None = cache.get(key)
    if pk is None:
        pk = User.objects.filter(username=username).values_list("pk", flat=True).first()
        cache.set(key, pk, MEMBER_CACHE_SECONDS)
    return pk or uuid.UUID(int=0)


def within(rows: QuerySet[Row], filters: Filters, by_sort_key: bool) -> QuerySet[Row]:
    """Restrict rows to the filters' days: a range of the search index or, without `by_sort_key`, of
    the rows' own ids."""
    if filters.begins:
        floor = {"hit__place__gte": sort_key_floor(filters.begins)}
        rows = rows.filter(**(floor if by_sort_key else {"pk__gte": id_floor(filters.begins)}))
    if filters.ends:
        ceiling = {"hit__place__lt": sort_key_floor(filters.ends)}
        rows = rows.filter(**(ceiling if by_sort_key else {"pk__lt": id_floor(filters.ends)}))
    return rows
