"""`manage.py seed_demo`: an empty studio filled with a team's months of work."""

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
# Small, so that a browser has little to load and a disk little to hold.
SCALE = 0.5
VARIATIONS = 3


class Command(BaseCommand):
    """Fills an empty studio; refuses one that has work of its own."""

    help = "Fills an empty studio with a demo team, their images, collections and favourites."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        add = parser.add_argument
        add("--images", type=int, default=2000, help="how many images (%(default)s)")
        add("--subjects", type=int, default=len(texts.SUBJECTS), help="how many are distinct")
        add("--password", default="", help="of the demo's members; one is made up if not given")

    def handle(self, *args: Any, **options: Any) -> None:
        """Paint a few images, and tell the story around them."""
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
                "This studio has batches already; the demo wants an empty one."
            ) from None
        painted = list(_paintings(options["subjects"]))
        with demo.stock(painted) as originals:
            self.stdout.write(f"painted {len(painted)} in {time.monotonic() - began:.1f} s")
            demo.seed(members, originals, options["images"])
        names = ", ".join(member.username for member in members)
        self.stdout.write(
            f"{options['images']} images in {time.monotonic() - began:.1f} s\n"
            f"Log in as one of {names}; the password is {password}"
        )


def _paintings(subjects: int) -> Iterator[tuple[str, bytes]]:
    """Some variations of each subject, in one shape, so that a batch looks like one."""
    for number, subject in enumerate(texts.SUBJECTS[:subjects]):
        width, height = (round(side * SCALE) for side in SIZES[SHAPES[number % len(SHAPES)]])
        for variation in range(VARIATIONS):
            yield subject, paint(Order(subject, "google/gempix2", f"{variation}", width, height))
