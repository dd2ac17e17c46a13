"""Keeping the search index true: called when an image or a batch is stored, when a note changes
or a rating does."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from generator.models import Batch, Image, SearchEntry
from generator.models.search import batch_facets, entry_words, image_facets, sort_key


def index(image: Image) -> None:
    """Find this image from now on by its prompt, its note and its rating as they are now."""
    words = _words(image)
    if not SearchEntry.objects.filter(image=image).update(words=words):
        SearchEntry.objects.create(place=_free_place(image), image=image, words=words)


def reindex(images: Sequence[uuid.UUID]) -> None:
    """The same for images that are in the index, in so many queries for any number of them."""
    rows = SearchEntry.objects.filter(image__in=images).select_related("image__job__batch")
    entries = list(rows.order_by("pk"))
    for entry in entries:
        if entry.image:
            entry.words = _words(entry.image)
    SearchEntry.objects.bulk_update(entries, ["words"])


def index_batch(batch: Batch, has_references: bool) -> None:
    """Find this new batch by its prompt."""
    words = entry_words(batch_facets(batch.owner_id, batch.model, has_references), batch.prompt)
    SearchEntry.objects.create(place=_free_place(batch), batch=batch, words=words)


def _words(image: Image) -> str:
    rated = range(1, image.rating + 1)
    facts = image_facets(image.owner_id, image.model, image.shape, image.has_references, rated)
    return entry_words(facts, image.job.batch.prompt, image.note)


def _free_place(row: Image | Batch) -> int:
    """Its place by its id. Ids that one process makes within a millisecond share their first
    bits, so the next free place is taken, which keeps their order."""
    place = sort_key(row.pk)
    while SearchEntry.objects.filter(pk=place).exists():
        place += 1
    return place
