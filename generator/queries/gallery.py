"""Which images a member sees, and which of them match what he filters by.

One filter rides an index of the images' own; words, or several filters together, ask the
search index, which has them as facts. Either way the rows come newest first from the index, and
a page is read without counting or sorting what it does not show.
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
from generator.queries.paging import Page, Row, beside, cut, cut_above, down, first, up

__all__ = ["Filters", "filters_of", "matching", "visible"]

IMAGES_A_PAGE = 48
# An image that is committed a moment after a younger one still shows up as new within this.
ARRIVALS_OVERLAP = timedelta(seconds=5)
MEMBER_CACHE_SECONDS = 60
TILE_FIELDS = (
    *("width", "height", "thumbnail_widths", "color"),
    *("rating", "private", "month"),
)
# More than this is said as "more than".
MOST_ARRIVALS = IMAGES_A_PAGE


def visible(viewer: Viewer) -> QuerySet[Image]:
    """Images outside the trash that this member may see: the team's, and his own private ones."""
    return Image.objects.filter(SHOWN).filter(Q(private=False) | Q(owner=viewer.pk))


def known(viewer: Viewer) -> QuerySet[Image]:
    """Images whose page this member may open: those in the trash, too, if they are his own or
    he is an admin; a colleague's private one never."""
    shared = Q(private=False) if viewer.can(Permission.MANAGE_WORK) else Q(SHOWN, private=False)
    return Image.objects.filter(shared | Q(owner=viewer.pk), purged_at=None)


def visible_batches(viewer: Viewer) -> QuerySet[Batch]:
    """Batches that this member may see: the team's, and his own private ones."""
    return Batch.objects.filter(Q(private=False) | Q(owner=viewer.pk))


def visible_collections(viewer: Viewer) -> QuerySet[Collection]:
    """Collections that this member may see: the team's, and his own private ones."""
    return Collection.objects.filter(Q(private=False) | Q(owner=viewer.pk))


def matching(viewer: Viewer, filters: Filters) -> QuerySet[Image]:
    """Visible images that match; unordered."""
    found = visible(viewer)
    if filters.private:
        found = found.filter(private=True, owner=viewer.pk)
    if filters.favourites:
        marks = Favourite.objects.filter(user=viewer.pk)
        found = found.filter(pk__in=marks.values("image"))
    if filters.collection:
        albums = visible_collections(viewer).filter(pk=filters.collection)
        items = CollectionItem.objects.filter(collection__in=albums)
        found = found.filter(pk__in=items.values("image"))
    found = found.filter(_by_words(filters) if searches(filters) else _by_columns(filters))
    return within(found, filters, searches(filters))


def searches(filters: Filters) -> bool:
    """Whether the search index is asked: for words, for a rating, or for facts that no one index
    has together."""
    facts = (filters.member, filters.model, filters.shape, filters.references)
    return bool(filters.q or filters.rating) or sum(map(bool, facts)) > 1


def page(viewer: Viewer, filters: Filters, cursor: uuid.UUID | None) -> Page[Image]:
    """A page of images that match, newest first, with all that their tiles show."""
    found = matching(viewer, filters)
    rows = down(found, searches(filters), IMAGES_A_PAGE + 1, image=cursor)
    return cut(list(tiles(viewer, rows)), IMAGES_A_PAGE)


def page_above(viewer: Viewer, filters: Filters, begin: uuid.UUID) -> Page[Image]:
    """The page of matching images that ends just above this one, newest first."""
    found = matching(viewer, filters)
    rows = up(found, searches(filters), IMAGES_A_PAGE + 1, image=begin)
    return cut_above(list(tiles(viewer, rows)), IMAGES_A_PAGE)


def arrivals(viewer: Viewer, filters: Filters, after: uuid.UUID) -> Sequence[Image]:
    """Matching images made after this boundary, newest first, at most a page of them."""
    found = matching(viewer, filters)
    younger = {"hit__place__gt": sort_key(after)} if searches(filters) else {"pk__gt": after}
    rows = first(found.filter(**younger), searches(filters), MOST_ARRIVALS)
    return list(tiles(viewer, rows))


