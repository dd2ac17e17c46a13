"""Stored results."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from generator.models.ids import new_id
from generator.models.months import this_month
from generator.page_urls import page_url

# What galleries show; all other images are in the trash.
SHOWN = models.Q(trashed_at__isnull=True)
# Above this, no page loads an image: decoded, it takes gigabytes of the browser's memory. Smaller
# copies are made up to the same limit (`media.decoding`).
MOST_SHOWN_PIXELS = 50_000_000
# The best rating; the worst is 1.
BEST = 5


class Shape(models.TextChoices):
    SQUARE = "square", _("Square")
    LANDSCAPE = "landscape", _("Landscape")
    PORTRAIT = "portrait", _("Portrait")


def shape_of(width: int, height: int) -> Shape:
    """Return the shape of these dimensions; up to 5 % off a square still counts as square."""
    if abs(width - height) <= 0.05 * max(width, height):
        return Shape.SQUARE
    return Shape.LANDSCAPE if width > height else Shape.PORTRAIT


class Image(models.Model):
    """One stored image; its bytes are in `file`, relative to the images' folder."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    job = models.ForeignKey("Job", on_delete=models.PROTECT, related_name="images")
    index = models.PositiveSmallIntegerField(default=0)
    # The batch's owner, copied so that a member's gallery needs one index and no join.
    owner = models.ForeignKey("User", on_delete=models.PROTECT, related_name="images")
    file = models.CharField(max_length=100, unique=True)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveBigIntegerField()
    mime = models.CharField(max_length=20)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    # Widths of the WebP copies that exist beside the original, ascending. Empty if none could be
    # made; pages then show the original, unless it is too large.
    thumbnail_widths = models.JSONField(default=list)
    # The mean color as `#rrggbb`, shown as a placeholder while loading; empty if unknown.
    color = models.CharField(max_length=7, blank=True)
    shape = models.CharField(max_length=9, choices=Shape.choices, blank=True)
    # The batch's values, copied so that a filter needs one index and no join.
    model = models.CharField(max_length=100, blank=True)
    has_references = models.BooleanField(default=False)

    # Visible to its owner alone. A new image takes this from its batch.
    private = models.BooleanField(default=False)
    # The team's note, and who changed it last, so that two writers learn of each other.
    note = models.TextField(blank=True)
    note_by = models.ForeignKey("User", on_delete=models.SET_NULL, null=True, related_name="+")
    note_at = models.DateTimeField(null=True)
    # The team's rating, 1 to 5; 0 is none. Only a `BulkAction` changes it, and stores the old one.
    rating = models.PositiveSmallIntegerField(default=0)
    # When it was moved to the trash; only its owner and admins move it there and restore it.
    trashed_at = models.DateTimeField(null=True)
    trashed_by = models.ForeignKey("User", on_delete=models.SET_NULL, null=True, related_name="+")
    # When it was permanently deleted. The row stays until its files are removed, or forever if
    # images were made from it. `size_bytes` is 0 once its files are gone.
    purged_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    # The month in which it was made, for counts (`models.months`).
    month = models.CharField(max_length=7, default=this_month, editable=False)

    class Meta:
        ordering: ClassVar = ["job", "index"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["job", "index"], name="one_image_per_result"),
            models.CheckConstraint(condition=models.Q(rating__lte=BEST), name="rating_up_to_five"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["owner", "-id"], name="image_by_owner", condition=SHOWN),
            models.Index(fields=["-id"], name="image_shown", condition=SHOWN),
            models.Index(fields=["model", "-id"], name="image_by_model", condition=SHOWN),
            models.Index(fields=["shape", "-id"], name="image_by_shape", condition=SHOWN),
            models.Index(
                fields=["-id"],
                name="image_with_references",
                condition=SHOWN & models.Q(has_references=True),
            ),
            models.Index(
                fields=["owner", "-id"],
                name="image_private",
                condition=SHOWN & models.Q(private=True),
            ),
            models.Index(
                fields=["trashed_at"],
                name="image_trashed",
                condition=models.Q(trashed_at__isnull=False),
            ),
            models.Index(
                fields=["id"],
                name="image_to_purge",
                condition=models.Q(purged_at__isnull=False, size_bytes__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return f"image {self.pk}"

    def get_absolute_url(self) -> str:
        return page_url("image", self.pk)

    @property
    def too_large_to_show(self) -> bool:
        """Return whether pages show a placeholder instead of the image."""
        return not self.thumbnail_widths and self.width * self.height > MOST_SHOWN_PIXELS

    @property
    def days_left(self) -> int:
        """Return the days until it is permanently deleted from the trash, counting the last one."""
        retention = timedelta(days=settings.GEMPIX_TRASH_DAYS)
        remaining = (self.trashed_at or timezone.now()) + retention - timezone.now()
        return max(1, -(-remaining // timedelta(days=1)))


class Favourite(models.Model):
    """A member's mark on an image, their own or a colleague's."""

    user = models.ForeignKey("User", on_delete=models.CASCADE, related_name="favourites")
    image = models.ForeignKey("Image", on_delete=models.CASCADE, related_name="favourites")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "image"], name="one_favourite_per_member")
        ]
        indexes: ClassVar = [models.Index(fields=["user", "-image"], name="favourite_by_user")]

    def __str__(self) -> str:
        return f"favourite {self.pk}"
