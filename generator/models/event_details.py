"""What a line of a job's timeline tells beyond its kind: a code and values, stored as JSON.

Texts are chosen when a page shows the line, so that they can change and be translated. Lines from
before 0.4 hold a sentence instead, and are shown as they are.
"""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MAX_DETAIL_CHARACTERS = 300


class EventDetail(StrEnum):
    ATTEMPT = "attempt"
    CANCELED = "canceled"
    CHECK_REQUESTED = "check_requested"
    CONFIRMED_BY_REPORT = "confirmed_by_report"
    ERROR = "error"
    FOREIGN_TASK_ANSWERED = "foreign_task_answered"
    FOREIGN_TASK_REPORTED = "foreign_task_reported"
    REPORTED = "reported"
    REPORTED_AS = "reported_as"
    REPORTED_EARLY = "reported_early"
    RESENT = "resent"
    TWIN_ENDED = "twin_ended"
    TWIN_REPORTED = "twin_reported"
    UNKNOWN_TASK_REPORTED = "unknown_task_reported"
    UPSTREAM_STATUS = "upstream_status"
    WORKER_STOPPED = "worker_stopped"


TEXTS: dict[EventDetail, Promise] = {
    EventDetail.ATTEMPT: _("Attempt %(number)s"),
    EventDetail.CANCELED: _("Canceled by %(by)s."),
    EventDetail.CHECK_REQUESTED: _("%(by)s asked to check again."),
    EventDetail.CONFIRMED_BY_REPORT: _("Confirmed by the image service's own report."),
    EventDetail.FOREIGN_TASK_ANSWERED: _(
        "The image service answered with the task of another image."
    ),
    EventDetail.FOREIGN_TASK_REPORTED: _("A report named the task of another image."),
    EventDetail.REPORTED: _("Reported as changed."),
    EventDetail.REPORTED_AS: _("Reported as %(status)s."),
    EventDetail.REPORTED_EARLY: _("Reported before the answer to the request was known."),
    EventDetail.RESENT: _("%(by)s resent it as a new job."),
    EventDetail.TWIN_ENDED: _(
        "Second task %(task)s: %(status)s. Images kept: %(images)s. Credits: %(credits)s."
    ),
    EventDetail.TWIN_REPORTED: _(
        "A second task of this job was reported: %(task)s. An earlier attempt arrived although it "
        "was answered as failed. Both are charged, and the images of both are kept."
    ),
    EventDetail.UNKNOWN_TASK_REPORTED: _(
        "A report named a task that the image service does not know."
    ),
    EventDetail.UPSTREAM_STATUS: _("The image service says: “%(status)s”"),
    EventDetail.WORKER_STOPPED: _("The worker was stopped while this was being sent."),
}


class ExplainedError(Protocol):
    sentence: str
    detail: str


def encode(code: EventDetail, **values: str | int) -> str:
    """Return what `JobEvent.detail` stores."""
    return json.dumps({"code": code.value, **values}, ensure_ascii=False)


def encode_error(error: ExplainedError, *, technical: bool = True) -> str:
    """Return the detail of an error: its kind, its sentence if that is not its kind's own, and,
    unless another line has it, the technical detail, shortened."""
    own = getattr(error, "default_sentence", "")
    return encode(
        EventDetail.ERROR,
        kind=type(error).__name__,
        sentence="" if error.sentence == own else error.sentence,
        detail=error.detail[:MAX_DETAIL_CHARACTERS] if technical else "",
    )


def decode(stored: str) -> tuple[EventDetail | None, dict[str, str]]:
    """Return code and values; no code for the sentence of an older version."""
    try:
        values = json.loads(stored)
        code = EventDetail(values.pop("code"))
    except (ValueError, AttributeError, KeyError, TypeError):
        return None, {}
    return code, {name: str(value) for name, value in values.items()}
