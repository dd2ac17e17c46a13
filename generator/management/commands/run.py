"""`manage.py run`: run the whole studio until Ctrl-C."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand

from generator.supervisor import stack
from generator.supervisor.locks import CannotStart


class Command(BaseCommand):
    help = "Run the studio: web server, worker and, without an API key, the sandbox."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            stack.run()
        except CannotStart as error:
            sys.exit(f"gempix: {error}")
        except KeyboardInterrupt:
            sys.exit(130)  # before anything was started
