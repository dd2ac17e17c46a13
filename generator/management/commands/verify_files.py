"""`manage.py verify_files`: are the images' files what the database says?"""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from generator.services import file_audit


class Command(BaseCommand):
    help = "Finds missing, changed and orphaned image files. Exit code 1 when there are any."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--quick", action="store_true", help="Compare sizes alone; do not read the files."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        found: Counter[str] = Counter()
        for finding in file_audit.verify(contents=not options["quick"]):
            found[finding.kind] += 1
            self.stdout.write(f"{finding.kind:10} {finding.name} {finding.image_id}".rstrip())
        if found:
            counts = ", ".join(f"{count} {kind}" for kind, count in sorted(found.items()))
            raise CommandError(f"Not as it should be: {counts}.")
        self.stdout.write("Every image's file is as the database says.")