def nearest(
    viewer: Viewer, filters: Filters, image: Image, most: int
) -> tuple[list[Image], list[Image]]:
    """Up to `most` matching images on either side of this one, newer and older, nearest first."""
    found = matching(viewer, filters)
    by_sort_key = searches(filters)
    newer = up(found, by_sort_key, most, image=image.pk)
    older = first(found.filter(beside("lt", by_sort_key, image=image.pk)), by_sort_key, most)
    return list(newer.select_related("job__batch")), list(older.select_related("job__batch"))


def arrivals_boundary() -> uuid.UUID:
    """From where a page that is made now asks for what is new: a little before now, since rows
    become visible in another order than their ids; the page drops what it already has."""
    return id_floor(timezone.now() - ARRIVALS_OVERLAP)


def images(found: QuerySet[Image]) -> QuerySet[Image]:
    """These images with all that their page shows."""
    return found.select_related("owner", "job__batch__owner")


def marked(viewer: Viewer, found: QuerySet[Image]) -> QuerySet[Image]:
    """These images, each with `is_favourite`: whether it is one of this member's."""
    marks = Favourite.objects.filter(user=viewer.pk, image=OuterRef("pk"))
    return found.annotate(is_favourite=Exists(marks))


def tiles(viewer: Viewer, found: QuerySet[Image]) -> QuerySet[Image]:
    """These images with what a tile shows and nothing else: a page has many."""
    shown = marked(viewer, found).select_related("owner", "job__batch")
    return shown.only(*TILE_FIELDS, "owner__username", "job__batch__prompt")


def ratings(pks: Sequence[str]) -> dict[str, int]:
    """How these images are rated now."""
    rows = Image.objects.filter(pk__in=pks).values_list("pk", "rating")
    return {str(pk): rating for pk, rating in rows}


def _by_columns(filters: Filters) -> Q:
    wanted = Q()
    if filters.member:
        wanted &= Q(owner=member_id(filters.member))
    if filters.model:
        wanted &= Q(model=filters.model)
    if filters.shape:
        wanted &= Q(shape=filters.shape)
    if filters.references:
        wanted &= Q(has_references=True)
    return wanted


def _by_words(filters: Filters) -> Q:
    owner_id = member_id(filters.member) if filters.member else None
    rated = [filters.rating] if filters.rating else []
    facts = image_facets(owner_id, filters.model, filters.shape, filters.references, rated)
    return Q(hit__index__matches=SearchQuery(tuple(facts), tuple(parse_query(filters.q))))


def member_id(username: str) -> uuid.UUID:
    """Whose images are meant; an id that nobody has for a name that nobody has. Remembered, so
    that a page need not ask again for each of its lists."""
    key = f"member-id:{hashlib.sha256(username.encode()).hexdigest()}"
    found: uuid.UUID | None = cache.get(key)
    if found is None:
        found = User.objects.filter(username=username).values_list("pk", flat=True).first()
        cache.set(key, found, MEMBER_CACHE_SECONDS)
    return found or uuid.UUID(int=0)


def within(found: QuerySet[Row], filters: Filters, by_sort_key: bool) -> QuerySet[Row]:
    """Only what was made within the filters' days: a range of the search index or, without
    `by_sort_key`, of the rows' own."""
    if filters.begins:
        floor = {"hit__place__gte": sort_key_floor(filters.begins)}
        found = found.filter(**(floor if by_sort_key else {"pk__gte": id_floor(filters.begins)}))
    if filters.ends:
        ceiling = {"hit__place__lt": sort_key_floor(filters.ends)}
        found = found.filter(**(ceiling if by_sort_key else {"pk__lt": id_floor(filters.ends)}))
    return found
