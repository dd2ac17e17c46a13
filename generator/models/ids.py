"""Public identifiers: UUIDv7, unguessable and ordered by creation time.

So the primary key alone orders a list newest first and serves as its page cursor.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from uuid_utils.compat import uuid7


def new_id() -> uuid.UUID:
    """Return a new identifier."""
    return uuid7()


def id_floor(moment: datetime) -> uuid.UUID:
    """Return the smallest identifier that could be created at this moment (milliseconds)."""
    milliseconds = int(moment.timestamp() * 1000)
    return uuid.UUID(int=milliseconds << 80 | 0x7 << 76 | 0b10 << 62)


def made_at(identifier: uuid.UUID) -> datetime:
    """Return the creation time that an identifier carries."""
    return datetime.fromtimestamp((identifier.int >> 80) / 1000, UTC)


# Greater than every identifier.
LAST = uuid.UUID(int=2**128 - 1)
