"""References of a batch, members' uploads, and the draft of the compose box."""

from __future__ import annotations

import re
import unicodedata
import uuid
from typing import TYPE_CHECKING, ClassVar, NamedTuple
from urllib.parse import quote, unquote

from django.db import models
from django.db.models import Q
from django.utils import timezone

from generator.models.ids import new_id
from generator.page_urls import page_url

if TYPE_CHECKING:
    from generator.models.images import Image

MAX_FILE_NAME = 100


class Reference(models.Model):
    """A reference image of a batch, in the numbered order of the slots.

    Exactly one of three: a URL, an uploaded file, or an image of the studio.
    """

    batch = models.ForeignKey("Batch", on_delete=models.CASCADE, related_name="references")
    position = models.PositiveSmallIntegerField()
    url = models.TextField(blank=True)
    upload = models.ForeignKey("Upload", on_delete=models.PROTECT, null=True)
    image = models.ForeignKey("Image", on_delete=models.PROTECT, null=True, related_name="used_in")
    # The name of the member's file. It belongs to the reference, since equal bytes are stored once
    # under different names.
    name = models.CharField(max_length=MAX_FILE_NAME, blank=True)

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
    def page_url(self) -> str:
        """Return the URL at which it can be viewed."""
        if self.upload_id:
            return page_url("upload", self.upload_id)
        return page_url("image", self.image_id) if self.image_id else self.url

    @property
    def slot(self) -> str:
        """Return its value in a slot of the compose box."""
        if self.upload_id:
            return _upload_slot(self.upload_id, self.name)
        return f"image:{self.image_id}" if self.image_id else self.url

    @property
    def source(self) -> str | Upload | Image:
        """Return the upload (with its name in this reference), the image, or the URL."""
        if self.upload:
            self.upload.name = self.name
        return self.upload or self.image or self.url


class Upload(models.Model):
    """A member's file as a reference, re-encoded; equal bytes are stored once per member."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey("User", on_delete=models.PROTECT, related_name="uploads")
    # Digest of the original bytes, so that a repeated file is recognized before it is decoded.
    source_sha256 = models.CharField(max_length=64)
    file = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    mime = models.CharField(max_length=20)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size_bytes = models.PositiveBigIntegerField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    # The file's name where it is used now: set by callers that know it, stored with a reference.
    name: str = ""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "source_sha256"], name="one_upload_per_file")
        ]

    def __str__(self) -> str:
        return f"upload {self.pk}"

    @property
    def slot(self) -> str:
        """Return its value in a slot of the compose box."""
        return _upload_slot(self.pk, self.name)


class Draft(models.Model):
    """The content of a member's compose box, kept across reloads and devices."""

    user = models.OneToOneField("User", on_delete=models.CASCADE, related_name="draft")
    # The form's fields by name, as posted.
    content = models.JSONField(default=dict)
    updated_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"draft {self.pk}"


class NamedReference(NamedTuple):
    """The reference that a slot names: an `upload`, with its file name if known, or an `image`."""

    kind: str
    pk: uuid.UUID
    name: str


def named_reference(value: str) -> NamedReference | None:
    """Return the reference that a slot's `upload:<id>/<name>`, `upload:<id>` or `image:<id>` names;
    None for a URL or anything else."""
    kind, _colon, rest = value.partition(":")
    pk, _slash, name = rest.partition("/")
    if kind not in ("upload", "image"):
        return None
    try:
        return NamedReference(kind, uuid.UUID(pk), file_name(unquote(name)))
    except ValueError:
        return None


def file_name(given: str) -> str:
    """Return a display name for a member's file: without folders and control characters, and
    shortened in the middle, since its end shows the type."""
    base = re.split(r"[/\\]", given)[-1]
    shown = "".join(" " if one.isspace() else one for one in base if _is_shown(one))
    name = " ".join(shown.split())
    return name if len(name) <= MAX_FILE_NAME else f"{name[: MAX_FILE_NAME - 21]}…{name[-20:]}"


def _is_shown(character: str) -> bool:
    # Joiners hold letters and emoji together; all other format characters reorder or hide text.
    joins = character in "\u200c\u200d"
    return character.isspace() or joins or unicodedata.category(character)[0] != "C"


def _upload_slot(pk: uuid.UUID, name: str) -> str:
    return f"upload:{pk}/{quote(name, safe='')}" if name else f"upload:{pk}"
