"""The life of a job, as data: its statuses, the transitions between them, and their labels.

Imports nothing of ours. `Job.advance` is the only writer of a status and checks this table. All
other code uses the sets derived below, so that no branch elsewhere lists the statuses for which an
action is allowed.
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
    """What moves a job in this status."""

    ACTIVE = "active"  # the worker moves it, at once or when something else is cleared
    PARKED = "parked"  # only a callback or a member moves it
    FINAL = "final"  # nothing moves it any more


@dataclass(frozen=True, slots=True)
class State:
    """One row of the table.

    `label` is shown on the card, `sentence` explains it to the reader, `tone` selects the color
    (wait, work, good, warn, bad, calm) and `icon` is a symbol of the sprite. `transitions` are the
    statuses that may follow. `advice` says what to do next; it follows the sentence, for a reader
    who may do it.
    """

    activity: Activity
    label: Promise
    sentence: Promise
    tone: str
    icon: str
    transitions: frozenset[Status]
    advice: Promise | str = ""


def _transitions(*statuses: Status) -> frozenset[Status]:
    return frozenset(statuses)


S = Status
STATES: dict[Status, State] = {
    S.QUEUED: State(
        Activity.ACTIVE,
        _("Queued"),
        _("Waiting to be sent."),
        "wait",
        "clock",
        # A queued job becomes running without another send when a callback proves that an earlier
        # attempt, which was answered as failed, did arrive.
        _transitions(S.SUBMITTING, S.RUNNING, S.HELD, S.FAILED, S.CANCELED),
    ),
    S.HELD: State(
        Activity.ACTIVE,
        _("On hold"),
        _(
            "Generating is on hold for the whole studio. This image waits, uncharged, until an "
            "admin resumes generating."
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
            "It was sent, but no clear answer came back. It may have been generated and billed, "
            "so it is not resent automatically. If the image service reports it, the image still "
            "arrives."
        ),
        "warn",
        "help",
        _transitions(S.RUNNING),
    ),
    S.RUNNING: State(
        Activity.ACTIVE,
        _("Generating"),
        _("The image service is working on it."),
        "work",
        "brush",
        _transitions(S.STORING, S.NO_IMAGE, S.FAILED, S.STALLED, S.LOST),
    ),
    S.STALLED: State(
        Activity.PARKED,
        _("No answer yet"),
        _("The image service has not finished within the usual time. Nothing is lost."),
        "warn",
        "hourglass",
        _transitions(S.RUNNING),
        _("Check again, and the image is copied if it is ready."),
    ),
    S.LOST: State(
        Activity.PARKED,
        _("Lost"),
        _("The image service accepted it but no longer knows it."),
        "bad",
        "search-x",
        _transitions(S.RUNNING),
        _("You can check again."),
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
        _("The image exists, but its file could not be copied yet. Copying is retried."),
        "warn",
        "cloud-off",
        _transitions(S.STORING),
    ),
    S.SUCCEEDED: State(
        Activity.FINAL, _("Done"), _("The image is ready."), "good", "check", frozenset()
    ),
    S.NO_IMAGE: State(
        Activity.FINAL,
        _("No image"),
        _(
            "The image service finished without an image, most often because it declined the "
            "prompt. This is usually charged."
        ),
        "bad",
        "image-off",
        frozenset(),
        _("Try rewording the prompt."),
    ),
    S.FAILED: State(
        Activity.FINAL,
        _("Failed"),
        _("The image service could not generate this image."),
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
# A member may knowingly resend these as a new job; the parked ones may then be billed twice.
REPEATABLE = PARKED | FINAL - {S.SUCCEEDED}
MAY_COST_TWICE = PARKED
# What a history shows under "went wrong".
WENT_WRONG = PARKED | FINAL - {S.SUCCEEDED, S.CANCELED}

# The upstream's own status, as the card shows it while the job runs.
UPSTREAM_LABELS = {
    "": _("Accepted"),  # not queried yet
    "pending": _("Accepted"),
    "submitted": _("Accepted"),
    "in_progress": _("Generating"),
}


class ForbiddenTransition(Exception):
    """A caller asked for a step that the table does not have: a bug, never a race."""


def check(source: str, target: str) -> None:
    """Raise `ForbiddenTransition` unless `target` may follow `source`."""
    if Status(target) not in STATES[Status(source)].transitions:
        raise ForbiddenTransition(f"{source} -> {target}")


def _check_table() -> None:
    """Check on import that every status has a row and can be reachable, and that exactly the final
    ones have no transitions."""
    if missing := set(Status) - STATES.keys():
        raise ForbiddenTransition(f"no row for {sorted(missing)}")
    for status, state in STATES.items():
        if (state.activity is Activity.FINAL) != (not state.transitions):
            raise ForbiddenTransition(f"{status} must be final exactly if it has no transitions")
    reachable = {target for state in STATES.values() for target in state.transitions}
    if unreachable := set(Status) - reachable - {S.QUEUED}:
        raise ForbiddenTransition(f"nothing leads to {sorted(unreachable)}")


_check_table()
