"""Named conditions on rows, so that a query reads as its sentence."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from generator.models.jobs import Job  # noqa: F401 - the base class names it in a string

# No wait in this product is longer. A `due_at` beyond it comes from a clock that was set back
# since, and is due rather than lost for an hour or a day.
LONGEST_WAIT = timedelta(minutes=20)


class JobQuerySet(models.QuerySet["Job"]):
    def due(self, now: datetime) -> Self:
        """Rows that the sweep should look at, the longest due first."""
        is_due = Q(due_at__lte=now) | Q(due_at__gt=now + LONGEST_WAIT)
        return self.filter(is_due).order_by("due_at", "id")
