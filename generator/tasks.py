"""What the queue calls: one service call each, harmless at any time and any number of times."""

from __future__ import annotations

from django.conf import settings

from generator.services import sweep as sweeps
from generator.services import upkeep


def sweep() -> None:
    """Move every due job on, for as long as the sweep's time budget lasts."""
    sweeps.run(settings.GEMPIX_SWEEP_SECONDS)


def tidy() -> None:
    """Remove what nobody needs any more: abandoned drafts of files, old rows of the queue."""
    upkeep.tidy()
