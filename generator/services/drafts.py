"""What a member's compose box holds, kept over reloads and devices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from generator import catalog
from generator.models import Draft, User

# More than a prompt may have, so that one that is too long is kept and can be shortened.
MAX_PROMPT = 2 * catalog.MAX_PROMPT_CHARACTERS
MAX_REFERENCE = 2048
MAX_CHOICE = 100
CHOICES = ("model", "count", "aspect_ratio", "image_size", "collection", "private", "lines")


def save(user: User, given: Mapping[str, str], slots: Sequence[str]) -> None:
    """Keep the box's fields as they were posted, and its slots; the last save stands.

    Nothing is judged but this: image bytes are no address, a data URI is not kept.
    """
    content: dict[str, Any] = {
        "prompt": _kept(given.get("prompt", ""), MAX_PROMPT),
        "image_urls": [_kept_address(value) for value in slots[: catalog.MAX_REFERENCES]],
    }
    content |= {name: _kept(given.get(name, ""), MAX_CHOICE) for name in CHOICES}
    Draft.objects.update_or_create(
        user=user, defaults={"content": content, "updated_at": timezone.now()}
    )


def _kept_address(value: str) -> str:
    address = _kept(value, MAX_REFERENCE)
    return "" if address.lower().startswith("data:") else address


def _kept(text: str, most: int) -> str:
    # What JSON in PostgreSQL refuses: the null character and halves of surrogate pairs.
    usable = text[:most].replace("\x00", "").encode("utf-8", "ignore").decode()
    return usable.replace("\r\n", "\n")
