"""Stored results."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.urls import reverse
from django.utils import timezone

from generator.models.ids import new_id


class Image(models.Model):
    """One picture of ours; its bytes lie under `file`, relative to the pictures' folder."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    job = models.ForeignKey("Job", on_delete=models.PROTECT, related_name="images")
    index = models.PositiveSmallIntegerField(default=0)
    # The batch's owner again, so that a member's gallery is one index and no join.
    owner = models.ForeignKey("User", on_delete=models.PROTECT, related_name="images")
    file = models.CharField(max_length=100, unique=True)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveBigIntegerField()
    mime = models.CharField(max_length=20)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    # Widths of the WebP copies that exist beside the original, ascending; empty: none could
    # be made, and pages show the original.
    thumbnail_widths = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering: ClassVar = ["job", "index"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["job", "index"], name="one_image_per_result")
        ]
        indexes: ClassVar = [models.Index(fields=["owner", "-id"], name="image_by_owner")]

    def __str__(self) -> str:
        return f"image {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("generator:image", args=[self.pk])
