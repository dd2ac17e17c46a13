"""Public identifiers: UUIDv7, unguessable and in the order of their making.

A list's newest-first order and its page boundary (keyset) are then the primary key alone.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from uuid_utils.compat import uuid7


def new_id() -> uuid.UUID:
    return uuid7()


def id_floor(moment: datetime) -> uuid.UUID:
    """The smallest identifier that could have been made at this moment (milliseconds)."""
    milliseconds = int(moment.timestamp() * 1000)
    return uuid.UUID(int=milliseconds << 80 | 0x7 << 76 | 0b10 << 62)


def made_at(identifier: uuid.UUID) -> datetime:
    """The moment that an identifier carries."""
    return datetime.fromtimestamp((identifier.int >> 80) / 1000, UTC)


# Behind every identifier.
LAST = uuid.UUID(int=2**128 - 1)
