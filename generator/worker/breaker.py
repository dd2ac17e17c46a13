"""The breaker: when the upstream is ill, calls shrink to one probe at a time.

Two counts of bad answers in a row stand in the gate's row, for all workers together: of any call,
and of submits alone, since the one call that costs money can be broken while questions are
answered. A bad answer is one that a well upstream never gives: nothing, junk, a proxy's page.
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
# After it came back: this long, this many calls of a kind at once.
RECOVERY_SECONDS = 20
GENTLE_SUBMITS = 2
GENTLE_QUERIES = 8


def query_limit(gate: Gate, limit: int) -> int:
    """How many questions may go out now: all, a few, one probe, or none."""
    if gate.bad_answers >= FAILURE_THRESHOLD:
        return _take_probe(gate)
    return min(limit, HALF_OPEN_QUERIES) if _is_half_open(gate) else limit


def submit_limit(gate: Gate, limit: int, queries_due: bool) -> int:
    """How many submits may go out now. Call it with the gate's row locked.

    An open question is the cheaper probe, so while one is due no submit is.
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
    """Count the answer to a question.

    Only about the upstream in use: callers leave out what the sandbox of earlier days answers.
    """
    if isinstance(error, BAD):
        Gate.objects.filter(pk=1).update(bad_answers=F("bad_answers") + 1)
    else:
        _close(Gate.objects.filter(pk=1, bad_answers__gt=0))


def record_submit(error: Exception | None) -> None:
    """Count the answer to a submit; a rate limit's word holds for all submits."""
    gates = Gate.objects.filter(pk=1)
    if isinstance(error, BAD):
        gates.update(bad_answers=F("bad_answers") + 1, bad_submits=F("bad_submits") + 1)
        return
    _close(gates.filter(bad_answers__gt=0))
    was_open = When(bad_submits__gte=FAILURE_THRESHOLD, then=timezone.now())
    recovered_at = Case(was_open, default=F("recovered_at"))
    gates.filter(bad_submits__gt=0).update(bad_submits=0, recovered_at=recovered_at)
    if isinstance(error, errors.RateLimited) and error.retry_after_seconds:
        until = timezone.now() + timedelta(seconds=error.retry_after_seconds)
        gates.filter(submit_after__lt=until).update(submit_after=until)


def _close(gates: QuerySet[Gate]) -> None:
    """It answers again: everything may go on, and the pause of submits has lost its reason."""
    now = timezone.now()
    was_open = When(bad_answers__gte=FAILURE_THRESHOLD, then=Value(now))
    gates.update(
        recovered_at=Case(was_open, default=F("recovered_at")),
        submit_after=Case(was_open, default=F("submit_after")),
        bad_answers=0,
    )


def _take_probe(gate: Gate) -> int:
    """One worker gets the one probe of these ten seconds."""
    if not _passed(gate.probe_at):
        return 0
    following = timezone.now() + timedelta(seconds=PROBE_SECONDS)
    mine = Gate.objects.filter(pk=1, probe_at=gate.probe_at)
    return mine.update(probe_at=following)


def _pause_submits(gate: Gate, seconds: float) -> None:
    until = timezone.now() + timedelta(seconds=min(seconds, LONGEST_PAUSE_SECONDS))
    Gate.objects.filter(pk=1).update(submit_after=until)


def _passed(moment: datetime) -> bool:
    now = timezone.now()
    return moment <= now or moment > now + LONGEST_WAIT


def _is_half_open(gate: Gate) -> bool:
    now = timezone.now()
    since = gate.recovered_at
    return since is not None and now - timedelta(seconds=HALF_OPEN_SECONDS) < since <= now
