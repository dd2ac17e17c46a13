"""One image: the team's note on it, and a copy of its file that tells how it was made."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from generator.media import metadata, storage
from generator.media.metadata import CannotCarryText
from generator.models import Image, User
from generator.services import search

__all__ = ["CannotCarryText", "NoteSaved", "can_be_tagged", "tagged", "write_note"]

MAX_NOTE_CHARACTERS = 4000


@dataclass(frozen=True, slots=True)
class NoteSaved:
    """Whether the note was written; if not, the image as somebody else left it meanwhile."""

    done: bool
    image: Image


def write_note(image: Image, by: User, text: str, seen: str) -> NoteSaved:
    """Replace the note that its writer has seen with his text, in one conditional update.

    When the note is another one by now nothing is written, so nobody's words are lost: the answer
    carries the other's, and who wrote them and when.
    """
    text, seen = _plain(text), _plain(seen)
    now = timezone.now()
    rows = Image.objects.filter(pk=image.pk, note=seen).exclude(note=text)
    with transaction.atomic():
        done = bool(rows.update(note=text, note_by=by, note_at=now))
        current = Image.objects.select_related("note_by", "job__batch").get(pk=image.pk)
        if done:
            search.index(current)
    return NoteSaved(done or current.note == text, current)


def tagged(image: Image) -> metadata.Tagged:
    """The original with prompt, model and task id in its metadata; the pixels are untouched.

    Raises `CannotCarryText` and `OSError`.
    """
    job = image.job
    texts = {
        "prompt": job.batch.prompt,
        "model": job.batch.model,
        "task_id": job.task_id or "",
        "Software": "GemPix Studio",
    }
    return metadata.tag(storage.path(image.file), image.mime, texts)


def can_be_tagged(image: Image) -> bool:
    return image.mime in metadata.WRITERS


def _plain(text: str) -> str:
    """As it is stored: browsers send line ends of their own, and nobody sees spaces at the end."""
    return text.replace("\r\n", "\n").replace("\x00", "").strip()
