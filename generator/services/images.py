"""One image: the team's note on it, and a copy of its file that says how it was made."""

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
    """Whether the note was saved; if not, the image as somebody else changed it meanwhile."""

    done: bool
    image: Image


def write_note(image: Image, by: User, text: str, seen: str) -> NoteSaved:
    """Replace the note that the member has seen with their text, in one conditional update.

    If the note has changed meanwhile nothing is written, so nobody's text is lost: the result holds
    the other note, its author and its time.
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
    """Return the original with prompt, model and task id in its metadata; the pixels are untouched.

    Raise `CannotCarryText` and `OSError`.
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
    """Return whether this kind of file can hold the texts."""
    return image.mime in metadata.WRITERS


def _plain(text: str) -> str:
    """Return the text as it is stored: with normalized line ends, without spaces at its ends."""
    return text.replace("\r\n", "\n").replace("\x00", "").strip()
