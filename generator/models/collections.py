"""Collections of images, ordered by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.utils import timezone

from generator.models.ids import new_id
from generator.page_urls import page_url

if TYPE_CHECKING:
    from generator.models.images import Image


class LiveCollections(models.Manager["Collection"]):
    """Collections without the deleted ones, which wait for an undo or for maintenance."""

    def get_queryset(self) -> models.QuerySet[Collection]:
        return super().get_queryset().filter(deleted_at__isnull=True)


class Collection(models.Model):
    """An ordered set of images; a private one is visible to its owner alone."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey("User", on_delete=models.PROTECT, related_name="collections")
    name = models.CharField(max_length=120)
    private = models.BooleanField(default=False)
    # None: the first image is the cover.
    cover = models.ForeignKey("Image", on_delete=models.SET_NULL, null=True, related_name="+")
    images: models.ManyToManyField[Image, CollectionItem] = models.ManyToManyField(
        "Image", through="CollectionItem", related_name="collections"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now)
    # Deleted, but undo can restore it until maintenance removes the row.
    deleted_at = models.DateTimeField(null=True)

    objects: ClassVar[LiveCollections] = LiveCollections()
    with_deleted: ClassVar[models.Manager[Collection]] = models.Manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["-updated_at"], name="collection_by_update")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return page_url("collection", self.pk)


class CollectionItem(models.Model):
    """An image's position in a collection. Positions have gaps, so that a move writes one row."""

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="items")
    image = models.ForeignKey("Image", on_delete=models.CASCADE, related_name="places")
    position = models.BigIntegerField()
    added_by = models.ForeignKey("User", on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["collection", "image"], name="one_place_per_collection")
        ]
        indexes: ClassVar = [
            models.Index(fields=["collection", "position", "id"], name="item_in_order")
        ]

    def __str__(self) -> str:
        return f"item {self.pk}"
