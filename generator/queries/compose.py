"""What the compose box reads: sources for its slots, earlier prompts, and what may be reused."""

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
# Looked through for different prompts; most people vary one a few times before the next.
PROMPTS_SCANNED = 400


def visible_uploads(viewer: Viewer) -> QuerySet[Upload]:
    """Uploads of one's own, and those that a visible batch was made with."""
    used = Reference.objects.filter(upload=OuterRef("pk"), batch__in=visible_batches(viewer))
    return Upload.objects.filter(Q(owner=viewer.pk) | Exists(used))


def usable_collections(viewer: Viewer) -> QuerySet[Collection]:
    """Collections that new images may be put into."""
    return visible_collections(viewer).order_by("name")


def source(viewer: Viewer, value: str) -> Upload | Image | None:
    """What a slot's `upload:<id>/<name>` or `image:<id>` names, if this member may use it; an
    upload with this name."""
    named = named_reference(value)
    if named is None:
        return None
    if named.kind == "image":
        return visible(viewer).filter(pk=named.pk).first()
    if upload := visible_uploads(viewer).filter(pk=named.pk).first():
        upload.name = named.name
    return upload


def draft(user: User) -> dict[str, Any]:
    """The fields of the member's draft by name; empty when there is none."""
    content = Draft.objects.filter(user=user).values_list("content", flat=True).first()
    return dict(content or {})


def prompts(viewer: Viewer, search: str, *, team: bool) -> list[Batch]:
    """The last batch of each different prompt, or pattern of prompts, newest first; the team's as
    far as visible."""
    rows = visible_batches(viewer) if team else Batch.objects.filter(owner=viewer.pk)
    if search:
        rows = rows.filter(prompt__icontains=search)
    found: dict[str, Batch] = {}
    for batch in rows.select_related("owner").order_by("-pk")[:PROMPTS_SCANNED]:
        found.setdefault(batch.typed_prompt, batch)
    return list(found.values())[:PROMPTS]


def reusable(viewer: Viewer, pk: uuid.UUID, part: str = "") -> dict[str, Any]:
    """What the box is filled with to ask for this batch again, or for one image more as this one
    was made: as `fields_of`; empty where there is neither for the viewer."""
    if batch := visible_batches(viewer).filter(pk=pk).first():
        return fields_of(batch, batch.count, part)
    image = visible(viewer).filter(pk=pk).select_related("job__batch").first()
    return fields_of(image.job.batch, 1, part) if image else {}


def fields_of(batch: Batch, count: int, part: str = "") -> dict[str, Any]:
    """The box's fields that ask for so many images of this batch: everything, or one part of it
    (`prompt`, `references` or `model`; `pattern` is what the prompt was one of)."""
    slots = [one.slot for one in batch.references.all()]
    asked = {"aspect_ratio": batch.aspect_ratio, "image_size": batch.image_size}
    model = {"model": batch.model, **asked}
    # A prompt that was sent is no pattern: its braces are meant as they stand.
    prompt = {"prompt": variants.escape(batch.prompt), "lines": ""}
    references: dict[str, Any] = {"image_urls": slots}
    lines = "on" if batch.by_line else ""
    pattern = {"prompt": batch.pattern, "lines": lines} if batch.pattern else prompt
    parts = {"prompt": prompt, "pattern": pattern, "references": references, "model": model}
    everything = prompt | model | references | {"count": str(count)}
    return parts.get(part, everything)
