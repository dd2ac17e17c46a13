"""Limits on attempts: so many by one visitor, or for one name, within a period.

They are counted in the database, because all web processes must see the same count, also without
Redis, and the loss of a cache must not open the door.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import F
from django.utils import timezone

from generator.models import AttemptCount


@dataclass(frozen=True, slots=True)
class Limit:
    """So many attempts within each period."""

    name: str
    most: int
    period_seconds: int


LOGIN = Limit("login", 30, 60)
FAILED_LOGIN_BY_ADDRESS = Limit("failed-login-by-address", 10, 60)
FAILED_LOGIN_BY_NAME = Limit("failed-login-by-name", 5, 300)
PASSWORD_CHANGE = Limit("password-change", 5, 60)
REAUTHENTICATION = Limit("reauthentication", 10, 60)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt that was counted."""

    key: str

    def give_back(self) -> None:
        """Uncount it, because it succeeded."""
        AttemptCount.objects.filter(pk=self.key, count__gt=0).update(count=F("count") - 1)


def take(limit: Limit, who: str) -> Attempt | None:
    """Count an attempt; return None if `who` has none left in this period.

    The update is conditional, so of many attempts at once only as many as allowed get through.
    """
    period = int(timezone.now().timestamp()) // limit.period_seconds
    expires_at = datetime.fromtimestamp((period + 1) * limit.period_seconds, UTC)
    # A digest: it has any length, and a name may be a password that was typed into its field.
    digest = hashlib.sha256(who.encode(errors="replace")).hexdigest()
    key = f"{limit.name}:{period}:{digest}"
    AttemptCount.objects.bulk_create(
        [AttemptCount(key=key, expires_at=expires_at)], ignore_conflicts=True
    )
    row = AttemptCount.objects.filter(pk=key, count__lt=limit.most)
    return Attempt(key) if row.update(count=F("count") + 1) else None


def purge() -> None:
    """Delete the counts of periods that have passed."""
    AttemptCount.objects.filter(expires_at__lt=timezone.now()).delete()
