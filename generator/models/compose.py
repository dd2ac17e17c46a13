"""What stands in the compose box before a press: uploaded references and the draft."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from generator.models.ids import new_id


class Upload(models.Model):
    """A member's file as a reference, re-encoded; the same bytes are stored once a member."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey("User", on_delete=models.PROTECT, related_name="uploads")
    # Of the bytes as they came, so that the same file is found before it is decoded.
    source_sha256 = models.CharField(max_length=64)
    file = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    mime = models.CharField(max_length=20)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size_bytes = models.PositiveBigIntegerField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "source_sha256"], name="one_upload_per_file")
        ]

    def __str__(self) -> str:
        return f"upload {self.pk}"


class Draft(models.Model):
    """What a member's compose box holds, kept over reloads and devices."""

    user = models.OneToOneField("User", on_delete=models.CASCADE, related_name="draft")
    # The fields of the form by name, as they were posted.
    content = models.JSONField(default=dict)
    updated_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"draft {self.pk}"
