"""How many images each month has, without counting them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone


def this_month() -> str:
    """`2026-11`, in the studio's time zone."""
    return timezone.localtime().strftime("%Y-%m")


class MonthCount(models.Model):
    """Images outside the trash by month and by the facts that filters ask for.

    Triggers on the images' table (`models.triggers`) add a row for each change, so no code can
    forget it and no two transactions wait for each other's counter; the sum is what counts, and
    `services.months.fold` makes one row of many.
    """

    month = models.CharField(max_length=7)
    # A trigger writes it, also while its member goes: the database is not asked to agree.
    owner = models.ForeignKey(
        "User", on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    model = models.CharField(max_length=100)
    shape = models.CharField(max_length=9)
    has_references = models.BooleanField()
    private = models.BooleanField()
    # As the column has been called since 0.3.0.
    pictures = models.IntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["month"], name="count_by_month")]

    def __str__(self) -> str:
        return f"{self.pictures} images in {self.month}"
