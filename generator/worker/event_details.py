"""How an error reads on a job's timeline: its sentence, then what support would ask for."""

from __future__ import annotations

from typing import Protocol

MAX_DETAIL_CHARACTERS = 300


class Told(Protocol):
    sentence: str
    detail: str


def told(error: Told) -> str:
    """The sentence, and on a line of its own the technical detail, shortened."""
    return f"{error.sentence}\n{error.detail[:MAX_DETAIL_CHARACTERS]}".strip()
