"""Named conditions on rows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from generator.models.jobs import Job  # noqa: F401 - the base class names it in a string

# No wait or pause in this product is longer; `generator.checks` refuses settings that would be. A
# time further ahead was written before the clock was set back, so it counts as reached: otherwise
# its job would be lost for an hour or a day.
LONGEST_WAIT = timedelta(minutes=20)


class DueQuerySet(models.QuerySet[Any]):
    def due(self, now: datetime) -> Self:
        """Return the rows that the sweep should process, the longest due first."""
        is_due = Q(due_at__lte=now) | Q(due_at__gt=now + LONGEST_WAIT)
        return self.filter(is_due).order_by("due_at", "id")


if TYPE_CHECKING:

    class JobQuerySet(DueQuerySet, models.QuerySet["Job"]): ...

else:
    JobQuerySet = DueQuerySet
