"""Batch, Job, JobEvent: one press of Generate and what becomes of it.

A job row is the truth of one upstream task and one charge. `Job.advance` is the only writer of
`status`; a caller that loses the race for a transition stops quietly.
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
    """One press of Generate. A form token that is posted twice leads to the same batch."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey("User", on_delete=models.PROTECT, related_name="batches")
    prompt = models.TextField()
    # The text as typed if it stood for several prompts; each prompt has its own batch.
    pattern = models.TextField(blank=True)
    # Whether each line of the pattern was expanded on its own.
    by_line = models.BooleanField(default=False)
    model = models.CharField(max_length=100)
    count = models.PositiveSmallIntegerField()
    form_token = models.CharField(max_length=64)
    # The job that a member knowingly resent with this batch.
    again_for = models.ForeignKey(
        "Job", on_delete=models.PROTECT, null=True, related_name="sent_again"
    )
    # The requested aspect ratio, one that the model accepts; empty for the model's default.
    aspect_ratio = models.CharField(max_length=8, blank=True)
    # The requested size (`2k`), by the same rule.
    image_size = models.CharField(max_length=8, blank=True)
    # Visible, with its images, to its owner alone.
    private = models.BooleanField(default=False)
    # The collection to which its images are added when they arrive.
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
        """Return the prompt as it was typed: the pattern if there was one."""
        return self.pattern or self.prompt

    @property
    def model_label(self) -> str:
        return catalog.label(self.model)


def new_callback_token() -> str:
    """Return a token that authenticates the callbacks of one job."""
    return secrets.token_urlsafe(24)


class Job(models.Model):
    """One upstream task.

    `due_at` is when the sweep next processes the row, whatever its status needs. A claim is a
    conditional move of `due_at` into the future, so when a worker dies, another takes over at that
    time. None: only a callback or a member moves the row.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="jobs")
    index = models.PositiveSmallIntegerField()
    price_credits = models.DecimalField(max_digits=12, decimal_places=6)
    # Sent to the bundled sandbox, which is therefore queried for it, whatever key is saved later.
    sandbox = models.BooleanField(default=False)

    status = models.CharField(max_length=12, default=Status.QUEUED)
    entered_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(null=True, default=timezone.now)
    deadline_at = models.DateTimeField(null=True)
    # Incremented with every change that a page shows; live pages compare it with their own.
    version = models.PositiveIntegerField(default=1)

    attempts = models.PositiveSmallIntegerField(default=0)
    polls = models.PositiveIntegerField(default=0)
    # Failures in a row of what the status needs now (submit, query, fetch): sets the backoff.
    failures = models.PositiveSmallIntegerField(default=0)
    submitted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    task_id = models.CharField(max_length=255, null=True, unique=True)  # noqa: DJ001 - null means none yet; otherwise unique
    upstream_status = models.CharField(max_length=64, blank=True)
    result_urls = models.JSONField(default=list)
    reason = models.TextField(blank=True)
    words = models.TextField(blank=True)
    consumed_credits = models.DecimalField(max_digits=18, decimal_places=6, null=True)

    callback_token = models.CharField(max_length=64, default=new_callback_token)
    # The task id from an authenticated callback that came before we knew one: a hint to verify.
    callback_task_id = models.CharField(max_length=255, blank=True)

    objects = JobQuerySet.as_manager()

    # Set by `queries.jobs.add_usual_seconds` for the cards that show it.
    usual_seconds: int | None = None
    # Set by the claim for its own send: make a free call first, since the breaker is open.
    probe_first: bool = False

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "index"], name="one_job_per_place")
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], name="job_due", condition=Q(due_at__isnull=False)),
            # Includes the batch, so that a history of failures reads no job.
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
        """Return whether it is parked, so that nobody knows yet if it is billed."""
        return self.status in state.MAY_COST_TWICE

    @property
    def upstream_message(self) -> str:
        """Return the upstream's reason, unless the state's own sentence says it already."""
        return "" if self.status == Status.UNCONFIRMED else self.reason

    @property
    def recheckable(self) -> bool:
        return self.status in state.RECHECKABLE

    @property
    def phase(self) -> str | Promise:
        """Return the card's label: the upstream's own status while it runs, else the job's."""
        if self.status == Status.RUNNING:
            return state.UPSTREAM_LABELS.get(self.upstream_status, self.state.label)
        return self.state.label

    @property
    def seconds(self) -> float | None:
        """Return the time from the click to the end; None while the job is not finished."""
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

        Return False, and write nothing, if another process moved it first. `fields` are set in the
        same update. Raise `ForbiddenTransition` for a step outside the table and `IntegrityError`
        when `fields` break a constraint; nothing is written then either.
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
        """Add an event that changes no status to the timeline."""
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
        SUBMIT = "submit"  # the answer to a send that was not accepted
        QUERY = "query"  # a query that failed or brought news
        CALLBACK = "callback"
        FETCH = "fetch"
        PERSON = "person"  # a member requested something

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
