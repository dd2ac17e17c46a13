"""What every page shows about the studio itself: the hold, the upstream, and overdue work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, Subquery
from django.utils import timezone

from generator.models import Credential, Gate, Job, Pulse

# Work that is overdue by this much is reported on every page.
BEHIND_SECONDS = 45


@dataclass(frozen=True, slots=True)
class StudioStatus:
    """The studio as it is now.

    gate          the hold and the circuit breaker; an open one before anything was ever sent
    has_key       whether an API key was entered in the studio
    first_due     when the first job that is due now became due
    heartbeat_at  when work was last done
    """

    gate: Gate
    has_key: bool
    first_due: datetime | None
    heartbeat_at: datetime | None

    @property
    def hold(self) -> Gate | None:
        return self.gate if self.gate.hold else None

    @property
    def is_behind(self) -> bool:
        return _overdue_seconds(self.first_due, self.heartbeat_at) > BEHIND_SECONDS

    @property
    def notices(self) -> str:
        """Return in a few words what the notices above each page depend on."""
        facts = {
            "key": self.has_key,
            "ill": self.gate.breaker_is_open,
            "behind": self.is_behind,
        }
        return " ".join(filter(None, [self.gate.hold, *(name for name in facts if facts[name])]))


def read() -> StudioStatus:
    """Return what every page needs, in one query."""
    heartbeat = Pulse.objects.filter(pk=1).values("at")
    has_key = Exists(Credential.objects.all())
    gates = Gate.objects.filter(pk=1).annotate(
        has_key=has_key,
        first_due=Subquery(Job.objects.due(timezone.now()).values("due_at")[:1]),
        heartbeat_at=Subquery(heartbeat[:1]),
    )
    if gate := gates.first():
        return StudioStatus(gate, gate.has_key, gate.first_due, gate.heartbeat_at)
    return StudioStatus(Gate(), Credential.objects.exists(), _first_due(), None)


def saved_key() -> Credential | None:
    """Return the key that the owner entered, encrypted; for its hint, date and author."""
    return Credential.objects.select_related("saved_by").first()


def overdue_seconds() -> float:
    """Return for how long work has been due without any being done; 0 if nothing is wrong."""
    first = _first_due()
    if first is None:
        return 0
    return _overdue_seconds(first, Pulse.objects.filter(pk=1).values_list("at", flat=True).first())


def _first_due() -> datetime | None:
    return Job.objects.due(timezone.now()).values_list("due_at", flat=True).first()


def _overdue_seconds(first_due: datetime | None, heartbeat_at: datetime | None) -> float:
    if first_due is None:
        return 0
    now = timezone.now()
    # Times in the future were written before the clock was set back, so ignore them.
    since = [moment for moment in (first_due, heartbeat_at) if moment and moment <= now]
    return (now - max(since)).total_seconds() if since else 0
