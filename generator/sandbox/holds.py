"""Holds: tasks that do not end, and submits that get no answer, until they are released.

For tests that need something to stay unfinished while they look at it. A person uses
``[slow:40]``.
"""

from collections.abc import Iterable
from threading import Condition


class Holds:
    """The texts that hold tasks and answers. Safe to share between threads."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._tasks: tuple[str, ...] = ()
        self._answers: tuple[str, ...] = ()
        self._waiting = 0

    @property
    def tasks(self) -> list[str]:
        """The texts whose tasks do not end."""
        return list(self._tasks)

    @property
    def answers(self) -> list[str]:
        """The texts whose submits are not answered."""
        return list(self._answers)

    @property
    def waiting(self) -> int:
        """The number of answers held now."""
        with self._changed:
            return self._waiting

    def replace(self, tasks: Iterable[str] | None, answers: Iterable[str] | None) -> None:
        """Replace the texts; None leaves them unchanged."""
        with self._changed:
            if tasks is not None:
                self._tasks = tuple(tasks)
            if answers is not None:
                self._answers = tuple(answers)
            self._changed.notify_all()

    def clear(self) -> None:
        """Release everything."""
        self.replace((), ())

    def holds_task(self, prompt: str) -> bool:
        """Return whether a task with this prompt must not end."""
        return any(text in prompt for text in self._tasks)

    def wait_to_answer(self, prompt: str) -> None:
        """Return once a submit with this prompt may be answered."""
        with self._changed:
            self._waiting += 1
            self._changed.wait_for(lambda: not any(text in prompt for text in self._answers))
            self._waiting -= 1
