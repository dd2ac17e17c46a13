"""Batch, Job, JobEvent: a press of Generate, and what becomes of it.

A job row is the truth of one upstream task and one charge. `Job.advance` is the only writer of
`status`; whoever loses the race for a step stops quietly.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import Promise

from generator import catalog, state
from generator.models.ids import new_id
from generator.models.querysets import JobQuerySet
from generator.page_urls import page_url
from generator.state import Status


class Batch(models.Model):
    """One press of Generate; a form token used twice finds the batch it made the first time."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey("User", on_delete=models.PROTECT, related_name="batches")
    prompt = models.TextField()
    # What was typed where it stood for several prompts; each of them has a batch of its own.
    pattern = models.TextField(blank=True)
    # Each of the pattern's lines is a prompt, or several.
    by_line = models.BooleanField(default=False)
    model = models.CharField(max_length=100)
    count = models.PositiveSmallIntegerField()
    form_token = models.CharField(max_length=64)
    # The job that a person knowingly sent again with this batch.
    again_for = models.ForeignKey(
        "Job", on_delete=models.PROTECT, null=True, related_name="sent_again"
    )
    # The shape asked for, of those the model takes; empty: the model's own.
    aspect_ratio = models.CharField(max_length=8, blank=True)
    # The size asked for (`2k`), by the same rule.
    image_size = models.CharField(max_length=8, blank=True)
    # Seen, with its images, by its owner alone.
    private = models.BooleanField(default=False)
    # Where its images are put when they arrive.
    collection = models.ForeignKey(
        "Collection", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "form_token"], name="one_batch_per_form_token")
        ]
        indexes: ClassVar = [models.Index(fields=["owner", "-id"], name="batch_by_owner")]

    def __str__(self) -> str:
        return f"batch {self.pk}"

    def get_absolute_url(self) -> str:
        return page_url("batch", self.pk)

    @property
    def typed_prompt(self) -> str:
        """What was typed to get this, in the language of patterns or as it is."""
        return self.pattern or self.prompt

    @property
    def model_label(self) -> str:
        return catalog.label(self.model)


def new_callback_token() -> str:
    return secrets.token_urlsafe(24)


