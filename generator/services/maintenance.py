"""Cleaning up in the background."""

from __future__ import annotations

from django.core.management import call_command

from generator import taskqueue
from generator.media import storage
from generator.models import statistics
from generator.services import bulk, collections, months, throttles, trash, uploads

# Together well under the queue's timeout for a task.
PURGE_SECONDS = 30


def run() -> None:
    """Remove abandoned temporary files, unused uploads, old rows of the queue, expired sessions,
    counts of past attempts, images that have been in the trash for too long, and bulk actions past
    their undo; merge the months' counts, and refresh the planner's statistics."""
    storage.sweep_temporary_files()
    uploads.purge()
    taskqueue.prune()
    months.fold()
    statistics.refresh()
    call_command("clearsessions")
    throttles.purge()
    collections.purge()
    bulk.purge()
    trash.expire()
    if trash.purge(PURGE_SECONDS):
        taskqueue.nudge_maintenance()
