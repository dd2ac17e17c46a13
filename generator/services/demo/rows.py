"""The demo's batches, jobs and images as rows, drawn at random from a seed."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from django.utils import timezone

from generator import catalog
from generator.media import storage
from generator.models import (
    Batch,
    Image,
    Job,
    LedgerEntry,
    Reference,
    SearchEntry,
    User,
    shape_of,
)
from generator.models.search import batch_facets, entry_words, image_facets, sort_key
from generator.services.demo import texts
from generator.services.demo.files import Original
from generator.state import Status

# Statuses of jobs without an image, repeated by their frequency.
ENDS = (*[Status.FAILED] * 4, *[Status.NO_IMAGE] * 3, Status.LOST, Status.UNCONFIRMED)
# Images that are rated at all are mostly good.
RATINGS = (1, 2, 3, 3, 4, 4, 4, 5, 5)
COUNTS = (1, 1, 1, 2, 2, 2, 3, 4, 4, 8)
SECONDS = timedelta(seconds=1)


@dataclass(slots=True)
class Rows:
    """Rows to write together, in the order of their dependencies."""

    batches: list[Batch] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    ledger: list[LedgerEntry] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    entries: list[SearchEntry] = field(default_factory=list)
    drawn: list[Original] = field(default_factory=list)


class HistoryBuilder:
    """Builds one press of Generate after another; the same seed builds the same history."""

    def __init__(self, people: Sequence[User], originals: Sequence[Original], seed: int) -> None:
        self.luck = Random(seed)  # noqa: S311 - demo data, not a secret
        self.people = people
        self.originals: dict[str, list[Original]] = {}
        for original in originals:
            self.originals.setdefault(original.subject, []).append(original)
        self.subjects = list(self.originals)
        self.models = catalog.offered()

    def press(self, rows: Rows, moment: datetime, most: int) -> int:
        """Add one batch at this moment, with at most this many images; return how many."""
        luck = self.luck
        subject = luck.choice(self.subjects)
        model = luck.choices(self.models, range(len(self.models), 0, -1))[0]
        batch = Batch(
            id=self._id(moment),
            owner=luck.choice(self.people),
            prompt=self._prompt(subject),
            model=model.id,
            count=min(luck.choice(COUNTS), most),
            form_token=f"demo-{luck.getrandbits(64):x}",
            private=luck.random() < 0.03,
            created_at=moment,
        )
        referenced = luck.random() < 0.22
        rows.batches.append(batch)
        if referenced:
            rows.references.append(
                Reference(batch=batch, position=1, url="https://example.org/mood.jpg")
            )
        facets = batch_facets(batch.owner_id, model.id, referenced)
        self._enter(rows, batch.pk, entry_words(facets, batch.prompt), batch=batch)
        ended = moment
        images = 0
        for index in range(batch.count):
            ended += luck.uniform(5, 25) * SECONDS
            job = self._job(rows, batch, index, ended, model.price_credits)
            if job.status == Status.SUCCEEDED:
                self._image(rows, job, luck.choice(self.originals[subject]), referenced)
                images += 1
        return images

    def _job(self, rows: Rows, batch: Batch, index: int, ended: datetime, price: Decimal) -> Job:
        luck = self.luck
        failed = luck.random() < 0.05
        status = luck.choice(ENDS) if failed else Status.SUCCEEDED
        known = status not in (Status.LOST, Status.UNCONFIRMED)
        job = Job(
            id=self._id(batch.created_at),
            batch=batch,
            index=index,
            price_credits=price,
            sandbox=True,
            status=status,
            entered_at=ended,
            due_at=None,
            version=5,
            attempts=1,
            submitted_at=batch.created_at + SECONDS,
            ended_at=ended if known else None,
            reason=luck.choice(texts.REASONS) if failed and known else "",
            consumed_credits=price if known else None,
        )
        rows.jobs.append(job)
        kinds = LedgerEntry.Kind
        rows.ledger.append(
            LedgerEntry(job=job, kind=kinds.RESERVED, credits=price, at=batch.created_at)
        )
        if known:
            rows.ledger.append(LedgerEntry(job=job, kind=kinds.SETTLED, credits=price, at=ended))
        return job

    def _image(self, rows: Rows, job: Job, original: Original, referenced: bool) -> None:
        luck, batch, info = self.luck, job.batch, original.info
        ended = job.ended_at or batch.created_at
        month = timezone.localtime(ended).strftime("%Y-%m")
        note = luck.choice(texts.NOTES).format(month=month) if luck.random() < 0.05 else ""
        rating = luck.choice(RATINGS) if luck.random() < 0.15 else 0
        image = Image(
            id=self._id(ended),
            job=job,
            owner_id=batch.owner_id,
            file=storage.image_name(job.pk, 0, info.mime),
            sha256=original.sha256,
            size_bytes=original.size_bytes,
            mime=info.mime,
            width=info.width,
            height=info.height,
            thumbnail_widths=original.copies.widths,
            color=original.copies.color,
            shape=shape_of(info.width, info.height),
            model=batch.model,
            has_references=referenced,
            private=batch.private,
            note=note,
            rating=rating,
            trashed_at=ended if luck.random() < 0.01 else None,
            created_at=ended,
            month=month,
        )
        rows.images.append(image)
        rows.drawn.append(original)
        rated = range(1, rating + 1)
        facets = image_facets(batch.owner_id, batch.model, image.shape, referenced, rated)
        self._enter(rows, image.pk, entry_words(facets, batch.prompt, note), image=image)

    def _enter(self, rows: Rows, pk: uuid.UUID, words: str, **row: Batch | Image) -> None:
        rows.entries.append(SearchEntry(place=sort_key(pk), words=words, **row))

    def _prompt(self, subject: str) -> str:
        luck = self.luck
        words = luck.choice(texts.ELSEWHERE) if luck.random() < 0.06 else subject
        return f"{words}, {luck.choice(texts.STYLES)}, {luck.choice(texts.MOODS)}"

    def _id(self, moment: datetime) -> uuid.UUID:
        """Return a UUIDv7 of that moment."""
        milliseconds = int(moment.timestamp() * 1000)
        bits = self.luck.getrandbits(74)
        high, low = bits >> 62, bits & (1 << 62) - 1
        return uuid.UUID(int=milliseconds << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low)


def moments(count: int, months: int, luck: Random) -> list[datetime]:
    """Return when a team presses Generate, oldest first: ever more often, mostly on weekdays by
    day."""
    now = timezone.now()
    times = []
    for _ in range(count):
        day = now - timedelta(days=30.4 * months * (1 - luck.random() ** 0.6))
        if day.weekday() > 4 and luck.random() < 0.8:
            day -= timedelta(days=2)
        hour = min(22, max(6, luck.gauss(13.5, 3)))
        moment = day.replace(hour=int(hour), minute=luck.randrange(60), second=luck.randrange(60))
        times.append(min(moment, now - timedelta(minutes=luck.randrange(5, 90))))
    return sorted(times)
