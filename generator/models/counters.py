"""Counts of attempts that all web processes share."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class AttemptCount(models.Model):
    """How often one visitor or name has tried something within one period."""

    # What is tried, a digest of who tries, and the period: each period has a row of its own.
    key = models.CharField(max_length=160, primary_key=True)
    count = models.PositiveIntegerField(default=0)
    expires_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["expires_at"], name="attempt_count_expires")]

    def __str__(self) -> str:
        return f"{self.count} x {self.key}"
