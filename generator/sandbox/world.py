"""The state of a running sandbox, and the one place where tasks are created."""

import random
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from threading import Lock
from typing import Any

from generator.sandbox import results
from generator.sandbox.behavior import CallbackStep, Forgery
from generator.sandbox.callbacks import CallbackSender
from generator.sandbox.choosing import build
from generator.sandbox.counters import Counters, FaultMemory
from generator.sandbox.holds import Holds
from generator.sandbox.images import ImageStore
from generator.sandbox.journal import Journal
from generator.sandbox.submission import Submission
from generator.sandbox.tasks import Task, TaskStore, new_task_id

# After a restart of everything, the receiver may start later than the sandbox.
RESUME_AFTER_SECONDS = 2.0
VARIATION = 0.2


@dataclass(frozen=True)
class Settings:
    """The initial settings, which `World.reset` restores.

    ``exact``: every task takes exactly the duration; otherwise up to 20 % more or less.
    """

    duration_seconds: float = 6.0
    credits: Decimal = Decimal(1000)
    exact: bool = True
    state_file: Path | None = None
    image_scale: float = 1.0


class World:
    """The parts of one sandbox, connected. ``base_url`` is the base of the result files' URLs."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.base_url = ""
        self.tasks = TaskStore(settings.credits)
        self.counters = Counters()
        self.faults = FaultMemory()
        self.holds = Holds()
        # The journal's lines of one task must be in the order of its changes.
        self._changing = Lock()
        self.journal = Journal(settings.state_file)
        self.images = ImageStore(self.tasks.get, settings.image_scale)
        self.callbacks = CallbackSender(
            self.tasks.get, self._callback_body, self._on_answer, self._on_delivered
        )
        self._apply_settings()

    def _apply_settings(self) -> None:
        self.duration_seconds = self.settings.duration_seconds
        self.down = False
        self.reject_keys = False
        self.holds.clear()

    def start(self, base_url: str) -> None:
        """Load the state file and start working; holds are not preserved.

        Raise `journal.JournalError`.
        """
        self.base_url = base_url
        saved = self.journal.open()
        tasks = [self._release(task) if task.held else task for task in saved.tasks.values()]
        self.tasks.load(tasks, saved.spent)
        for _ in tasks:
            self.counters.add("accepted")
        self.images.start()
        self.callbacks.start()
        now = time.time()
        for task in tasks:
            if not task.is_final(now):
                self.images.paint_ahead(task)
            if task.task_id not in saved.delivered:
                self.callbacks.resume(task, now + RESUME_AFTER_SECONDS)

    def _release(self, task: Task) -> Task:
        task = task.release(time.time())
        self.journal.record_task(task)
        return task

    def stop(self) -> None:
        """Stop the threads and close the state file."""
        self.holds.clear()
        self.callbacks.stop()
        self.images.stop()
        self.journal.close()

    def reset(self) -> None:
        """Return to the state of a first start: no tasks, zero counters, the initial settings."""
        self.callbacks.reset()
        self.tasks.reset(self.settings.credits)
        self.journal.reset()
        self.counters.reset()
        self.faults.reset()
        self.images.reset()
        self._apply_settings()

    def accept(self, submission: Submission, spec: str) -> Task:
        """Create the task of a submission, and schedule its images and callbacks."""
        task_id = new_task_id()
        seconds = build(spec).seconds
        if seconds is None:
            factor = random.Random(task_id).uniform(1 - VARIATION, 1 + VARIATION)
            seconds = self.duration_seconds * (1.0 if self.settings.exact else factor)
        task = Task(
            task_id=task_id,
            model=submission.model,
            prompt=submission.prompt,
            price=submission.price,
            accepted_at=time.time(),
            duration_seconds=seconds,
            spec=spec,
            callback_url=submission.callback_url,
            aspect_ratio=submission.aspect_ratio,
            image_size=submission.image_size,
            tints=submission.tints,
        )
        with self._changing:
            task = replace(task, held=self.holds.holds_task(task.prompt))
            self.journal.record_task(task)
            self.tasks.add(task)
        self.counters.add("accepted")
        self.images.paint_ahead(task)
        self.callbacks.accept(task)
        return task

    def hold(self, tasks: Iterable[str] | None, answers: Iterable[str] | None) -> None:
        """Replace the texts that hold tasks or answers; release what no text holds anymore."""
        with self._changing:
            self.holds.replace(tasks, answers)
            changed = self.tasks.hold(self.holds.holds_task, time.time())
            for task in changed:
                self.journal.record_task(task)
        for task in changed:
            if not task.held:
                self.callbacks.release(task)

    def read_file(self, task: Task, name: str) -> bytes:
        """Return the bytes of a result file."""
        return self.images.read(task, name)

    def query_data(self, task: Task, now: float) -> dict[str, Any]:
        """Return what a query answers about a task at ``now``."""
        return results.query_data(task, now, self.base_url, self._reader(task))

    def _reader(self, task: Task) -> results.ReadFile:
        return lambda name: self.images.read(task, name)

    def _callback_body(self, task: Task, step: CallbackStep) -> dict[str, Any]:
        if step.forgery is Forgery.OTHER_TASK:
            return results.forged_body(task, self.tasks.other_than(task.task_id), self.base_url)
        return results.callback_body(task, self.base_url, self._reader(task))

    def _on_answer(self, task: Task) -> None:
        self.counters.add("callbacks_sent")

    def _on_delivered(self, task: Task) -> None:
        self.journal.record_delivered(task.task_id)
