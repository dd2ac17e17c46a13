"""The state file: one JSON line per event, so that a restart of everything loses no task.

Lines: ``{"task": …}`` on accept, and again when the task is held or released; ``{"called":
task_id}`` once a task's callbacks are out; ``{"spent": "12.5"}`` for tasks that compaction dropped.
A last line torn by a kill is ignored.
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

KEEP_TASKS = 5_000


class JournalError(Exception):
    """The state file cannot be used; the text says why."""


@dataclass
class Remembered:
    """What a state file held. ``called``: ids of tasks whose callbacks are out."""

    tasks: dict[str, Task] = field(default_factory=dict)
    called: set[str] = field(default_factory=set)
    spent: Decimal = Decimal(0)


class Journal:
    """The open state file. Without a path it keeps nothing."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lock = Lock()
        self._file: IO[str] | None = None

    def open(self) -> Remembered:
        """Read the file, compact it, keep it open for appending. Raises `JournalError`."""
        if self._path is None:
            return Remembered()
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("a+", encoding="utf-8", errors="replace") as old:
                self._claim(old)
                old.seek(0)
                remembered = _trimmed(_read(old))
                self._rewrite(self._path, remembered)
        except OSError as error:
            raise JournalError(
                f"Cannot use the state file {self._path}: {error.strerror}."
            ) from error
        return remembered

    def _claim(self, file: IO[str]) -> None:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise JournalError(
                f"Another sandbox uses the state file {self._path}; choose another with --state."
            ) from error

    def _rewrite(self, path: Path, remembered: Remembered) -> None:
        """Write a fresh file beside the old one and swap: a kill leaves one or the other whole."""
        fresh = path.with_name(path.name + ".new")
        file = fresh.open("w", encoding="utf-8")
        self._claim(file)
        if remembered.spent:
            file.write(_line({"spent": str(remembered.spent)}))
        for task in remembered.tasks.values():
            file.write(_line({"task": task.to_json()}))
        for task_id in remembered.called:
            file.write(_line({"called": task_id}))
        file.flush()
        os.fsync(file.fileno())
        fresh.replace(path)
        self._file = file

    def task(self, task: Task) -> None:
        """Note an accepted task, or what has become of it."""
        self._append({"task": task.to_json()})

    def called(self, task_id: str) -> None:
        """Note that the callbacks of a task are out."""
        self._append({"called": task_id})

    def _append(self, event: dict[str, Any]) -> None:
        with self._lock:
            if self._file:
                # Handed to the kernel, not synced: that outlives kill -9, and a sandbox need
                # not outlive a power cut.
                self._file.write(_line(event))
                self._file.flush()

    def reset(self) -> None:
        """Empty the file."""
        with self._lock:
            if self._file:
                self._file.seek(0)
                self._file.truncate()

    def close(self) -> None:
        """Close the file; later events are dropped."""
        with self._lock:
            if self._file:
                self._file.close()
                self._file = None


def _line(event: dict[str, Any]) -> str:
    return json.dumps(event, separators=(",", ":")) + "\n"


def _read(file: IO[str]) -> Remembered:
    remembered = Remembered()
    for line in file:
        try:
            event = json.loads(line)
            if "task" in event:
                task = task_from_json(event["task"])
                remembered.tasks[task.task_id] = task
            elif "called" in event:
                remembered.called.add(str(event["called"]))
            elif "spent" in event:
                remembered.spent += Decimal(event["spent"])
        except (ValueError, TypeError, KeyError, AttributeError, InvalidOperation):
            continue
    return remembered


def _trimmed(remembered: Remembered) -> Remembered:
    tasks = list(remembered.tasks.values())
    dropped, kept = tasks[:-KEEP_TASKS], tasks[-KEEP_TASKS:]
    spent = sum((task.total_cost for task in dropped), remembered.spent)
    by_id = {task.task_id: task for task in kept}
    return Remembered(by_id, remembered.called & by_id.keys(), spent)
