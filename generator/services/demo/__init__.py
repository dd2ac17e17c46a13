"""A believable team with months of work, for demonstrations and for measurements.

Writes rows in bulk and stores a few painted images under many names (`manage.py seed_demo`).
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
# A little more than an average press makes, so that the history reaches the present.
IMAGES_A_PRESS = 2.7


class NotEmpty(Exception):
    """The studio already has real work."""


def people(password: str) -> list[User]:
    """Return the demo's members, creating missing ones. Raise `NotEmpty` beside real work."""
    if Batch.objects.exists():
        raise NotEmpty
    members = []
    for name, role in texts.PEOPLE:
        member = User.objects.filter(username=name).first()
        members.append(member or User.objects.create_user(name, password=password, role=role))
    return members


def seed(members: Sequence[User], originals: Sequence[files.Original], count: int) -> None:
    """Fill the studio with this many images, and with collections and favorites."""
    luck = Random(SEED)  # noqa: S311 - demo data, not a secret
    holds.read()
    makers = [member for member in members if member.can(Permission.GENERATE)]
    builder = rows.HistoryBuilder(makers, originals, SEED)
    for step in _steps(builder, count, luck):
        for original, image in zip(step.drawn, step.images, strict=True):
            files.name(original, image.file)
        _write(step)
    _collect(makers, luck)
    _mark(makers, luck)
    months.fold()
    statistics.refresh()


def _steps(builder: rows.HistoryBuilder, count: int, luck: Random) -> Iterator[rows.Rows]:
    """Yield the whole history in steps, oldest first; the last presses reach the exact count."""
    step, remaining = rows.Rows(), count
    for moment in rows.moments(int(count / IMAGES_A_PRESS) + 1, MONTHS, luck):
        if remaining <= 0:
            break
        remaining -= builder.press(step, moment, remaining)
        if len(step.images) >= STEP:
            yield step
            step = rows.Rows()
    while remaining > 0:
        late = timezone.now() - timedelta(minutes=luck.randrange(5, 3000))
        remaining -= builder.press(step, late, remaining)
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
    """Return some of the team's visible images, spread over the whole history."""
    ids = Image.objects.filter(private=False, trashed_at=None).values_list("pk", flat=True)
    known = list(ids)
    chosen = luck.sample(known, min(most, len(known)))
    return [Image(pk=pk) for pk in sorted(chosen, reverse=True)]


def _collect(makers: Sequence[User], luck: Random) -> None:
    images = _shown(luck, 4000)
    for number, name in enumerate(texts.COLLECTIONS):
        owner = makers[number % len(makers)]
        collection = Collection.objects.create(owner=owner, name=name, private=number == 10)
        some = luck.sample(images, min(luck.randrange(12, 400), len(images)))
        CollectionItem.objects.bulk_create(
            CollectionItem(
                collection=collection,
                image=image,
                position=rank * 1024,
                added_by=owner,
            )
            for rank, image in enumerate(some, 1)
        )


def _mark(makers: Sequence[User], luck: Random) -> None:
    images = _shown(luck, 6000)
    for member in makers:
        some = luck.sample(images, len(images) // 8)
        Favourite.objects.bulk_create(Favourite(user=member, image=image) for image in some)


@contextmanager
def stock(painted: Sequence[tuple[str, bytes]]) -> Iterator[list[files.Original]]:
    """Yield the painted images with their copies, in a temporary folder on the images' disk."""
    storage.temporary_dir().mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=storage.temporary_dir()) as name:
        folder = Path(name)
        yield [files.keep(folder, subject, n, png) for n, (subject, png) in enumerate(painted)]
