"""The content of a member's compose box, kept across reloads and devices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from generator import catalog
from generator.models import Draft, User

# Longer than a prompt may be, so that one that is too long is kept and can be shortened.
MAX_PROMPT = 2 * catalog.MAX_PROMPT_CHARACTERS
MAX_REFERENCE = 2048
MAX_CHOICE = 100
CHOICES = ("model", "count", "aspect_ratio", "image_size", "collection", "private", "lines")


def save(user: User, fields: Mapping[str, str], slots: Sequence[str]) -> None:
    """Store the compose box's fields as posted, and its slots; the last save wins.

    Nothing is validated except that data URIs are dropped: they are bytes, not URLs.
    """
    content: dict[str, Any] = {
        "prompt": _truncated(fields.get("prompt", ""), MAX_PROMPT),
        "image_urls": [_url(value) for value in slots[: catalog.MAX_REFERENCES]],
    }
    content |= {name: _truncated(fields.get(name, ""), MAX_CHOICE) for name in CHOICES}
    Draft.objects.update_or_create(
        user=user, defaults={"content": content, "updated_at": timezone.now()}
    )


def _url(value: str) -> str:
    url = _truncated(value, MAX_REFERENCE)
    return "" if url.lower().startswith("data:") else url


def _truncated(text: str, limit: int) -> str:
    # PostgreSQL's JSON rejects the null character and halves of surrogate pairs.
    usable = text[:limit].replace("\x00", "").encode("utf-8", "ignore").decode()
    return usable.replace("\r\n", "\n")
