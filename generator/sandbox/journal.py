"""The state file: one JSON line per event, so that a restart loses no task.

Lines: ``{"task": …}`` when a task is accepted, and again when it is held or released; ``{"called":
task_id}`` when its callbacks have been delivered; ``{"spent": "12.5"}`` for tasks removed by
compaction. An incomplete last line, left by a kill, is ignored.
"""

import fcntl
import json
import os
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from threading import Lock
from typing import IO, Any

from generator.sandbox.tasks import Task, task_from_json

MAX_TASKS = 5_000


class JournalError(Exception):
    """The state file cannot be used; the message says why."""


@dataclass
class SavedState:
    """The content of a state file. ``delivered``: ids of tasks whose callbacks were delivered."""

    tasks: dict[str, Task] = field(default_factory=dict)
    delivered: set[str] = field(default_factory=set)
    spent: Decimal = Decimal(0)


class Journal:
    """The open state file. Without a path, nothing is saved."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lock = Lock()
        self._file: IO[str] | None = None

    def open(self) -> SavedState:
        """Read and compact the file, and keep it open for appending. Raise `JournalError`."""
        if self._path is None:
            return SavedState()
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("a+", encoding="utf-8", errors="replace") as old:
                self._lock_file(old)
                old.seek(0)
                state = _trim(_read(old))
                self._rewrite(self._path, state)
        except OSError as error:
            raise JournalError(
                f"Cannot use the state file {self._path}: {error.strerror}."
            ) from error
        return state

    def _lock_file(self, file: IO[str]) -> None:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise JournalError(
                f"Another sandbox is using the state file {self._path}; "
                "choose another file with --state."
            ) from error

    def _rewrite(self, path: Path, state: SavedState) -> None:
        """Write a new file and swap it for the old one: a kill leaves one of them intact."""
        fresh = path.with_name(path.name + ".new")
        file = fresh.open("w", encoding="utf-8")
        self._lock_file(file)
        if state.spent:
            file.write(_line({"spent": str(state.spent)}))
        for task in state.tasks.values():
            file.write(_line({"task": task.to_json()}))
        for task_id in state.delivered:
            file.write(_line({"called": task_id}))
        file.flush()
        os.fsync(file.fileno())
        fresh.replace(path)
        self._file = file

    def record_task(self, task: Task) -> None:
        """Append an accepted or changed task."""
        self._append({"task": task.to_json()})

    def record_delivered(self, task_id: str) -> None:
        """Append that a task's callbacks were delivered."""
        self._append({"called": task_id})

    def _append(self, event: dict[str, Any]) -> None:
        with self._lock:
            if self._file:
                # Flushed, not synced: that survives kill -9, and a sandbox need not survive a
                # power cut.
                self._file.write(_line(event))
                self._file.flush()

    def reset(self) -> None:
        """Empty the file."""
        with self._lock:
            if self._file:
                self._file.seek(0)
                self._file.truncate()

    def close(self) -> None:
        """Close the file; later events are ignored."""
        with self._lock:
            if self._file:
                self._file.close()
                self._file = None


def _line(event: dict[str, Any]) -> str:
    return json.dumps(event, separators=(",", ":")) + "\n"


def _read(file: IO[str]) -> SavedState:
    state = SavedState()
    for line in file:
        try:
            event = json.loads(line)
            if "task" in event:
                task = task_from_json(event["task"])
                state.tasks[task.task_id] = task
            elif "called" in event:
                state.delivered.add(str(event["called"]))
            elif "spent" in event:
                state.spent += Decimal(event["spent"])
        except (ValueError, TypeError, KeyError, AttributeError, InvalidOperation):
            continue
    return state


def _trim(state: SavedState) -> SavedState:
    tasks = list(state.tasks.values())
    removed, recent = tasks[:-MAX_TASKS], tasks[-MAX_TASKS:]
    spent = sum((task.total_cost for task in removed), state.spent)
    by_id = {task.task_id: task for task in recent}
    return SavedState(by_id, state.delivered & by_id.keys(), spent)
