"""The stage of the tables: an upstream to be ill, the real services, and what is required of
them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from generator import state
from generator.media import storage
from generator.models import Gate, Image, Job, JobEvent
from generator.models.event_details import decode
from generator.models.querysets import LONGEST_WAIT
from generator.services import callbacks, connections, file_audit, holds, jobs, usage
from generator.state import Status
from generator.upstream.callback import CallbackHint
from generator.worker import sweep
from tests.peer import Script
from tests.unit.upstream.tables.rows import Row
from tests.waiting import until

from .fake_upstream import KEY, WELL, FakeUpstream


@dataclass(frozen=True)
class End:
    """What a fault must come to.

    kind      the error by which the timeline tells it; "" if there is nothing to tell
    posts     submits that reached the upstream: no fault may make one more
    images  in the studio, as rows and as files alike
    settled   the ledger's second entry: credits, "unknown", or "" while there is none
    hold      why the whole studio holds; "" if it does not
    """

    status: Status
    kind: str = ""
    posts: int = 1
    images: int = 0
    settled: str = ""
    hold: str = ""

    def but(self, **changes: Any) -> End:
        return replace(self, **changes)


DONE = End(Status.SUCCEEDED, images=1, settled="0.500000")


@dataclass(frozen=True)
class Case:
    """The row that the upstream plays to a job of this status, so many times, and the end."""

    status: Status
    row: Row
    end: End
    times: int = 1

    @property
    def pair(self) -> tuple[Status, str]:
        return self.status, self.row.kind


def play(cases: list[Case]) -> pytest.MarkDecorator:
    """Run a test once for each case, which it gets as `case`."""
    names = [f"{case.status}, {case.row.kind}, {case.row.name}" for case in cases]
    return pytest.mark.parametrize("case", cases, ids=names)


@dataclass
class Stage:
    """One fault at a time: an upstream, the studio's settings that point to it, and one job."""

    settings: Any
    press: Callable[..., Any]
    upstreams: list[FakeUpstream] = field(default_factory=list)
    job_id: Any = None

    def __post_init__(self) -> None:
        self.elsewhere = FakeUpstream((WELL,))

    def opens(self, *scripts: Script, tls: Any = None, url: str = "@URL@") -> FakeUpstream:
        """Start an upstream that plays these scripts, one a connection and the last for all
        further ones, and point the studio to it, or to what stands for it in `url`."""
        opened = FakeUpstream(scripts, tls, self.elsewhere.host)
        self.upstreams.append(opened)
        hosts = {opened.host, f"localhost:{opened.port}"}
        self.settings.GEMPIX_ALLOWED_PRIVATE_HOSTS |= hosts
        self.points_to(opened.filled(url))
        return opened

    def points_to(self, url: str) -> None:
        self.settings.GEMPIX_API_URL = url
        connections.client.cache_clear()

    def allows(self, *, submit: float = 20, query: float = 20, download: float = 20) -> None:
        """Set the deadlines of the calls in seconds."""
        self.settings.GEMPIX_SUBMIT_TIMEOUT_SECONDS = submit
        self.settings.GEMPIX_QUERY_TIMEOUT_SECONDS = query
        self.settings.GEMPIX_DOWNLOAD_TIMEOUT_SECONDS = download
        connections.client.cache_clear()

    def presses(self, **order: Any) -> Job:
        self.job_id = self.press(**order).jobs.first().pk
        return self.job

    def stands(self, status: Status, **fields: Any) -> Job:
        """Make a job in this status, as a worker would have left it ten minutes before it is due
        again."""
        job = self.presses()
        later = timezone.now() + timedelta(minutes=10)
        waits = status in {Status.QUEUED, Status.SUBMITTING, Status.RUNNING, Status.UNFETCHED}
        usual: dict[str, Any] = {"attempts": 1, "due_at": later if waits else None}
        if status not in {Status.QUEUED, Status.HELD, Status.SUBMITTING, Status.UNCONFIRMED}:
            usual |= {"task_id": "ta-1", "submitted_at": timezone.now()}
        if status in state.FINAL:
            usual["ended_at"] = timezone.now()
            usage.settle(job, None)
        if status == Status.UNFETCHED:
            usage.settle(job, Decimal("0.5"))
        hold = Gate.Hold.PAUSED if status == Status.HELD else Gate.Hold.NONE
        Gate.objects.update_or_create(pk=1, defaults={"hold": hold})
        Job.objects.filter(pk=job.pk).update(status=status, **usual | fields)
        return self.job

    @property
    def job(self) -> Job:
        """The job as it stands now."""
        return Job.objects.get(pk=self.job_id)

    @property
    def posts(self) -> int:
        return sum(opened.posts for opened in self.upstreams)

    def until(self, condition: Callable[[], bool], seconds: float = 60) -> None:
        """Sweep until this holds; fail with the job's story when it does not."""
        try:
            until(condition, "the job gets there", seconds, between=partial(sweep.run, 0.1))
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.job}\n{self.story()}") from None

    def reaches(self, status: Status) -> None:
        """Sweep until the job, which has been sent or tried, has this status, and a bit further."""
        self.until(lambda: self.job.status == status and self.job.attempts > 0)
        sweep.run(0.05)

    def story(self) -> str:
        rows = self.job.events.values_list("kind", "status", "http_status", "detail")
        return "\n".join(map(str, rows))

    def outcome(self) -> End:
        """Return what the job came to; without `kind`, which a timeline has many of."""
        entries = {entry.kind: entry.credits for entry in self.job.ledger.all()}
        settled = entries.get("settled", "")
        return End(
            Status(self.job.status),
            posts=self.posts,
            images=self.job.images.count(),
            settled="unknown" if settled is None else str(settled),
            hold=str(holds.read().hold),
        )

    def comes_to(self, end: End) -> None:
        """Sweep to the required end and compare everything."""
        self.reaches(end.status)
        assert self.outcome() == end.but(kind=""), self.story()
        assert not end.kind or self.tells(end.kind), self.story()
        self.loses_nothing()

    def has_looked(self) -> bool:
        """Return whether the answer to a query is recorded of a job that `stands` made."""
        return self.job.polls > 0 or self.job.failures > 0

    def tells(self, kind: str) -> bool:
        """Return whether the timeline tells an error of this kind."""
        notes = self.job.events.exclude(kind=JobEvent.Kind.STATUS)
        return any(decode(note.detail)[1].get("kind") == kind for note in notes)

    def loses_nothing(self) -> None:
        """What holds after every fault: a way on, files as rows, one price, a key kept secret."""
        job = self.job
        waits = job.status in state.PARKED or job.status == Status.HELD
        way_on = job.due_at is not None or job.repeatable or job.recheckable or waits
        assert job.status in state.FINAL or way_on, job
        assert job.due_at is None or job.due_at < timezone.now() + LONGEST_WAIT, job
        assert job.ledger.filter(kind="reserved").count() == 1
        assert list(file_audit.verify()) == []
        stored = storage.images_dir().glob("??/*-*")
        originals = [path for path in stored if len(path.suffixes) == 1]  # `.320.webp`: a copy
        assert len(originals) == Image.objects.count()
        assert list(storage.temporary_dir().glob("*")) == []
        self.keeps_the_key()

    def keeps_the_key(self) -> None:
        """The key goes to the API of the upstream in its header, and nowhere else."""
        assert self.elsewhere.connections == 0
        for opened in self.upstreams:
            for line, head, body in opened.requests:
                assert KEY not in line
                assert KEY.encode() not in body
                is_api = line.split(" ")[1].startswith("/api/")
                assert (f"Authorization: Bearer {KEY}" in head) == (KEY in head) == is_api, line
        assert KEY not in self.story()

    # --- the ways on

    def is_reported(self) -> None:
        """A callback names the task that a lost answer was about."""
        assert callbacks.report(self.job, CallbackHint("ta-late", "success"))

    def is_released(self) -> None:
        holds.release()

    def hurries(self) -> None:
        """The wait is over."""
        Gate.objects.update(submit_after=timezone.now(), probe_at=timezone.now())
        Job.objects.filter(pk=self.job_id).update(due_at=timezone.now())

    def is_looked_at(self) -> None:
        assert jobs.recheck(self.job, self.job.batch.owner)

    def goes_on(self) -> None:
        """Take the way on that the job's state has, and see it end with its one image."""
        status = Status(self.job.status)
        if status in state.FINAL:
            assert status == Status.SUCCEEDED or self.job.repeatable
            return
        step, more_posts = WAYS_ON[status]
        if self.job.callback_task_id:  # a task is named, and only to be asked for
            step, more_posts = Stage.hurries, 0
        posts = self.posts
        step(self)
        self.reaches(Status.SUCCEEDED)
        assert self.outcome().but(hold="") == DONE.but(posts=posts + more_posts), self.story()
        self.loses_nothing()


# What moves a job on that rests, and how many submits that costs.
WAYS_ON: dict[Status, tuple[Callable[[Stage], None], int]] = {
    Status.UNCONFIRMED: (Stage.is_reported, 0),
    Status.HELD: (Stage.is_released, 1),
    Status.QUEUED: (Stage.hurries, 1),
    Status.RUNNING: (Stage.hurries, 0),
    Status.UNFETCHED: (Stage.is_looked_at, 0),
    Status.STALLED: (Stage.is_looked_at, 0),
    Status.LOST: (Stage.is_looked_at, 0),
}
