"""Tidying that nobody waits for."""

from __future__ import annotations

from django.core.management import call_command

from generator import taskqueue
from generator.media import storage
from generator.models import statistics
from generator.services import bulk, collections, months, trash, uploads

# Together well under the queue's timeout for a task.
PURGE_SECONDS = 30


def run() -> None:
    """Remove abandoned drafts of files, uploads that nobody used, old rows of the queue, sessions
    that have ended, what has lain in the trash for too long, and the memory of what was done to
    many images; sum up the months' counts, and tell the planner how large things have become."""
    storage.sweep_temporary_files()
    uploads.purge()
    taskqueue.prune()
    months.fold()
    statistics.refresh()
    call_command("clearsessions")
    collections.purge()
    bulk.purge()
    trash.expire()
    if trash.purge(PURGE_SECONDS):
        taskqueue.nudge_maintenance()
