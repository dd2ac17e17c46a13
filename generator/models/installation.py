"""Rows that the whole installation shares: the gate before paid calls, the API key, the
heartbeat."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# This many bad answers in a row open the circuit breaker.
FAILURE_THRESHOLD = 4


def this_version() -> str:
    return str(settings.GEMPIX_VERSION)


class Gate(models.Model):
    """Whether jobs may be sent. One row, locked while submits are claimed."""

    class Hold(models.TextChoices):
        NONE = "", _("Open")
        KEY = "key", _("The API key was refused")
        CREDITS = "credits", _("The account is out of credits")
        PAUSED = "paused", _("An admin paused generating")

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    # The installation's name. It is also written into the images' folder, which ties the folder to
    # the database.
    installation = models.CharField(max_length=64, blank=True)
    # The version of the studio that last migrated the tables (`services.upgrades`).
    version = models.CharField(max_length=32, default=this_version, blank=True)

    hold = models.CharField(max_length=10, choices=Hold.choices, default=Hold.NONE, blank=True)
    detail = models.TextField(blank=True)
    held_at = models.DateTimeField(null=True)
    # A digest of the rejected key: another key lifts the hold automatically.
    key_digest = models.CharField(max_length=64, blank=True)

    # The circuit breaker (`worker.breaker`): bad answers in a row to any call, and to submits
    # alone.
    bad_answers = models.PositiveIntegerField(default=0)
    bad_submits = models.PositiveIntegerField(default=0)
    # When the next probe may go out, and the next submit at all (also after a rate limit).
    probe_at = models.DateTimeField(default=timezone.now)
    submit_after = models.DateTimeField(default=timezone.now)
    # When the breaker last closed; work resumes at a reduced rate for a while.
    recovered_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(pk=1), name="one_gate"),
        ]

    def __str__(self) -> str:
        return f"gate ({self.hold or 'open'})"

    @property
    def breaker_is_open(self) -> bool:
        return max(self.bad_answers, self.bad_submits) >= FAILURE_THRESHOLD


class Credential(models.Model):
    """The API key that the owner entered; one row. Encrypted, and never shown again."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    secret = models.TextField()
    hint = models.CharField(max_length=8)
    saved_by = models.ForeignKey("User", on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(pk=1), name="one_credential"),
        ]

    def __str__(self) -> str:
        return f"API key ending in {self.hint}"


class Pulse(models.Model):
    """The heartbeat: the sweep writes `at`. `holder` is the leading sweep, which waits for work."""

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
