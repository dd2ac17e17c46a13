"""Whatever happens to jobs, in whatever order: the promises hold after each step, and once the
trouble is over every job comes to its end.

The lanes' own functions are called one by one, so that a worker may stop between any two of
them, come back much later, or never. The clock is the test's, for the sandbox too.
"""

from __future__ import annotations

import json
import os
import shutil
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as bounds
from hypothesis import strategies as st

from generator import catalog, state
from generator.media import storage
from generator.models import Gate, Job, User
from generator.sandbox.server import Sandbox
from generator.services import batches, connections, holds, jobs
from generator.state import Status
from generator.worker import submits, sweep
from tests import promises
from tests.clock import Clock

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.both_databases(
        "models.jobs",
        "models.usage",
        "services.jobs",
        "worker.leases",
        "worker.polls",
        "worker.results",
        "worker.submits",
    ),
]

# What the sandbox does with a prompt. None of them takes real time.
SCENARIOS = (
    *("", "[slow:20]", "[slow:90]", "[stuck]", "[failed]", "[no-image]", "[two-images]"),
    *("[late-index:5]", "[lost]", "[500:1]", "[500:3]", "[429:2]", "[bad-request]", "[html-502]"),
    *("[accepted-reset]", "[accepted-cut]", "[accepted-502]", "[slow:20] [accepted-reset]"),
    *("[html-502-query:2]", "[broken-file:1]", "[file-not-image:2]", "[data-uri]"),
)
A_MOMENT, A_LEASE, AN_HOUR = 1, 31, 3600
# Where a worker stops: it is killed, or sleeps and goes on when another has followed it.
STOPS = ("never", "never", "before the call", "after the call", "for a while")


class Life:
    """Everything that may happen to jobs; what finds nothing to happen to does nothing."""

    def __init__(self, sandbox: Sandbox, clock: Clock, member: User) -> None:
        self.sandbox, self.clock, self.member = sandbox, clock, member
        self.sandbox.reset()
        self.sandbox.configure(duration_seconds=0)
        self.clock.ahead = 0
        shutil.rmtree(storage.images_dir(), ignore_errors=True)
        self.asleep: list[tuple[sweep.Lane, Job, tuple[Any, Exception | None, int]]] = []
        self.ended: dict[Any, tuple[str, datetime | None]] = {}
        self.presses = 0
        self.press("", 1)

    def happens(self, name: str, *details: Any) -> None:
        getattr(self, name)(*details)
        self.promises_hold()

    def job(self, pick: int) -> Job:
        found = Job.objects.order_by("id")
        return found[pick % found.count()]

    # --- what a member does

    def press(self, scenario: str, count: int) -> None:
        self.presses += 1
        request = batches.GenerationRequest(
            f"fox {self.presses} {scenario}", catalog.offered()[0], count
        )
        for _twice in range(2):
            batches.create(self.member, request, f"press-{self.presses}")

    def cancel(self, pick: int) -> None:
        jobs.cancel(self.job(pick), self.member)

    def recheck(self, pick: int) -> None:
        jobs.recheck(self.job(pick), self.member)

    def resend(self, pick: int) -> None:
        job = self.job(pick)
        jobs.resend(job, self.member, f"again-{job.pk}")

    def gate(self, held: bool) -> None:
        if held:
            holds.hold(Gate.Hold.PAUSED, "a pause")
        else:
            holds.release()

    # --- what workers do, and where they die

    def work(self, lane: sweep.Lane, limit: int, stops: str) -> None:
        submits.park_abandoned()
        connection = connections.read()
        for job in lane.claim(limit, connection):
            if stops == "before the call":
                continue
            outcome = sweep._timed(lane.work, job, connections.of_job(job, connection))
            if stops == "for a while":
                self.asleep.append((lane, job, outcome))
            elif stops != "after the call":
                lane.record(job, *outcome, connections.read())

    def wake(self, pick: int) -> None:
        """A worker that was thought dead records what it still has in hand."""
        if not self.asleep:
            return
        lane, job, outcome = self.asleep.pop(pick % len(self.asleep))
        lane.record(job, *outcome, connections.read())

    # --- what the upstream does

    def report(self, pick: int, how: str) -> None:
        job, tasks = self.job(pick), self.sandbox.tasks
        own = [key for key, task in tasks.items() if task["prompt"] == job.batch.prompt]
        others = [key for key in tasks if key not in own]
        named = {"another": others, "unheard of": ["ta-unheard-of"]}.get(how, own)
        # Of several jobs with one prompt the upstream reports each its own task.
        if job.task_id and named is own:
            named = [job.task_id]
        else:
            taken = Job.objects.exclude(task_id=None).values_list("task_id", flat=True)
            # A task that no job holds yet may be this job's own, for all that anybody can tell.
            named = [key for key in named if (key in taken) is (how == "another")]
        if named:
            token = "wrong" if how == "wrong token" else job.callback_token
            for _again in range(2 if how == "twice" else 1):
                self.post(job, token, named[0], 404 if token == "wrong" else 0)

    def post(self, job: Job, token: str, task_id: str, wanted: int) -> None:
        path = reverse("generator:callback", args=[job.pk, token])
        body = json.dumps({"task_id": task_id, "status": "success"})
        answer = Client().post(path, body, content_type="application/json")
        assert answer.status_code in ({wanted} if wanted else {204, 409})

    def upstream(self, knob: str, on: bool) -> None:
        knobs: dict[str, Any] = {knob: on}
        self.sandbox.configure(**knobs)

    def time_passes(self, seconds: float) -> None:
        self.clock.ahead += seconds

    # --- what must hold

    def promises_hold(self) -> None:
        assert promises.broken(self.sandbox.by_prompt) == []
        attempts = sum(Job.objects.values_list("attempts", flat=True))
        assert self.sandbox.submits <= attempts
        self.final_is_final()

    def final_is_final(self) -> None:
        rows = Job.objects.filter(status__in=state.FINAL)
        now = {pk: (status, at) for pk, status, at in rows.values_list("pk", "status", "ended_at")}
        assert self.ended.items() <= now.items()
        self.ended = now

    def heal(self) -> None:
        """The trouble is over: every job ends, or stands where only a person moves it."""
        self.asleep.clear()
        self.sandbox.configure(down=False, reject_keys=False)
        for minute in range(20):
            holds.release()
            for lane in sweep.LANES:
                self.work(lane, 32, "never")
            self.clock.ahead += 61 if minute < 10 else 600
            left = Job.objects.filter(status__in=state.ACTIVE)
            if not left.exclude(status=Status.UNFETCHED, due_at=None).exists():
                break
        else:
            raise AssertionError(f"never ended: {list(left)}")
        self.promises_hold()


