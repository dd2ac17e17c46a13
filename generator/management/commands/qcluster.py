"""`manage.py qcluster`: run the worker. django-q2's own command, but its cluster stops promptly."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from generator import taskqueue
from generator.supervisor import lifeline


class Command(BaseCommand):
    help = "Run the background worker."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--run-once", action="store_true", help="start, then stop")
        parser.add_argument("-n", "--name", help="name of the queue, if not the default")

    def handle(self, *args: Any, **options: Any) -> None:
        # Load every view, so that no forked worker has to.
        import_module(settings.ROOT_URLCONF)
        if options["name"]:
            os.environ["Q_CLUSTER_NAME"] = options["name"]
        lifeline.tie_forks()  # a killed leader must not leave its helpers running
        cluster = taskqueue.StoppableCluster()
        cluster.start()
        if options["run_once"]:
            cluster.stop()
