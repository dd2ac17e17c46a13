"""Tasks, and their status at a given moment.

A task is immutable; its status is computed from it and the wall clock. So nothing has to run for
a task to progress, and a restart loses nothing. Only holding and releasing replace a task.
"""

import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from functools import cached_property
from threading import Lock
from typing import Any

from generator.sandbox.behavior import Scenario, Shape
from generator.sandbox.choosing import build

MAX_TASKS = 20_000


def new_task_id() -> str:
    """Return a task id in the vendor's format."""
    return "ta" + str(uuid.uuid4())[2:]


@dataclass(frozen=True)
class Task:
    """One accepted submit. Times in seconds since the epoch, ``price`` in credits.

    ``held``: does not end until it is released. ``released_at``: the earliest time of its end.
    """

    task_id: str
    model: str
    prompt: str
    price: Decimal
    accepted_at: float
    duration_seconds: float
    spec: str = ""
    callback_url: str = ""
    aspect_ratio: str = ""
    image_size: str = ""
    tints: tuple[str, ...] = ()
    held: bool = False
    released_at: float = 0.0

    @cached_property
    def scenario(self) -> Scenario:
        """The scenario of this task."""
        return build(self.spec)

    @property
    def finished_at(self) -> float | None:
        """The time of its end, or None if it never ends or is held."""
        if self.held or not self.scenario.ends:
            return None
        return max(self.accepted_at + self.duration_seconds, self.released_at)

    def is_final(self, now: float) -> bool:
        """Return whether it has ended by ``now``."""
        return self.finished_at is not None and now >= self.finished_at

    def status(self, now: float) -> str:
        """Return the status that the vendor would report at ``now``."""
        if self.is_final(now):
            return self.scenario.final
        progress = max(0.0, now - self.accepted_at) / max(self.duration_seconds, 1e-6)
        return [status for start, status in self.scenario.stages if start <= progress][-1]

    def is_known(self, now: float) -> bool:
        """Return whether queries know it at ``now``."""
        age = now - self.accepted_at
        lost_after = self.scenario.lost_after_seconds
        return age >= self.scenario.hidden_seconds and (lost_after is None or age < lost_after)

    def cost(self, now: float) -> Decimal:
        """Return the credits it has cost by ``now``."""
        return self.total_cost if self.is_final(now) else Decimal(0)

    @property
    def total_cost(self) -> Decimal:
        """The credits that it costs when it ends; none if it never ends."""
        return self.price if self.scenario.ends and self.scenario.billed else Decimal(0)

    def release(self, now: float) -> "Task":
        """Return the same task, free to end from ``now`` on."""
        return replace(self, held=False, released_at=now)

    @property
    def file_names(self) -> tuple[str, ...]:
        """The names of its image files, in order."""
        if not self.scenario.billed or self.scenario.shape in (
            Shape.EMPTY,
            Shape.NULL,
            Shape.TEXT,
        ):
            return ()
        return tuple(f"{self.task_id}_{n}.png" for n in range(self.scenario.images))

    def to_json(self) -> dict[str, Any]:
        """Return the fields for the state file, which `task_from_json` parses."""
        return asdict(self) | {"price": str(self.price), "tints": list(self.tints)}

    def summary(self, now: float) -> dict[str, Any]:
        """Return the fields for the statistics."""
        return {
            "prompt": self.prompt,
            "model": self.model,
            "status": self.status(now),
            "scenario": self.spec,
            "accepted_at": self.accepted_at,
            "finished_at": self.finished_at if self.is_final(now) else None,
        }


def task_from_json(fields: dict[str, Any]) -> Task:
    """Return the task for `Task.to_json`. Raise TypeError, KeyError or ArithmeticError for junk."""
    tints = tuple(str(tint) for tint in fields["tints"])
    return Task(**(fields | {"price": Decimal(fields["price"]), "tints": tints}))


class TaskStore:
    """The newest `MAX_TASKS` tasks, and the balance. Safe to share between threads."""

    def __init__(self, credits: Decimal) -> None:
        self._lock = Lock()
        self._granted = credits
        self._clear()

    def _clear(self) -> None:
        self._tasks: dict[str, Task] = {}
        # The tasks that may still cost something, and what all others have cost.
        self._open: dict[str, Task] = {}
        self._spent = Decimal(0)

    def reset(self, credits: Decimal) -> None:
        """Forget every task and set the balance to ``credits``."""
        with self._lock:
            self._clear()
            self._granted = credits

    def load(self, tasks: list[Task], spent: Decimal) -> None:
        """Load tasks from a state file. ``spent``: credits for tasks that it no longer contains."""
        with self._lock:
            self._tasks = {task.task_id: task for task in tasks}
            self._open = dict(self._tasks)
            self._spent = spent

    def add(self, task: Task) -> None:
        """Add a task, and remove the oldest if there are too many."""
        with self._lock:
            self._tasks[task.task_id] = self._open[task.task_id] = task
            if len(self._tasks) > MAX_TASKS:
                oldest = self._tasks.pop(next(iter(self._tasks)))
                if self._open.pop(oldest.task_id, None):
                    self._spent += oldest.total_cost

    def hold(self, is_held: Callable[[str], bool], now: float) -> list[Task]:
        """Hold the unfinished tasks whose prompt is held, release all others.

        Return those that changed.
        """
        with self._lock:
            changed = [
                replace(task, held=True) if not task.held else task.release(now)
                for task in self._open.values()
                if task.held != (is_held(task.prompt) and not task.is_final(now))
            ]
            for task in changed:
                self._tasks[task.task_id] = self._open[task.task_id] = task
            return changed

    def get(self, task_id: str) -> Task | None:
        """Return the task of that id, if it is still stored."""
        with self._lock:
            return self._tasks.get(task_id)

    def all(self) -> list[Task]:
        """Return all stored tasks, oldest first."""
        with self._lock:
            return list(self._tasks.values())

    def other_than(self, task_id: str) -> str:
        """Return the id of the newest other task, or a made-up id."""
        with self._lock:
            others = (known for known in reversed(self._tasks) if known != task_id)
            return next(others, None) or new_task_id()

    def balance(self, now: float) -> Decimal:
        """Return the credits left at ``now``."""
        with self._lock:
            return self._settle(now)

    def set_balance(self, credits: Decimal, now: float) -> None:
        """Set the balance to ``credits`` as of ``now``."""
        with self._lock:
            self._granted += credits - self._settle(now)

    def _settle(self, now: float) -> Decimal:
        for task in [task for task in self._open.values() if task.is_final(now)]:
            self._spent += task.cost(now)
            del self._open[task.task_id]
        return self._granted - self._spent
