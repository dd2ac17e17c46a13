"""Rows of pictures for tests of lists: as if they had been stored, without files."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from generator.models import Batch, Image, Job, Reference, User, shape_of
from generator.models.ids import id_floor, new_id
from generator.services import search
from generator.state import Status


def picture(owner: User, prompt: str = "a red fox", **facts: Any) -> Image:
    """One stored picture of a batch of its own; `made` is when, `references` how many."""
    made: datetime = facts.pop("made", None) or timezone.now()
    references = facts.pop("references", 0)
    size = {"width": facts.pop("width", 1024), "height": facts.pop("height", 1024)}
    batch = press(owner, prompt, made, references, **facts)
    job = Job.objects.create(
        batch=batch, index=0, price_credits=1, status=Status.SUCCEEDED, due_at=None
    )
    image = Image.objects.create(
        id=_id(made),
        job=job,
        owner=owner,
        file=f"aa/{job.pk.hex}-0.png",
        sha256="0" * 64,
        size_bytes=1,
        mime="image/png",
        thumbnail_widths=[320],
        shape=shape_of(**size),
        model=batch.model,
        has_references=bool(references),
        private=batch.private,
        note=facts.get("note", ""),
        created_at=made,
        month=timezone.localtime(made).strftime("%Y-%m"),
        **size,
    )
    search.index(image)
    return image


def press(owner: User, prompt: str, made: datetime, references: int = 0, **facts: Any) -> Batch:
    """A batch without jobs."""
    batch = Batch.objects.create(
        id=_id(made),
        owner=owner,
        prompt=prompt,
        model=facts.get("model", "google/gempix2"),
        count=1,
        form_token=new_id().hex,
        private=facts.get("private", False),
        created_at=made,
    )
    Reference.objects.bulk_create(
        Reference(batch=batch, position=place, url="https://example.org/a.png")
        for place in range(1, references + 1)
    )
    search.index_batch(batch, bool(references))
    return batch


def _id(made: datetime) -> Any:
    """An id of that time, with the luck of a new one."""
    return type(new_id())(int=id_floor(made).int | new_id().int & (1 << 62) - 1)
