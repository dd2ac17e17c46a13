"""The circuit breaker: while the upstream fails, calls are reduced to one probe at a time.

Two counts of bad answers in a row are stored in the gate's row, for all workers together: of any
call, and of submits alone, since the one call that costs money can be broken while queries are
answered. A bad answer is one that a working upstream never returns: nothing, junk, a proxy's page.
At the threshold the breaker opens; the first good answer makes it half-open, with few calls at
once; it is closed `HALF_OPEN_SECONDS` later.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Case, F, QuerySet, Value, When
from django.utils import timezone

from generator.models import FAILURE_THRESHOLD, Gate
from generator.models.querysets import LONGEST_WAIT
from generator.upstream import errors

BAD = (errors.Unclear, errors.NotDelivered, errors.Transient)
PROBE_SECONDS = 10
LONGEST_PAUSE_SECONDS = 60
# Half-open, after the first good answer: for this long, this many calls of a kind at once.
HALF_OPEN_SECONDS = 20
HALF_OPEN_SUBMITS = 2
HALF_OPEN_QUERIES = 8


def query_limit(gate: Gate, limit: int) -> int:
    """Return how many queries may go out now: all, a few, one probe, or none."""
    if gate.bad_answers >= FAILURE_THRESHOLD:
        return _take_probe(gate)
    return min(limit, HALF_OPEN_QUERIES) if _is_half_open(gate) else limit


def submit_limit(gate: Gate, limit: int, queries_due: bool) -> int:
    """Return how many submits may go out now. Call it with the gate's row locked.

    A due query is the cheaper probe, so while one is due, no submit goes out.
    """
    if gate.bad_answers >= FAILURE_THRESHOLD and (queries_due or not _take_probe(gate)):
        return 0
    if not _passed(gate.submit_after):
        return 0
    if gate.bad_submits >= FAILURE_THRESHOLD:
        _pause_submits(gate, PROBE_SECONDS * 2 ** min(gate.bad_submits - FAILURE_THRESHOLD, 10))
        return min(limit, 1)
    return min(limit, HALF_OPEN_SUBMITS) if _is_half_open(gate) else limit


def record_query(error: Exception | None) -> None:
    """Record the answer to a query: a success or, for a bad answer, a failure.

    Callers leave out answers of the sandbox once a real key is in use: they say nothing about the
    upstream.
    """
    if isinstance(error, BAD):
        Gate.objects.filter(pk=1).update(bad_answers=F("bad_answers") + 1)
    else:
        _close(Gate.objects.filter(pk=1, bad_answers__gt=0))


def record_submit(error: Exception | None) -> None:
    """Record the answer to a submit, likewise; a rate limit's delay applies to all submits."""
    gates = Gate.objects.filter(pk=1)
    if isinstance(error, BAD):
        gates.update(bad_answers=F("bad_answers") + 1, bad_submits=F("bad_submits") + 1)
        return
    _close(gates.filter(bad_answers__gt=0))
    if gates.filter(bad_submits__gt=0).exists():
        was_open = When(bad_submits__gte=FAILURE_THRESHOLD, then=timezone.now())
        recovered_at = Case(was_open, default=F("recovered_at"))
        gates.filter(bad_submits__gt=0).update(bad_submits=0, recovered_at=recovered_at)
    if isinstance(error, errors.RateLimited) and error.retry_after_seconds:
        until = timezone.now() + timedelta(seconds=error.retry_after_seconds)
        gates.filter(submit_after__lt=until).update(submit_after=until)


def _close(gates: QuerySet[Gate]) -> None:
    """Reset the count, since the upstream answers. If the breaker was open, the half-open period
    begins, and the pause of submits ends with its reason."""
    if not gates.exists():  # as after nearly every answer, at a tenth of the update's work
        return
    now = timezone.now()
    was_open = When(bad_answers__gte=FAILURE_THRESHOLD, then=Value(now))
    gates.update(
        recovered_at=Case(was_open, default=F("recovered_at")),
        submit_after=Case(was_open, default=F("submit_after")),
        bad_answers=0,
    )


def _take_probe(gate: Gate) -> int:
    """Claim the one probe of these ten seconds; one worker gets it."""
    if not _passed(gate.probe_at):
        return 0
    next_probe_at = timezone.now() + timedelta(seconds=PROBE_SECONDS)
    gates = Gate.objects.filter(pk=1, probe_at=gate.probe_at)
    return gates.update(probe_at=next_probe_at)


def _pause_submits(gate: Gate, seconds: float) -> None:
    until = timezone.now() + timedelta(seconds=min(seconds, LONGEST_PAUSE_SECONDS))
    Gate.objects.filter(pk=1).update(submit_after=until)


def _passed(moment: datetime) -> bool:
    """Return whether it has passed, or was written before the clock was set back."""
    now = timezone.now()
    return moment <= now or moment > now + LONGEST_WAIT


def _is_half_open(gate: Gate) -> bool:
    now = timezone.now()
    since = gate.recovered_at
    return since is not None and now - timedelta(seconds=HALF_OPEN_SECONDS) < since <= now
