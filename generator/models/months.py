"""How many images each month has, without counting them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone


def this_month() -> str:
    """Return the current month, `2026-11`, in the studio's time zone."""
    return timezone.localtime().strftime("%Y-%m")


class MonthCount(models.Model):
    """A number of images outside the trash, by month and by the values that filters use.

    Triggers on the images' table (`models.triggers`) add a row for each change, so no code can
    forget it and no two transactions wait for the same counter. The sum of the rows is the count,
    and `services.months.fold` merges them.
    """

    month = models.CharField(max_length=7)
    # Written by a trigger, also while its member is deleted: so without a database constraint.
    owner = models.ForeignKey(
        "User", on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    model = models.CharField(max_length=100)
    shape = models.CharField(max_length=9)
    has_references = models.BooleanField()
    private = models.BooleanField()
    # The column keeps its name of 0.3.0.
    pictures = models.IntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["month"], name="count_by_month")]

    def __str__(self) -> str:
        return f"{self.pictures} images in {self.month}"
