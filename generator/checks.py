"""Rules between settings, as system checks: each names the setting and what to change.

They run at every start and in `manage.py check`. What a single value must be is checked when it is
read (`gempix_site.env`).
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from generator import catalog
from generator.models.querysets import LONGEST_WAIT
from generator.worker import backoff, db_retry

CALLS = (
    "GEMPIX_SUBMIT_TIMEOUT_SECONDS",
    "GEMPIX_QUERY_TIMEOUT_SECONDS",
    "GEMPIX_DOWNLOAD_TIMEOUT_SECONDS",
)
# What is lost below these values. Tests of faults go below them, so they are only warnings.
ADVISED = {
    "GEMPIX_SUBMIT_TIMEOUT_SECONDS": (
        10,
        "a job that the service accepts later counts as unclear and may have been billed",
    ),
    "GEMPIX_NOT_FOUND_GRACE_SECONDS": (
        10,
        "a paid job that the service does not list yet counts as lost",
    ),
    "GEMPIX_DOWNLOAD_MAX_BYTES": (32 * 2**20, "a paid 4K image may be too large to be stored"),
}
POLLS = ("GEMPIX_POLL_FIRST_SECONDS", "GEMPIX_POLL_MIN_SECONDS", "GEMPIX_POLL_MAX_SECONDS")


@register()
def models_are_known(**kwargs: Any) -> list[CheckMessage]:
    return [
        Error(
            f"GEMPIX_MODELS names {name}, which is not in the catalog.",
            hint=f"Known models: {', '.join(catalog.MODELS)}.",
            id="gempix.E001",
        )
        for name in settings.GEMPIX_MODELS
        if name not in catalog.MODELS
    ]


@register()
def shortest_wait_is_the_shortest(**kwargs: Any) -> list[CheckMessage]:
    least = "GEMPIX_POLL_MIN_SECONDS"
    others = {"gempix.E002": "GEMPIX_POLL_MAX_SECONDS", "gempix.E003": "GEMPIX_POLL_FIRST_SECONDS"}
    return [
        Error(
            f"{_shown(least)} is above {_shown(other)}.",
            hint=f"Raise {other} to {_value(least):g} or more, or lower {least}.",
            id=number,
        )
        for number, other in others.items()
        if _value(least) > _value(other)
    ]


@register()
def waits_stay_below_a_clock_jump(**kwargs: Any) -> list[CheckMessage]:
    """A longer wait would pass for a clock that was set back, and so be no wait at all."""
    most = int(LONGEST_WAIT.total_seconds() / backoff.MAX_JITTER)
    return [
        Error(
            f"{_shown(name)} is too long: the worker takes a wait of over "
            f"{LONGEST_WAIT.total_seconds() / 60:g} minutes for a clock that was set back, "
            "and would query the job without any wait.",
            hint=f"Lower {name} to {most} or less.",
            id="gempix.E004",
        )
        for name in POLLS
        if _value(name) > most
    ]


@register()
def sweep_ends_before_the_queue_ends_it(**kwargs: Any) -> list[CheckMessage]:
    """A worker that is killed while it sends leaves jobs that may have been billed."""
    sweep, call = "GEMPIX_SWEEP_SECONDS", max(CALLS, key=_value)
    timeout, outage = settings.Q_CLUSTER["timeout"], db_retry.MAX_WAIT_SECONDS
    if _value(sweep) + outage + _value(call) < timeout:
        return []
    return [
        Error(
            f"{_shown(sweep)} and {_shown(call)} are too long together: the queue kills a worker "
            f"after {timeout} seconds, of which {outage} are reserved for a database outage.",
            hint=f"Lower {sweep} or {call}: their sum must be below {timeout - outage}.",
            id="gempix.E005",
        )
    ]


@register()
def stop_waits_for_what_is_being_sent(**kwargs: Any) -> list[CheckMessage]:
    stop, submit = "GEMPIX_STOP_SECONDS", "GEMPIX_SUBMIT_TIMEOUT_SECONDS"
    if _value(stop) >= _value(submit):
        return []
    return [
        Warning(
            f"{_shown(stop)} is below {_shown(submit)}: a stop may interrupt a job that is being "
            "sent, which then counts as unclear and may have been billed.",
            hint=f"Raise {stop} to {_value(submit):g} or more.",
            id="gempix.W001",
        )
    ]


@register()
def values_leave_room_for_the_service(**kwargs: Any) -> list[CheckMessage]:
    return [
        Warning(
            f"{_shown(name)} is very low: {loss}.",
            hint=f"Raise {name} to {least} or more.",
            id="gempix.W003",
        )
        for name, (least, loss) in ADVISED.items()
        if _value(name) < least
    ]


@register()
def names_are_known(**kwargs: Any) -> list[CheckMessage]:
    return [
        Warning(
            f"{name} is not a setting of GemPix Studio and has no effect.",
            hint=f"Did you mean {closest}?" if closest else "docs/settings.md lists all settings.",
            id="gempix.W002",
        )
        for name, closest in settings.GEMPIX_UNKNOWN_SETTINGS.items()
    ]


def _value(name: str) -> float:
    return float(getattr(settings, name))


def _shown(name: str) -> str:
    return f"{name} ({_value(name):g})"
