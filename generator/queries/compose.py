"""What the compose box reads: sources for its slots, earlier prompts, and batches to reuse."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from generator import variants
from generator.models import (
    Batch,
    Collection,
    Draft,
    Image,
    Reference,
    Upload,
    User,
    named_reference,
)
from generator.permissions import Viewer
from generator.queries.gallery import visible, visible_batches, visible_collections

PROMPTS = 50
# Batches searched for distinct prompts; most people repeat one a few times before the next.
PROMPTS_SCANNED = 400


def visible_uploads(viewer: Viewer) -> QuerySet[Upload]:
    """Return one's own uploads, and those that a visible batch was made with."""
    used = Reference.objects.filter(upload=OuterRef("pk"), batch__in=visible_batches(viewer))
    return Upload.objects.filter(Q(owner=viewer.pk) | Exists(used))


def usable_collections(viewer: Viewer) -> QuerySet[Collection]:
    """Return the collections to which new images may be added."""
    return visible_collections(viewer).order_by("name")


def source(viewer: Viewer, value: str) -> Upload | Image | None:
    """Return the upload or image that a slot's value names, if this member may use it; an upload
    carries the name from the slot."""
    named = named_reference(value)
    if named is None:
        return None
    if named.kind == "image":
        return visible(viewer).filter(pk=named.pk).first()
    if upload := visible_uploads(viewer).filter(pk=named.pk).first():
        upload.name = named.name
    return upload


def draft(user: User) -> dict[str, Any]:
    """Return the fields of the member's draft by name; empty if there is none."""
    content = Draft.objects.filter(user=user).values_list("content", flat=True).first()
    return dict(content or {})


def prompts(viewer: Viewer, search: str, *, team: bool) -> list[Batch]:
    """Return the latest batch of each distinct prompt, or pattern of prompts, newest first; with
    `team` also of colleagues, as far as visible."""
    rows = visible_batches(viewer) if team else Batch.objects.filter(owner=viewer.pk)
    if search:
        rows = rows.filter(prompt__icontains=search)
    by_prompt: dict[str, Batch] = {}
    for batch in rows.select_related("owner").order_by("-pk")[:PROMPTS_SCANNED]:
        by_prompt.setdefault(batch.typed_prompt, batch)
    return list(by_prompt.values())[:PROMPTS]


def reusable(viewer: Viewer, pk: uuid.UUID, part: str = "") -> dict[str, Any]:
    """Return the fields that request this batch again, or one more image like this one, as
    `fields_of` does; empty if the viewer may see neither."""
    if batch := visible_batches(viewer).filter(pk=pk).first():
        return fields_of(batch, batch.count, part)
    image = visible(viewer).filter(pk=pk).select_related("job__batch").first()
    return fields_of(image.job.batch, 1, part) if image else {}


def fields_of(batch: Batch, count: int, part: str = "") -> dict[str, Any]:
    """Return the compose box's fields that request this many images of the batch: all of them, or
    one part (`prompt`, `references` or `model`; `pattern` is the text that the prompt came
    from)."""
    slots = [one.slot for one in batch.references.all()]
    size = {"aspect_ratio": batch.aspect_ratio, "image_size": batch.image_size}
    model = {"model": batch.model, **size}
    # A prompt that was sent is not a pattern: its braces are meant literally.
    prompt = {"prompt": variants.escape(batch.prompt), "lines": ""}
    references: dict[str, Any] = {"image_urls": slots}
    lines = "on" if batch.by_line else ""
    pattern = {"prompt": batch.pattern, "lines": lines} if batch.pattern else prompt
    parts = {"prompt": prompt, "pattern": pattern, "references": references, "model": model}
    everything = prompt | model | references | {"count": str(count)}
    return parts.get(part, everything)
