"""Who did what to the studio: one call for each write that an owner may want to trace."""

from __future__ import annotations

import logging

from generator.models import User

log = logging.getLogger(__name__)


def record(by: User | None, action: str, target: object = "") -> None:
    """Log that a member, or the studio itself (None), has done `action` to `target`."""
    log.info("%s: %s %s", by.username if by else "studio", action, target)
