"""`manage.py run`: run the whole studio until Ctrl-C."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from generator.supervisor import stack
from generator.supervisor.locks import CannotStart


class Command(BaseCommand):
    help = "Run the studio: web server, worker and, without an API key, the sandbox."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--hold",
            action="store_true",
            help="start with generating paused, for a copy or a restored backup: nothing is sent "
            "until an admin resumes it in Settings",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            stack.run(hold=options["hold"])
        except CannotStart as error:
            sys.exit(f"gempix: {error}")
        except KeyboardInterrupt:
            sys.exit(130)  # before anything was started
