"""Tidying that nobody waits for."""

from __future__ import annotations

from django.core.management import call_command

from generator import storage, taskqueue
from generator.services import months


def tidy() -> None:
    """Remove abandoned drafts of files, old rows of the queue, and sessions that have ended;
    sum up the months' counts."""
    storage.sweep_drafts()
    taskqueue.prune()
    months.fold()
    call_command("clearsessions")
