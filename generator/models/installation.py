"""Two rows that the whole installation shares: the gate before paid calls, and the pulse."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Gate(models.Model):
    """Whether jobs may be sent. One row; submits are claimed while it is locked."""

    class Hold(models.TextChoices):
        NONE = "", _("Open")
        KEY = "key", _("The API key was refused")
        CREDITS = "credits", _("The account is out of credits")

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    hold = models.CharField(max_length=10, choices=Hold.choices, default=Hold.NONE, blank=True)
    detail = models.TextField(blank=True)
    held_at = models.DateTimeField(null=True)
    # Which key was refused, as a digest: another key lifts the hold by itself.
    key_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(pk=1), name="one_gate"),
        ]

    def __str__(self) -> str:
        return f"gate ({self.hold or 'open'})"


class Pulse(models.Model):
    """Work done: the sweep writes `at`; `holder` is the one sweep that waits for what is next."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    at = models.DateTimeField(default=timezone.now)
    holder = models.CharField(max_length=36, blank=True)
    held_until = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(pk=1), name="one_pulse"),
        ]

    def __str__(self) -> str:
        return f"pulse at {self.at}"
