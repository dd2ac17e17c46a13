"""Pages by key: some rows, and where the next page begins."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from generator.models import Batch, Image

Row = TypeVar("Row", Batch, Image)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows, and the cursor of the next page (None: this is the last)."""

    rows: Sequence[Row]
    next_cursor: uuid.UUID | None


def cut(found: Sequence[Row], size: int) -> Page[Row]:
    """A page of what was fetched with one row more than it holds."""
    kept = found[:size]
    return Page(kept, kept[-1].pk if len(found) > size else None)
