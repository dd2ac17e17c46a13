"""Identifiers and numbers in URLs and forms, read in one way everywhere."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping

from django.http import Http404

# What fits into the database's largest integer.
MAX_DIGITS = 18


def id_in(fields: Mapping[str, str], name: str) -> uuid.UUID | None:
    """Return the id in this field, None if it is empty. Raise `Http404` if it is malformed."""
    raw = fields.get(name, "")
    try:
        return uuid.UUID(raw) if raw else None
    except ValueError:
        raise Http404 from None


def ids_in(values: Iterable[str]) -> list[uuid.UUID]:
    """Return these ids, each once. Raise `Http404` if one is malformed."""
    try:
        return list(dict.fromkeys(uuid.UUID(raw) for raw in values))
    except ValueError:
        raise Http404 from None


def valid_ids_in(values: Iterable[str]) -> list[uuid.UUID]:
    """Return the ids among these values, each once; anything else is skipped."""
    ids: dict[uuid.UUID, None] = {}
    for raw in values:
        try:
            ids[uuid.UUID(raw)] = None
        except ValueError:
            continue
    return list(ids)


def integer_in(fields: Mapping[str, str], name: str) -> int:
    """Return the integer in this field. Raise `Http404` if it is none, or too large."""
    raw = fields.get(name, "")
    digits = raw.removeprefix("-")
    if not digits.isascii() or not digits.isdigit() or len(digits) > MAX_DIGITS:
        raise Http404
    return int(raw)
