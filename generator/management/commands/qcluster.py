"""`manage.py qcluster`: the worker. django-q2's own command, with a cluster that stops promptly."""

from __future__ import annotations

import os
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from generator import taskqueue
from generator.supervisor import lifeline


class Command(BaseCommand):
    help = "Runs the background worker."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--run-once", action="store_true", help="Start, then stop.")
        parser.add_argument("-n", "--name", help="The queue's name, if not the default.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["name"]:
            os.environ["Q_CLUSTER_NAME"] = options["name"]
        lifeline.tie_forks()  # a killed leader must not leave its helpers at work
        cluster = taskqueue.StoppableCluster()
        cluster.start()
        if options["run_once"]:
            cluster.stop()
