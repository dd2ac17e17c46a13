"""What the studio promises of every job, as questions to its rows, its files and what was paid.

For tests that break something and then ask whether all still holds. Each function gives one
sentence for each broken promise; none when everything is right. Needs Django and its database.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import pairwise

from generator import state
from generator.media import storage
from generator.models import Image, Job, JobEvent, LedgerEntry
from generator.models.twins import INDEXES
from generator.state import Status

# From here on the upstream has told what it did, and so what it cost.
COSTED = state.FINAL | {Status.STORING, Status.UNFETCHED}
# While a job is here its files may lie there before their rows do.
COPYING = frozenset({Status.STORING, Status.UNFETCHED})


def broken(paid: Mapping[str, int]) -> list[str]:
    """All of them, at any moment. `paid`: how often a prompt was accepted, by the sandbox."""
    jobs = list(Job.objects.select_related("batch").prefetch_related("events", "ledger", "images"))
    found = [
        f"{job}: {sentence}"
        for job in jobs
        for check in (life, money, images)
        for sentence in check(job)
    ]
    return [*found, *orphans(jobs), *paid_twice(jobs, paid)]


def life(job: Job) -> Iterator[str]:
    """Every step is one of the table's, the last one is where the job stands, ends are final."""
    steps = [Status(event.status) for event in job.events.all() if event.status]
    for before, after in pairwise(steps):
        if after not in state.STATES[before].transitions:
            yield f"{before} was followed by {after}"
    if steps[0] != Status.QUEUED or steps[-1] != job.status:
        yield f"the timeline {steps} does not lead from queued to the row's status"
    sends = steps.count(Status.SUBMITTING)
    if sends != job.attempts:
        yield f"{sends} sends on the timeline, {job.attempts} in the row"
    if Status.UNCONFIRMED in steps:
        later = steps[steps.index(Status.UNCONFIRMED) :]
        if Status.SUBMITTING in later or Status.QUEUED in later:
            yield "was sent again by itself although it was unclear"
    created = [event for event in job.events.all() if event.kind == JobEvent.Kind.CREATED]
    if len(created) != 1:
        yield f"was created {len(created)} times"


def money(job: Job) -> Iterator[str]:
    """One reservation; one settlement exactly when the upstream is done with it."""
    kinds = Counter(entry.kind for entry in job.ledger.all() if not entry.task_id)
    if kinds[LedgerEntry.Kind.RESERVED] != 1:
        yield f"reserved {kinds[LedgerEntry.Kind.RESERVED]} times"
    wanted = int(job.status in COSTED)
    if kinds[LedgerEntry.Kind.SETTLED] != wanted:
        yield f"settled {kinds[LedgerEntry.Kind.SETTLED]} times instead of {wanted}"


def images(job: Job) -> Iterator[str]:
    """Images exactly with success, each with a whole file and its small copies."""
    images = list(job.images.all())
    own = [image for image in images if image.index < INDEXES]  # others are a second task's
    if bool(own) != (job.status == Status.SUCCEEDED):
        yield f"has {len(images)} images"
    for image in images:
        path = storage.path(image.file)
        if not path.exists():
            yield f"the file {image.file} is missing"
        elif hashlib.sha256(path.read_bytes()).hexdigest() != image.sha256:
            yield f"the file {image.file} is not the one of its row"
        for width in image.thumbnail_widths:
            if not storage.thumbnail_path(image.file, width).exists():
                yield f"the small copy {width} of {image.file} is missing"


def orphans(jobs: list[Job]) -> Iterator[str]:
    """A file has a row, or a job that is still copying it."""
    stems = {image.file.partition(".")[0] for image in Image.objects.all()}
    copying = {job.pk.hex for job in jobs if job.status in COPYING}
    for path in storage.images_dir().glob("[0-9a-f][0-9a-f]/*"):
        stem = path.name.partition(".")[0]
        if f"{path.parent.name}/{stem}" not in stems and stem.partition("-")[0] not in copying:
            yield f"the file {path.name} has no row"


def paid_twice(jobs: list[Job], paid: Mapping[str, int]) -> Iterator[str]:
    """No more tasks were accepted for a prompt than jobs were made with it, and no job has a
    task that nobody paid for."""
    made = Counter(job.batch.prompt for job in jobs)
    held = Counter(job.batch.prompt for job in jobs if job.task_id)
    for prompt, times in paid.items():
        if times > made[prompt]:
            yield f"{prompt!r}: paid {times} times for {made[prompt]} jobs"
    for prompt, times in held.items():
        if times > paid.get(prompt, 0):
            yield f"{prompt!r}: {times} jobs with a task, {paid.get(prompt, 0)} accepted"
