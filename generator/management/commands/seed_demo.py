"""`manage.py seed_demo`: fill an empty studio with a team's months of work."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, ProgrammingError

from generator.sandbox.painter import SIZES, Order, paint
from generator.services import demo
from generator.services.demo import texts

SHAPES = ("1:1", "16:9", "3:4", "3:2", "9:16", "4:3")
# Small, so that pages load fast and files take little space.
SCALE = 0.5
VARIATIONS = 3


class Command(BaseCommand):
    """Fill an empty studio; refuse one that has batches."""

    help = "Fill an empty studio with a demo team, its images, collections and favorites."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        add = parser.add_argument
        add("--images", type=int, default=2000, help="number of images (%(default)s)")
        add(
            "--subjects",
            type=int,
            default=len(texts.SUBJECTS),
            help="number of distinct subjects (%(default)s)",
        )
        add("--password", default="", help="password of the demo members; random if not given")

    def handle(self, *args: Any, **options: Any) -> None:
        """Paint a few images and use them for all of the demo's rows."""
        began = time.monotonic()
        password = options["password"] or secrets.token_urlsafe(9)
        if options["images"] < 1 or options["subjects"] < 1:
            raise CommandError("--images and --subjects must be at least 1.")
        try:
            members = demo.people(password)
        except (OperationalError, ProgrammingError):
            raise CommandError(
                "This studio has no tables yet. Start it once, or run manage.py migrate."
            ) from None
        except demo.NotEmpty:
            raise CommandError(
                "This studio already has batches; the demo needs an empty one."
            ) from None
        painted = list(_paintings(options["subjects"]))
        with demo.stock(painted) as originals:
            self.stdout.write(f"Painted {len(painted)} images in {time.monotonic() - began:.1f} s")
            demo.seed(members, originals, options["images"])
        names = ", ".join(member.username for member in members)
        self.stdout.write(
            f"Stored {options['images']} images in {time.monotonic() - began:.1f} s\n"
            f"Log in as {names}; the password is {password}"
        )


def _paintings(subjects: int) -> Iterator[tuple[str, bytes]]:
    """Yield some variations of each subject in one shape, so that they look like a batch."""
    for number, subject in enumerate(texts.SUBJECTS[:subjects]):
        width, height = (round(side * SCALE) for side in SIZES[SHAPES[number % len(SHAPES)]])
        for variation in range(VARIATIONS):
            yield subject, paint(Order(subject, "google/gempix2", f"{variation}", width, height))
