"""Actions on many images at once, and what each of them changed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from generator.models.ids import new_id


class BulkAction(models.Model):
    """One action on many images, with what is needed to undo it.

    Its `changes` are the images that it really changed; undoing reverts exactly those. A large
    action runs in the background, in steps: `cursor` is the last image processed, and `finished_at`
    is set once neither the action nor its undoing has anything left to do.
    """

    class Kind(models.TextChoices):
        TRASH = "trash", _("Moved to the trash")
        RESTORE = "restore", _("Restored")
        FAVOURITE = "favourite", _("Marked as favourites")
        UNFAVOURITE = "unfavourite", _("No longer favourites")
        COLLECT = "collect", _("Added to a collection")
        UNCOLLECT = "uncollect", _("Taken out of a collection")
        MAKE_PRIVATE = "private", _("Made private")
        MAKE_TEAM = "team", _("Shown to the team")
        RATE = "rate", _("Rated")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey("User", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    collection = models.ForeignKey("Collection", on_delete=models.CASCADE, null=True)
    # The collection was created for this action, so undoing deletes it.
    made_collection = models.BooleanField(default=False)
    # The rating to set: 1 to 5, or 0 to clear it.
    rating = models.PositiveSmallIntegerField(default=0)
    # Either the selected ids (`chosen`), or all images that match the filters (`every`, with
    # `filters` as a query string).
    chosen = models.JSONField(default=list)
    filters = models.TextField(blank=True)
    every = models.BooleanField(default=False)
    # Counts of images: selected, processed, changed, skipped because they belong to colleagues, and
    # reverted by undoing.
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)
    given_back = models.PositiveIntegerField(default=0)
    cursor = models.UUIDField(null=True)
    # Failed steps in a row; the action is abandoned after a few.
    failures = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    finished_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["id"],
                name="bulk_unfinished",
                condition=models.Q(finished_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.total} images"


class BulkChange(models.Model):
    """One image that an action changed, and its previous state as far as undoing needs it."""

    action = models.ForeignKey(BulkAction, on_delete=models.CASCADE, related_name="changes")
    image = models.ForeignKey("Image", on_delete=models.CASCADE, related_name="+")
    before = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["action", "image"], name="one_change_per_picture")
        ]

    def __str__(self) -> str:
        return f"change {self.pk} of action {self.action_id}"
