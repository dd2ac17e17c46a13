"""The text of an error on a job's timeline: its sentence, then the detail for support."""

from __future__ import annotations

from typing import Protocol

MAX_DETAIL_CHARACTERS = 300


class ExplainedError(Protocol):
    sentence: str
    detail: str


def describe(error: ExplainedError) -> str:
    """Return the sentence and, on a line of its own, the technical detail, shortened."""
    return f"{error.sentence}\n{error.detail[:MAX_DETAIL_CHARACTERS]}".strip()
