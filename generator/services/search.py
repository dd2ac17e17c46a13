"""Updating the search index when an image or a batch is stored, or a note or a rating changes."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from generator.models import Batch, Image, SearchEntry
from generator.models.search import batch_facets, entry_words, image_facets, sort_key


def index(image: Image) -> None:
    """Index this image by its current prompt, note and rating."""
    words = _words(image)
    if not SearchEntry.objects.filter(image=image).update(words=words):
        SearchEntry.objects.create(place=_free_sort_key(image), image=image, words=words)


def reindex(images: Sequence[uuid.UUID]) -> None:
    """Update indexed images, in a fixed number of queries for any number of them."""
    rows = SearchEntry.objects.filter(image__in=images).select_related("image__job__batch")
    entries = list(rows.order_by("pk"))
    for entry in entries:
        if entry.image:
            entry.words = _words(entry.image)
    SearchEntry.objects.bulk_update(entries, ["words"])


def index_batch(batch: Batch, has_references: bool) -> None:
    """Index this new batch by its prompt."""
    words = entry_words(batch_facets(batch.owner_id, batch.model, has_references), batch.prompt)
    SearchEntry.objects.create(place=_free_sort_key(batch), batch=batch, words=words)


def _words(image: Image) -> str:
    rated = range(1, image.rating + 1)
    facets = image_facets(image.owner_id, image.model, image.shape, image.has_references, rated)
    return entry_words(facets, image.job.batch.prompt, image.note)


def _free_sort_key(row: Image | Batch) -> int:
    """Return the row's sort key. Ids that one process creates within a millisecond share their
    first bits, so take the next free key, which preserves their order."""
    key = sort_key(row.pk)
    while SearchEntry.objects.filter(pk=key).exists():
        key += 1
    return key
