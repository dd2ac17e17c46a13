"""Which batches a history shows: the gallery's filters, by batch."""

from __future__ import annotations

import uuid

from django.db.models import Exists, OuterRef, Q, QuerySet

from generator.models import Batch, Job, User, Wanted
from generator.models.search import batch_facts
from generator.models.words import terms
from generator.queries import gallery
from generator.queries.filters import Filters
from generator.queries.paging import down, up
from generator.state import WENT_WRONG

BATCHES_A_PAGE = 10


def searches(filters: Filters) -> bool:
    """Whether the search index is asked: for words, or for facts that batches have no index of."""
    return bool(filters.q or filters.model or filters.references)


def matching(viewer: User, filters: Filters) -> QuerySet[Batch]:
    """Batches that the viewer may see and that match; unordered."""
    found = gallery.visible_batches(viewer).filter(_of_pictures(viewer, filters))
    if filters.private:
        found = found.filter(private=True, owner=viewer)
    if filters.failed:
        wrong = Job.objects.filter(status__in=WENT_WRONG)
        found = found.filter(pk__in=wrong.values("batch"))
    owner_id = gallery.member_id(filters.member) if filters.member else None
    if searches(filters):
        facts = batch_facts(owner_id, filters.model, filters.references)
        wanted = Wanted(tuple(facts), tuple(terms(filters.q)))
        found = found.filter(hit__index__matches=wanted)
    elif owner_id:
        found = found.filter(owner=owner_id)
    return gallery.within(found, filters, searches(filters))


def page(viewer: User, filters: Filters, cursor: uuid.UUID | None) -> QuerySet[Batch]:
    """A page of what matches and one batch more, newest first."""
    found = matching(viewer, filters)
    return down(found, searches(filters), BATCHES_A_PAGE + 1, batch=cursor)


def page_above(viewer: User, filters: Filters, begin: uuid.UUID) -> QuerySet[Batch]:
    """The page that ends just above this batch and one batch more, the nearest first."""
    return up(matching(viewer, filters), searches(filters), BATCHES_A_PAGE + 1, batch=begin)


def _of_pictures(viewer: User, filters: Filters) -> Q:
    """What is asked of a batch's pictures rather than of itself: one of them has all of it."""
    asked = Filters(
        shape=filters.shape, favourites=filters.favourites, collection=filters.collection
    )
    if not asked:
        return Q()
    pictures = gallery.matching(viewer, asked)
    if filters.favourites or filters.collection:
        return Q(pk__in=pictures.values("job__batch"))  # few: their batches are looked up
    return Q(Exists(pictures.filter(job__batch=OuterRef("pk"))))
