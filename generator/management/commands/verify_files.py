"""`manage.py verify_files`: compare the image files with the database; make thumbnails again."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from generator.services import file_audit


class Command(BaseCommand):
    help = "Find missing, changed and orphaned image files. The exit code is 1 if there are any."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--quick", action="store_true", help="compare sizes only; do not read the files"
        )

        parser.add_argument(
            "--repair", action="store_true", help="make missing thumbnails again, then compare"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["repair"]:
            for name, made in file_audit.repair():
                self.stdout.write(f"{'repaired' if made else 'failed':10} {name}")
        totals: Counter[str] = Counter()
        for finding in file_audit.verify(contents=not options["quick"]):
            totals[finding.kind] += 1
            self.stdout.write(f"{finding.kind:10} {finding.name} {finding.image_id}".rstrip())
        if totals:
            counts = ", ".join(f"{count} {kind}" for kind, count in sorted(totals.items()))
            raise CommandError(f"Found {counts}.")
        self.stdout.write("All image files match the database.")
