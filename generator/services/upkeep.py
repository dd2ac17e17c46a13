"""Tidying that nobody waits for."""

from __future__ import annotations

from django.core.management import call_command

from generator import storage, taskqueue
from generator.services import uploads


def tidy() -> None:
    """Remove abandoned drafts of files, uploads that nobody used, old rows of the queue, and
    sessions that have ended."""
    storage.sweep_drafts()
    uploads.purge()
    taskqueue.prune()
    call_command("clearsessions")
