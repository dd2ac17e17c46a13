"""What the queue calls, by name: one call each, harmless at any time and any number of times."""

from __future__ import annotations

from django.conf import settings

from generator.services import maintenance
from generator.worker import sweep


def sweep_due() -> None:
    """Move every due job forward, for as long as the sweep's time budget lasts."""
    sweep.run(settings.GEMPIX_SWEEP_SECONDS, stay=True)


def run_maintenance() -> None:
    """Remove what nobody needs any more, such as abandoned temporary files."""
    maintenance.run()
