"""Twin: a second task of one job, and a second charge.

The vendor asks to retry a 500, but some are answered although the task exists. Its late report then
names a task that is not the job's. Both are paid for, so both are in the books and both images are
kept.
"""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise

from generator import state
from generator.models.querysets import DueQuerySet
from generator.state import Status

# The images of the n-th twin have the indexes from n times this on.
INDEXES = 1000


class Twin(models.Model):
    """One more task that an authenticated callback named. Like a job, it is the sweep's at
    `due_at`."""

    task_id = models.CharField(max_length=255, unique=True)
    job = models.ForeignKey("Job", on_delete=models.PROTECT, related_name="twins")
    number = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=12, default=Status.RUNNING)
    # What the image service said last. Empty: it did not confirm the task yet.
    upstream_status = models.CharField(max_length=64, blank=True)
    consumed_credits = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    reason = models.TextField(blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(null=True, default=timezone.now)

    objects = DueQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["job", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["job", "number"], name="one_twin_per_number")
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], name="twin_due", condition=Q(due_at__isnull=False))
        ]

    def __str__(self) -> str:
        return f"second task {self.task_id} of job {self.job_id}"

    @property
    def sandbox(self) -> bool:
        return self.job.sandbox

    @property
    def age(self) -> timedelta:
        return timezone.now() - self.created_at

    @property
    def label(self) -> str | Promise:
        return state.STATES[Status(self.status)].label
