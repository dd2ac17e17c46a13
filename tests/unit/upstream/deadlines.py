"""How long a call may take: no time at all where nothing but the deadline ends it, and plenty
where it ends by itself, so that a busy machine is not taken for a fault."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from .tables.rows import Row

SHORT_SECONDS = 0.4
LONG_SECONDS = 20
# Says no more than that the deadline ended it, and not the other side.
BOUND_SECONDS = 15


def deadline_seconds(row: Row) -> float:
    return SHORT_SECONDS if row.by_deadline else LONG_SECONDS


@contextmanager
def ends_in_time() -> Iterator[None]:
    """Fail when the call inside has not ended by itself or by a short deadline."""
    started = time.monotonic()
    yield
    assert time.monotonic() - started < BOUND_SECONDS