PICK = st.integers(0, 11)
WORK = st.tuples(
    st.just("work"), st.sampled_from(sweep.LANES), st.integers(1, 4), st.sampled_from(STOPS)
)
TIME = st.tuples(st.just("time_passes"), st.sampled_from([A_MOMENT, A_LEASE, A_LEASE, AN_HOUR]))
HINTS = st.sampled_from(["right", "right", "twice", "another", "unheard of", "wrong token"])
# Work and time stand here often, so that jobs get somewhere before something else happens.
EVENTS = st.one_of(
    *(WORK, WORK, WORK, WORK, TIME, TIME),
    st.tuples(st.just("press"), st.sampled_from(SCENARIOS), st.integers(1, 2)),
    st.tuples(st.just("report"), PICK, HINTS),
    st.tuples(st.sampled_from(["cancel", "recheck", "resend", "wake"]), PICK),
    st.tuples(st.just("gate"), st.booleans()),
    st.tuples(st.just("upstream"), st.sampled_from(["down", "reject_keys"]), st.booleans()),
)


def test_promises_hold_in_any_order_of_events(
    sandbox: Sandbox, member: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(monkeypatch)

    @bounds(
        max_examples=15,
        deadline=None,
        database=None,
        derandomize=bool(os.environ.get("GEMPIX_CI")),
        suppress_health_check=list(HealthCheck),
    )
    @given(events=st.lists(EVENTS, min_size=15, max_size=30))
    def holds(events: list[tuple[Any, ...]]) -> None:
        with transaction.atomic():
            life = Life(sandbox, clock, member)
            for event in events:
                life.happens(*event)
            life.heal()
            transaction.set_rollback(True)

    holds()
