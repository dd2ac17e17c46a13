"""Which batches a history shows: the gallery's filters, by batch; a page of them at a time."""

from __future__ import annotations

import uuid

from django.db.models import Exists, OuterRef, Q, QuerySet

from generator.models import Batch, Job, SearchQuery, User
from generator.models.search import batch_facets
from generator.models.tokenizer import parse_query
from generator.permissions import Viewer
from generator.queries import gallery, jobs
from generator.queries.filters import Filters
from generator.queries.paging import Page, cut, cut_above, down, up
from generator.state import WENT_WRONG

BATCHES_A_PAGE = 10


def searches(filters: Filters) -> bool:
    """Whether the search index is asked: for words, or for facts that batches have no index of."""
    return bool(filters.q or filters.model or filters.references)


def matching(viewer: Viewer, filters: Filters) -> QuerySet[Batch]:
    """Batches that the viewer may see and that match; unordered."""
    found = gallery.visible_batches(viewer).filter(_of_images(viewer, filters))
    if filters.private:
        found = found.filter(private=True, owner=viewer.pk)
    if filters.failed:
        wrong = Job.objects.filter(status__in=WENT_WRONG)
        found = found.filter(pk__in=wrong.values("batch"))
    owner_id = gallery.member_id(filters.member) if filters.member else None
    if searches(filters):
        facts = batch_facets(owner_id, filters.model, filters.references)
        wanted = SearchQuery(tuple(facts), tuple(parse_query(filters.q)))
        found = found.filter(hit__index__matches=wanted)
    elif owner_id:
        found = found.filter(owner=owner_id)
    return gallery.within(found, filters, searches(filters))


def own_page(member: User) -> Page[Batch]:
    """Return a member's own newest batches."""
    return page(member, Filters(member=member.username), None)


def page(viewer: Viewer, filters: Filters, cursor: uuid.UUID | None) -> Page[Batch]:
    """Return the batches that match, newest first, after the one of id `cursor`."""
    rows = down(matching(viewer, filters), searches(filters), BATCHES_A_PAGE + 1, batch=cursor)
    return _with_cards(cut(list(jobs.batches(viewer, rows)), BATCHES_A_PAGE))


def page_above(viewer: Viewer, filters: Filters, begin: uuid.UUID) -> Page[Batch]:
    """Return the page of batches that match which ends just above this one, newest first."""
    rows = up(matching(viewer, filters), searches(filters), BATCHES_A_PAGE + 1, batch=begin)
    return _with_cards(cut_above(list(jobs.batches(viewer, rows)), BATCHES_A_PAGE))


def _with_cards(page: Page[Batch]) -> Page[Batch]:
    jobs.add_usual_seconds(job for batch in page.rows for job in batch.jobs.all())
    return page


def _of_images(viewer: Viewer, filters: Filters) -> Q:
    """What is asked of a batch's images rather than of itself: one of them has all of it."""
    asked = Filters(
        shape=filters.shape, favourites=filters.favourites, collection=filters.collection
    )
    if not asked:
        return Q()
    images = gallery.matching(viewer, asked)
    if filters.favourites or filters.collection:
        return Q(pk__in=images.values("job__batch"))  # few: their batches are looked up
    return Q(Exists(images.filter(job__batch=OuterRef("pk"))))
