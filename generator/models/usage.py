"""The ledger: append-only, Decimal, one reservation per job and one settlement per task."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone


class LedgerEntry(models.Model):
    """`reserved` is written with the batch; `settled` replaces it with the upstream's figure.

    A settlement whose `credits` is None is a charge that was never reported: unknown, never zero.
    """

    class Kind(models.TextChoices):
        RESERVED = "reserved"
        SETTLED = "settled"

    job = models.ForeignKey("Job", on_delete=models.PROTECT, related_name="ledger")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    # The job's second task that this settles (`models.twins`); empty for its own.
    task_id = models.CharField(max_length=255, blank=True)
    credits = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["job", "kind", "task_id"], name="one_ledger_entry_per_task"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.credits} for job {self.job_id}"
