"""A believable team with months of work, for demonstrations and for measuring.

Writes rows in bulk and gives a few painted images many names (`manage.py seed_demo`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from django.db import transaction
from django.utils import timezone

from generator.media import storage
from generator.models import (
    Batch,
    Collection,
    CollectionItem,
    Favourite,
    Image,
    Job,
    LedgerEntry,
    Reference,
    SearchEntry,
    User,
    statistics,
)
from generator.permissions import Permission
from generator.services import holds, months
from generator.services.demo import files, rows, texts

SEED = 4
STEP = 1500
MONTHS = 24
# A little more than come, so that the story reaches until now.
IMAGES_A_PRESS = 2.7


class NotEmpty(Exception):
    """The studio has work of its own."""


def people(password: str) -> list[User]:
    """The demo's members, made if they are not there; raises `NotEmpty` beside real work."""
    if Batch.objects.exists():
        raise NotEmpty
    found = []
    for name, role in texts.PEOPLE:
        member = User.objects.filter(username=name).first()
        found.append(member or User.objects.create_user(name, password=password, role=role))
    return found


def seed(members: Sequence[User], originals: Sequence[files.Original], count: int) -> None:
    """Fill the studio with so many images, and with what a team does with them."""
    luck = Random(SEED)  # noqa: S311 - a story, no secret
    holds.read()
    makers = [member for member in members if member.can(Permission.GENERATE)]
    builder = rows.HistoryBuilder(makers, originals, SEED)
    for step in _told(builder, count, luck):
        for original, image in zip(step.drawn, step.images, strict=True):
            files.name(original, image.file)
        _write(step)
    _collect(makers, luck)
    _mark(makers, luck)
    months.fold()
    statistics.refresh()


def _told(builder: rows.HistoryBuilder, count: int, luck: Random) -> Iterator[rows.Rows]:
    """The whole story in steps, oldest first; the last presses fill up to the exact count."""
    step, left = rows.Rows(), count
    for moment in rows.moments(int(count / IMAGES_A_PRESS) + 1, MONTHS, luck):
        if left <= 0:
            break
        left -= builder.press(step, moment, left)
        if len(step.images) >= STEP:
            yield step
            step = rows.Rows()
    while left > 0:
        late = timezone.now() - timedelta(minutes=luck.randrange(5, 3000))
        left -= builder.press(step, late, left)
    yield step


def _write(step: rows.Rows) -> None:
    taken: set[int] = set()
    for entry in step.entries:
        while entry.place in taken:
            entry.place += 1
        taken.add(entry.place)
    with transaction.atomic():
        Batch.objects.bulk_create(step.batches, batch_size=STEP)
        Reference.objects.bulk_create(step.references, batch_size=STEP)
        Job.objects.bulk_create(step.jobs, batch_size=STEP)
        LedgerEntry.objects.bulk_create(step.ledger, batch_size=STEP)
        Image.objects.bulk_create(step.images, batch_size=STEP)
        SearchEntry.objects.bulk_create(step.entries, batch_size=STEP)


def _shown(luck: Random, most: int) -> list[Image]:
    """Some images of the team's, spread over all of its time."""
    ids = Image.objects.filter(private=False, trashed_at=None).values_list("pk", flat=True)
    known = list(ids)
    chosen = luck.sample(known, min(most, len(known)))
    return [Image(pk=pk) for pk in sorted(chosen, reverse=True)]


def _collect(makers: Sequence[User], luck: Random) -> None:
    images = _shown(luck, 4000)
    for number, name in enumerate(texts.COLLECTIONS):
        owner = makers[number % len(makers)]
        album = Collection.objects.create(owner=owner, name=name, private=number == 10)
        some = luck.sample(images, min(luck.randrange(12, 400), len(images)))
        CollectionItem.objects.bulk_create(
            CollectionItem(collection=album, image=image, position=place * 1024, added_by=owner)
            for place, image in enumerate(some, 1)
        )


def _mark(makers: Sequence[User], luck: Random) -> None:
    images = _shown(luck, 6000)
    for member in makers:
        some = luck.sample(images, len(images) // 8)
        Favourite.objects.bulk_create(Favourite(user=member, image=image) for image in some)


@contextmanager
def stock(painted: Sequence[tuple[str, bytes]]) -> Iterator[list[files.Original]]:
    """The painted images with their copies, aside on the images' disk as long as needed."""
    storage.temporary_dir().mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=storage.temporary_dir()) as name:
        folder = Path(name)
        yield [files.keep(folder, subject, n, png) for n, (subject, png) in enumerate(painted)]
