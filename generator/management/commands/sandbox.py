"""`manage.py sandbox`: run the sandbox, a stand-in for the image service."""

import errno
import signal
from decimal import Decimal, InvalidOperation
from pathlib import Path
from threading import Event
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from generator.sandbox.choosing import listing
from generator.sandbox.journal import JournalError
from generator.sandbox.server import START_CREDITS, Sandbox


class Command(BaseCommand):
    """Serve the sandbox until SIGTERM or SIGINT."""

    help = "Run a stand-in for the vendor's image API: same calls, no key, no charges."
    # It needs neither database nor templates, and must start even if the app cannot.
    requires_system_checks = []  # noqa: RUF012 - Django's own declaration

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options; the defaults come from the settings."""
        port, seconds = settings.GEMPIX_SANDBOX_PORT, settings.GEMPIX_SANDBOX_SECONDS
        scale = settings.GEMPIX_SANDBOX_SIZE_PERCENT / 100
        add = parser.add_argument
        add("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
        add("--port", type=int, default=port, help="port, 0 for any (%(default)s)")
        add("--duration", type=float, default=seconds, help="seconds per task (%(default)s)")
        add("--exact", action="store_true", help="do not vary the duration")
        add("--credits", default=str(START_CREDITS), help="initial balance (%(default)s)")
        add("--public-url", default="", help="base URL of the result files")
        add(
            "--state",
            type=Path,
            default=Path(settings.GEMPIX_DATA_DIR) / "sandbox.json",
            help="file that keeps tasks across restarts (%(default)s)",
        )
        add("--no-state", action="store_true", help="keep tasks in memory only")
        add(
            "--image-scale",
            type=float,
            default=scale,
            help="scale of the sides (%(default)s)",
        )
        add("--verbose", action="store_true", help="print one line per request to stderr")
        add("--list", action="store_true", help="list the scenarios and exit")

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve, or list the scenarios."""
        if options["list"]:
            self.stdout.write(listing())
            return
        sandbox = self._sandbox(options)
        try:
            sandbox.start()
        except JournalError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(_reason(error, options["host"], options["port"])) from error
        stop = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        self.stdout.write(f"Sandbox at {sandbox.url}")
        self.stdout.flush()
        stop.wait()
        sandbox.stop()

    def _sandbox(self, options: dict[str, Any]) -> Sandbox:
        try:
            balance = Decimal(options["credits"])
        except InvalidOperation as error:
            raise CommandError("--credits must be a number.") from error
        if not 0 <= options["duration"] <= 86_400:
            raise CommandError("--duration must be between 0 and 86400 seconds.")
        if not 0 < options["image_scale"] <= 1:
            raise CommandError("--image-scale must be above 0 and at most 1.")
        return Sandbox(
            options["host"],
            options["port"],
            duration_seconds=options["duration"],
            exact=options["exact"],
            credits=balance,
            public_url=options["public_url"],
            state_file=None if options["no_state"] else options["state"],
            image_scale=options["image_scale"],
            verbose=options["verbose"],
        )


def _reason(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is already in use; choose another with --port."
    return f"Cannot listen on {host} port {port}: {error.strerror or error}."
