"""The life of a job, as data: statuses, what may follow what, and the words for people.

Imports nothing of ours. `Job.advance` is the only writer of a status and asks this table;
everything else asks the derived sets below, so that no branch elsewhere names a status for what
it is allowed to become.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Status(StrEnum):
    QUEUED = "queued"
    HELD = "held"
    SUBMITTING = "submitting"
    UNCONFIRMED = "unconfirmed"
    RUNNING = "running"
    STALLED = "stalled"
    LOST = "lost"
    STORING = "storing"
    UNFETCHED = "unfetched"
    SUCCEEDED = "succeeded"
    NO_IMAGE = "no_image"
    FAILED = "failed"
    CANCELED = "canceled"


class Activity(StrEnum):
    """How much a status moves by itself."""

    ACTIVE = "active"  # the worker goes on, or goes on once something clears
    PARKED = "parked"  # only a callback or a person moves it
    FINAL = "final"  # one-way: nothing moves it any more


@dataclass(frozen=True, slots=True)
class State:
    """One row of the table.

    `label` is the word on a card, `sentence` what it means for the reader, `tone` picks colour
    (wait, work, good, warn, bad, calm) and `icon` the symbol of the sprite.
    """

    activity: Activity
    label: Promise
    sentence: Promise
    tone: str
    icon: str
    transitions: frozenset[Status]


def _transitions(*statuses: Status) -> frozenset[Status]:
    return frozenset(statuses)


S = Status
STATES: dict[Status, State] = {
    S.QUEUED: State(
        Activity.ACTIVE,
        _("Queued"),
        _("Waiting for its turn to be sent."),
        "wait",
        "clock",
        # Running without a send: a callback proves that an attempt answered as failed did arrive.
        _transitions(S.SUBMITTING, S.RUNNING, S.HELD, S.FAILED, S.CANCELED),
    ),
    S.HELD: State(
        Activity.ACTIVE,
        _("On hold"),
        _(
            "Generating is on hold for the whole studio. This waits, uncharged, until an admin "
            "acts."
        ),
        "warn",
        "pause",
        _transitions(S.QUEUED, S.CANCELED),
    ),
    S.SUBMITTING: State(
        Activity.ACTIVE,
        _("Sent"),
        _("Sent; waiting for the image service to accept it."),
        "work",
        "send",
        _transitions(S.RUNNING, S.QUEUED, S.HELD, S.FAILED, S.UNCONFIRMED),
    ),
    S.UNCONFIRMED: State(
        Activity.PARKED,
        _("Unclear"),
        _(
            "It was sent, but no clear answer came back. It may be drawn and billed, so it is "
            "not sent again by itself. If the image service reports it, the image still arrives."
        ),
        "warn",
        "help",
        _transitions(S.RUNNING),
    ),
    S.RUNNING: State(
        Activity.ACTIVE,
        _("Drawing"),
        _("The image service is working on it."),
        "work",
        "brush",
        _transitions(S.STORING, S.NO_IMAGE, S.FAILED, S.STALLED, S.LOST),
    ),
    S.STALLED: State(
        Activity.PARKED,
        _("No answer yet"),
        _(
            "The image service has not finished it in the usual time. Nothing is lost: look "
            "again, and a finished image is fetched."
        ),
        "warn",
        "hourglass",
        _transitions(S.RUNNING),
    ),
    S.LOST: State(
        Activity.PARKED,
        _("Lost"),
        _("The image service accepted it but no longer knows it. You can look again."),
        "bad",
        "search-x",
        _transitions(S.RUNNING),
    ),
    S.STORING: State(
        Activity.ACTIVE,
        _("Copying"),
        _("The image is ready and is being copied here."),
        "work",
        "download",
        _transitions(S.SUCCEEDED, S.UNFETCHED),
    ),
    S.UNFETCHED: State(
        Activity.ACTIVE,
        _("Not copied yet"),
        _("The image exists, but its file could not be copied yet. This is tried again."),
        "warn",
        "cloud-off",
        _transitions(S.STORING),
    ),
    S.SUCCEEDED: State(
        Activity.FINAL, _("Done"), _("The image is here."), "good", "check", frozenset()
    ),
    S.NO_IMAGE: State(
        Activity.FINAL,
        _("No image"),
        _(
            "The image service finished without an image, most often because it declined the "
            "prompt. That is usually charged. Try other words."
        ),
        "bad",
        "image-off",
        frozenset(),
    ),
    S.FAILED: State(
        Activity.FINAL,
        _("Failed"),
        _("The image service could not draw this."),
        "bad",
        "alert",
        frozenset(),
    ),
    S.CANCELED: State(
        Activity.FINAL,
        _("Canceled"),
        _("Canceled before it was sent; nothing was charged."),
        "calm",
        "slash",
        frozenset(),
    ),
}

ACTIVE = frozenset(s for s, state in STATES.items() if state.activity is Activity.ACTIVE)
PARKED = frozenset(s for s, state in STATES.items() if state.activity is Activity.PARKED)
FINAL = frozenset(s for s, state in STATES.items() if state.activity is Activity.FINAL)
CANCELABLE = frozenset(s for s, state in STATES.items() if S.CANCELED in state.transitions)
RECHECKABLE = frozenset({S.STALLED, S.LOST, S.UNFETCHED})
# A person may knowingly send these again, as a new job; for the unclear ones that may cost twice.
REPEATABLE = PARKED | FINAL - {S.SUCCEEDED}
MAY_COST_TWICE = PARKED
# What a history shows of those that went wrong.
WENT_WRONG = PARKED | FINAL - {S.SUCCEEDED, S.CANCELED}

# What the upstream's own word means on a card while the job runs.
UPSTREAM_LABELS = {
    "": _("Accepted"),  # it has not been asked yet
    "pending": _("Accepted"),
    "submitted": _("Accepted"),
    "in_progress": _("Drawing"),
}


class ForbiddenTransition(Exception):
    """A caller asked for a step that the table does not have: a bug, never a race."""


def check(source: str, target: str) -> None:
    """Raise `ForbiddenTransition` unless `target` may follow `source`."""
    if Status(target) not in STATES[Status(source)].transitions:
        raise ForbiddenTransition(f"{source} -> {target}")


def _check_table() -> None:
    """Checked on import: every status has a row, final ones end, all others can be left."""
    if missing := set(Status) - STATES.keys():
        raise ForbiddenTransition(f"no row for {sorted(missing)}")
    for status, state in STATES.items():
        if (state.activity is Activity.FINAL) != (not state.transitions):
            raise ForbiddenTransition(f"{status} must be final exactly if nothing follows it")
    reached = {target for state in STATES.values() for target in state.transitions}
    if unreached := set(Status) - reached - {S.QUEUED}:
        raise ForbiddenTransition(f"nothing leads to {sorted(unreached)}")


_check_table()
