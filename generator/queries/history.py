"""Which batches a history shows: the gallery's filters, by batch and page by page."""

from __future__ import annotations

import uuid

from django.db.models import Exists, OuterRef, Q, QuerySet

from generator.models import Batch, Job, SearchQuery, User
from generator.models.search import batch_facets
from generator.models.tokenizer import parse_query
from generator.permissions import Viewer
from generator.queries import gallery, jobs
from generator.queries.filters import Filters
from generator.queries.paging import Page, cut, cut_above, newer, older
from generator.state import WENT_WRONG

BATCHES_A_PAGE = 10


def searches(filters: Filters) -> bool:
    """Return whether the search index is needed: for words, or for facets that batches have no
    index of."""
    return bool(filters.q or filters.model or filters.references)


def matching(viewer: Viewer, filters: Filters) -> QuerySet[Batch]:
    """Return the batches that the viewer may see and that match; unordered."""
    matches = gallery.visible_batches(viewer).filter(_of_images(viewer, filters))
    if filters.private:
        matches = matches.filter(private=True, owner=viewer.pk)
    if filters.failed:
        failed_jobs = Job.objects.filter(status__in=WENT_WRONG)
        matches = matches.filter(pk__in=failed_jobs.values("batch"))
    owner_id = gallery.member_id(filters.member) if filters.member else None
    if searches(filters):
        facets = batch_facets(owner_id, filters.model, filters.references)
        query = SearchQuery(tuple(facets), tuple(parse_query(filters.q)))
        matches = matches.filter(hit__index__matches=query)
    elif owner_id:
        matches = matches.filter(owner=owner_id)
    return gallery.within(matches, filters, searches(filters))


def own_page(member: User) -> Page[Batch]:
    """Return a member's own newest batches."""
    return page(member, Filters(member=member.username), None)


def page(viewer: Viewer, filters: Filters, cursor: uuid.UUID | None) -> Page[Batch]:
    """Return the batches that match, newest first, after the one with id `cursor`."""
    rows = older(matching(viewer, filters), searches(filters), BATCHES_A_PAGE + 1, "batch", cursor)
    return _with_cards(cut(list(jobs.batches(viewer, rows)), BATCHES_A_PAGE))


def page_above(viewer: Viewer, filters: Filters, begin: uuid.UUID) -> Page[Batch]:
    """Return the page of matching batches that ends just above this one, newest first."""
    rows = newer(matching(viewer, filters), searches(filters), BATCHES_A_PAGE + 1, "batch", begin)
    return _with_cards(cut_above(list(jobs.batches(viewer, rows)), BATCHES_A_PAGE))


def _with_cards(page: Page[Batch]) -> Page[Batch]:
    jobs.add_usual_seconds(job for batch in page.rows for job in batch.jobs.all())
    return page


def _of_images(viewer: Viewer, filters: Filters) -> Q:
    """Return the condition on a batch's images rather than on itself: one of them meets all of
    it."""
    image_filters = Filters(
        shape=filters.shape, favourites=filters.favourites, collection=filters.collection
    )
    if not image_filters:
        return Q()
    images = gallery.matching(viewer, image_filters)
    if filters.favourites or filters.collection:
        return Q(pk__in=images.values("job__batch"))  # few: their batches are looked up
    return Q(Exists(images.filter(job__batch=OuterRef("pk"))))
