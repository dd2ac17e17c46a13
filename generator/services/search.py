"""Keeping the search index true: called when a picture or a batch is stored, or a note changes."""

from __future__ import annotations

from generator.models import Batch, Image, SearchEntry
from generator.models.search import batch_facts, entry_words, image_facts, place_of


def index(image: Image) -> None:
    """Find this picture from now on by its prompt and its note as they are now."""
    facts = image_facts(image.owner_id, image.model, image.shape, image.has_references)
    words = entry_words(facts, image.job.batch.prompt, image.note)
    if not SearchEntry.objects.filter(image=image).update(words=words):
        SearchEntry.objects.create(place=_free_place(image), image=image, words=words)


def index_batch(batch: Batch, has_references: bool) -> None:
    """Find this new batch by its prompt."""
    words = entry_words(batch_facts(batch.owner_id, batch.model, has_references), batch.prompt)
    SearchEntry.objects.create(place=_free_place(batch), batch=batch, words=words)


def _free_place(row: Image | Batch) -> int:
    """Its place by its id. Ids that one process makes within a millisecond share their first
    bits, so the next free place is taken, which keeps their order."""
    place = place_of(row.pk)
    while SearchEntry.objects.filter(pk=place).exists():
        place += 1
    return place
