"""References of a batch, members' uploads, and the draft of the compose box."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from generator.models.ids import new_id


class Reference(models.Model):
    """A reference picture of a batch, in the numbered order of the slots.

    One of three: an address, an uploaded file, or a picture of ours (its family).
    """

    batch = models.ForeignKey("Batch", on_delete=models.CASCADE, related_name="references")
    position = models.PositiveSmallIntegerField()
    url = models.TextField(blank=True)
    upload = models.ForeignKey("Upload", on_delete=models.PROTECT, null=True)
    image = models.ForeignKey("Image", on_delete=models.PROTECT, null=True, related_name="used_in")

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(url="", upload=None, image__isnull=False)
                | Q(url="", upload__isnull=False, image=None)
                | Q(~Q(url=""), upload=None, image=None),
                name="one_source_per_reference",
            ),
            models.UniqueConstraint(fields=["batch", "position"], name="one_reference_per_slot"),
        ]

    def __str__(self) -> str:
        return f"reference {self.position} of batch {self.batch_id}"

    @property
    def address(self) -> str:
        """Where it can be looked at."""
        if self.upload_id:
            return reverse("generator:upload", args=[self.upload_id])
        return reverse("generator:image", args=[self.image_id]) if self.image_id else self.url

    @property
    def slot(self) -> str:
        """As the compose box names it."""
        if self.upload_id:
            return f"upload:{self.upload_id}"
        return f"image:{self.image_id}" if self.image_id else self.url


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


def named_reference(value: str) -> tuple[str, uuid.UUID] | None:
    """What a slot's `upload:<id>` or `image:<id>` names; None for an address or anything else."""
    kind, _colon, name = value.partition(":")
    if kind not in ("upload", "image"):
        return None
    try:
        return kind, uuid.UUID(name)
    except ValueError:
        return None
