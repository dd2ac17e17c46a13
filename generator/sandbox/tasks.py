"""Tasks and what they say at a given moment.

A task is a frozen fact; its status is a function of that fact and the wall clock. So nothing has
to run for a task to move on, and a restart forgets nothing. Only to hold and to release a task
puts another fact in its place.
"""

import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from functools import cached_property
from threading import Lock
from typing import Any

from generator.sandbox.behaviour import Scenario, Shape
from generator.sandbox.choosing import build

KEEP_TASKS = 20_000


def new_task_id() -> str:
    """A task id in the vendor's form."""
    return "ta" + str(uuid.uuid4())[2:]


@dataclass(frozen=True)
class Task:
    """One accepted submit. Times in seconds since the epoch, ``price`` in credits.

    ``held``: does not end until it is released. ``released_at``: did not end before that.
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
        """What is special about this task."""
        return build(self.spec)

    @property
    def finished_at(self) -> float | None:
        """When it ends, or None if it never does or that is not known yet."""
        if self.held or not self.scenario.ends:
            return None
        return max(self.accepted_at + self.duration_seconds, self.released_at)

    def is_final(self, now: float) -> bool:
        """Whether it has ended by ``now``."""
        return self.finished_at is not None and now >= self.finished_at

    def status(self, now: float) -> str:
        """The word that the vendor would answer at ``now``."""
        if self.is_final(now):
            return self.scenario.final
        done = max(0.0, now - self.accepted_at) / max(self.duration_seconds, 1e-6)
        return [word for start, word in self.scenario.stages if start <= done][-1]

    def is_known(self, now: float) -> bool:
        """Whether a query finds it at ``now``."""
        age = now - self.accepted_at
        lost_after = self.scenario.lost_after_seconds
        return age >= self.scenario.hidden_seconds and (lost_after is None or age < lost_after)

    def cost(self, now: float) -> Decimal:
        """Credits it has cost by ``now``."""
        return self.total_cost if self.is_final(now) else Decimal(0)

    @property
    def total_cost(self) -> Decimal:
        """Credits it has cost once it has ended; none if it never ends."""
        return self.price if self.scenario.ends and self.scenario.billed else Decimal(0)

    def release(self, now: float) -> "Task":
        """Return the same task, free to end from ``now`` on."""
        return replace(self, held=False, released_at=now)

    @property
    def file_names(self) -> tuple[str, ...]:
        """Names of its image files, in order."""
        if not self.scenario.billed or self.scenario.shape in (
            Shape.EMPTY,
            Shape.NULL,
            Shape.WORDS,
        ):
            return ()
        return tuple(f"{self.task_id}_{n}.png" for n in range(self.scenario.images))

    def to_json(self) -> dict[str, Any]:
        """For the state file; `task_from_json` reads it."""
        return asdict(self) | {"price": str(self.price), "tints": list(self.tints)}

    def summary(self, now: float) -> dict[str, Any]:
        """For the statistics."""
        return {
            "prompt": self.prompt,
            "model": self.model,
            "status": self.status(now),
            "scenario": self.spec,
            "accepted_at": self.accepted_at,
            "finished_at": self.finished_at if self.is_final(now) else None,
        }


def task_from_json(fields: dict[str, Any]) -> Task:
    """A task out of `Task.to_json`. Raises TypeError, KeyError or ArithmeticError for junk."""
    tints = tuple(str(tint) for tint in fields["tints"])
    return Task(**(fields | {"price": Decimal(fields["price"]), "tints": tints}))


class TaskStore:
    """The tasks, newest `KEEP_TASKS` of them, and the balance. Safe to share between threads."""

    def __init__(self, credits: Decimal) -> None:
        self._lock = Lock()
        self._granted = credits
        self._clear()

    def _clear(self) -> None:
        self._tasks: dict[str, Task] = {}
        # What may still cost something, and what all others have cost.
        self._open: dict[str, Task] = {}
        self._spent = Decimal(0)

    def reset(self, credits: Decimal) -> None:
        """Forget every task; the balance is ``credits``."""
        with self._lock:
            self._clear()
            self._granted = credits

    def load(self, tasks: list[Task], spent: Decimal) -> None:
        """Take over what a state file held. ``spent``: credits for tasks no longer in it."""
        with self._lock:
            self._tasks = {task.task_id: task for task in tasks}
            self._open = dict(self._tasks)
            self._spent = spent

    def add(self, task: Task) -> None:
        """Add a task; the oldest one makes room."""
        with self._lock:
            self._tasks[task.task_id] = self._open[task.task_id] = task
            if len(self._tasks) > KEEP_TASKS:
                oldest = self._tasks.pop(next(iter(self._tasks)))
                if self._open.pop(oldest.task_id, None):
                    self._spent += oldest.total_cost

    def hold(self, is_held: Callable[[str], bool], now: float) -> list[Task]:
        """Hold the unfinished tasks whose prompt is to be held, release the others.

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
        """The task of that id, if it is still kept."""
        with self._lock:
            return self._tasks.get(task_id)

    def all(self) -> list[Task]:
        """All kept tasks, oldest first."""
        with self._lock:
            return list(self._tasks.values())

    def other_than(self, task_id: str) -> str:
        """The id of the newest task but this one, or an invented id."""
        with self._lock:
            others = (known for known in reversed(self._tasks) if known != task_id)
            return next(others, None) or new_task_id()

    def balance(self, now: float) -> Decimal:
        """Credits left at ``now``."""
        with self._lock:
            return self._settle(now)

    def set_balance(self, credits: Decimal, now: float) -> None:
        """Make the balance ``credits`` as of ``now``."""
        with self._lock:
            self._granted += credits - self._settle(now)

    def _settle(self, now: float) -> Decimal:
        for task in [task for task in self._open.values() if task.is_final(now)]:
            self._spent += task.cost(now)
            del self._open[task.task_id]
        return self._granted - self._spent