class Job(models.Model):
    """One upstream task.

    `due_at` is when the sweep looks at the row again, whatever its status asks for; a claim is
    a conditional move of it into the future, so a worker that dies is followed by another when
    that time has come. None: only a callback or a person moves the row.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="jobs")
    index = models.PositiveSmallIntegerField()
    price_credits = models.DecimalField(max_digits=12, decimal_places=6)
    # Drawn by the bundled sandbox: it is asked there, whatever key comes later.
    sandbox = models.BooleanField(default=False)

    status = models.CharField(max_length=12, default=Status.QUEUED)
    entered_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(null=True, default=timezone.now)
    deadline_at = models.DateTimeField(null=True)
    # Grows with every change that a page shows; the refresh compares it with what a page has.
    version = models.PositiveIntegerField(default=1)

    attempts = models.PositiveSmallIntegerField(default=0)
    polls = models.PositiveIntegerField(default=0)
    # Failures in a row of what the status asks for now (send, look, fetch): sets the backoff.
    failures = models.PositiveSmallIntegerField(default=0)
    submitted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    task_id = models.CharField(max_length=255, null=True, unique=True)  # noqa: DJ001 - null is "none yet", unique else
    upstream_status = models.CharField(max_length=64, blank=True)
    result_urls = models.JSONField(default=list)
    reason = models.TextField(blank=True)
    words = models.TextField(blank=True)
    consumed_credits = models.DecimalField(max_digits=18, decimal_places=6, null=True)

    callback_token = models.CharField(max_length=64, default=new_callback_token)
    # The task id that an authenticated callback named before we knew one: a hint to be checked.
    callback_task_id = models.CharField(max_length=255, blank=True)

    objects = JobQuerySet.as_manager()

    # Filled by `queries.jobs.add_usual_seconds` for the cards that show it.
    usual_seconds: int | None = None
    # Set by the claim for its own send: ask first, since the upstream is ill.
    probe_first: bool = False

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "index"], name="one_job_per_place")
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], name="job_due", condition=Q(due_at__isnull=False)),
            # With the batch, so that a history of what went wrong reads no job.
            models.Index(fields=["status", "batch"], name="job_by_status"),
        ]

    def __str__(self) -> str:
        return f"job {self.pk} ({self.status})"

    def get_absolute_url(self) -> str:
        return page_url("job", self.pk)

    @property
    def state(self) -> state.State:
        return state.STATES[Status(self.status)]

    @property
    def live(self) -> bool:
        return self.status in state.ACTIVE

    @property
    def cancelable(self) -> bool:
        return self.status in state.CANCELABLE

    @property
    def repeatable(self) -> bool:
        return self.status in state.REPEATABLE

    @property
    def may_be_billed(self) -> bool:
        """Parked, so that nobody knows yet whether it is billed."""
        return self.status in state.MAY_COST_TWICE

    @property
    def upstream_message(self) -> str:
        """The reason as far as it adds to the state's own sentence."""
        return "" if self.status == Status.UNCONFIRMED else self.reason

    @property
    def recheckable(self) -> bool:
        return self.status in state.RECHECKABLE

    @property
    def phase(self) -> str | Promise:
        """The word on the card: the upstream's own while it draws, else the status's."""
        if self.status == Status.RUNNING:
            return state.UPSTREAM_LABELS.get(self.upstream_status, self.state.label)
        return self.state.label

    @property
    def seconds(self) -> float | None:
        """From the click to the end; None while it goes on."""
        return (self.ended_at - self.batch.created_at).total_seconds() if self.ended_at else None

    def advance(
        self,
        to: Status,
        *,
        detail: str = "",
        due_in_seconds: float | None = None,
        http_status: int | None = None,
        duration_ms: int | None = None,
        **fields: Any,
    ) -> bool:
        """Move this row from the status it was read with to `to`, and write the event.

        Gives False, and writes nothing, when another process moved it first. `fields` are set
        in the same update. Raises `ForbiddenTransition` for a step outside the table and
        `IntegrityError` when `fields` break a constraint; nothing is written then either.
        """
        state.check(self.status, to)
        now = timezone.now()
        fields |= {
            "status": to,
            "entered_at": now,
            "due_at": None if due_in_seconds is None else now + timedelta(seconds=due_in_seconds),
        }
        if to in state.FINAL:
            fields["ended_at"] = now
        with transaction.atomic():
            rows = Job.objects.filter(pk=self.pk, status=self.status)
            if not rows.update(version=F("version") + 1, **fields):
                return False
            JobEvent.objects.create(
                job=self,
                kind=JobEvent.Kind.STATUS,
                status=to,
                detail=detail,
                http_status=http_status,
                duration_ms=duration_ms,
                at=now,
            )
        for name, value in fields.items():
            setattr(self, name, value)
        self.version += 1
        return True

    def note(
        self,
        kind: JobEvent.Kind,
        detail: str = "",
        *,
        http_status: int | None = None,
        duration_ms: int | None = None,
        at: datetime | None = None,
    ) -> None:
        """Add a line to the timeline that changes no status."""
        JobEvent.objects.create(
            job=self,
            kind=kind,
            detail=detail,
            http_status=http_status,
            duration_ms=duration_ms,
            at=at or timezone.now(),
        )


class JobEvent(models.Model):
    """One line of a job's timeline, append-only."""

    class Kind(models.TextChoices):
        CREATED = "created"
        STATUS = "status"
        SUBMIT = "submit"  # what came back from a send that was not accepted
        QUERY = "query"  # a look that failed, or that brought news
        CALLBACK = "callback"
        FETCH = "fetch"
        PERSON = "person"  # somebody pressed something

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField(default=timezone.now)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    status = models.CharField(max_length=12, blank=True)
    detail = models.TextField(blank=True)
    http_status = models.PositiveSmallIntegerField(null=True)
    duration_ms = models.PositiveIntegerField(null=True)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.kind} of job {self.job_id}"

    @property
    def label(self) -> str | Promise:
        return state.STATES[Status(self.status)].label if self.status else ""
