"""Outgoing callbacks: when they are due, and their delivery.

As the vendor documents it: one POST per callback, no signature, no retry. The steps of one task
are delivered strictly one after another, however slow the receiver is.
"""

import heapq
import http.client
import json
import ssl
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count
from threading import Condition, Thread
from typing import Any
from urllib.parse import urlsplit

from generator.sandbox.behavior import CallbackStep, Forgery
from generator.sandbox.tasks import Task

TIMEOUT_SECONDS = 10.0
WORKERS = 8
AGENT = "GemPix-Callback/1.0"

# From a task and a step to what is posted.
BuildBody = Callable[[Task, CallbackStep], dict[str, Any]]
OnTask = Callable[[Task], None]
FindTask = Callable[[str], Task | None]


def deliver(url: str, body: dict[str, Any]) -> int | None:
    """POST ``body`` as JSON; return the HTTP status, or None if there was no answer."""
    parts = urlsplit(url)
    payload = json.dumps(body).encode()
    connection: http.client.HTTPConnection | None = None
    try:
        connection = _connection(parts.scheme, parts.hostname or "", parts.port)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = {"Content-Type": "application/json", "User-Agent": AGENT}
        connection.request("POST", target, payload, headers)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        if connection:
            connection.close()


def _connection(scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
    if scheme == "https":
        return http.client.HTTPSConnection(
            host, port, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context()
        )
    return http.client.HTTPConnection(host, port, timeout=TIMEOUT_SECONDS)


def wrong_token(url: str) -> str:
    """Return the URL with the last letter or digit of its path changed."""
    parts = urlsplit(url)
    for index in range(len(parts.path) - 1, -1, -1):
        if parts.path[index].isalnum():
            replacement = "a" if parts.path[index] != "a" else "b"
            path = parts.path[:index] + replacement + parts.path[index + 1 :]
            return parts._replace(path=path).geturl()
    return parts._replace(path="/wrong").geturl()


@dataclass(frozen=True)
class Delivery:
    """The next step of one task."""

    task: Task
    step: int
    not_before: float = 0.0

    @property
    def due(self) -> float | None:
        """The time of the delivery; None while its task is held."""
        end = self.task.finished_at
        if end is None:
            return None
        return max(self.not_before, end + self.task.scenario.callbacks[self.step].delay_seconds)


class CallbackSender:
    """Delivers the callbacks of tasks when they are due, on its own threads.

    ``find_task`` returns a task's current state, ``build_body`` what a step posts. ``on_answer``
    is called after each delivery that was answered, ``on_done`` after a task's last step.
    """

    def __init__(
        self, find_task: FindTask, build_body: BuildBody, on_answer: OnTask, on_done: OnTask
    ) -> None:
        self._find_task, self._build_body = find_task, build_body
        self._on_answer, self._on_done = on_answer, on_done
        self._due: list[tuple[float, int, Delivery]] = []
        self._held: dict[str, Delivery] = {}
        self._order = count()
        self._changed = Condition()
        self._open = False

    def start(self) -> None:
        """Start delivering."""
        self._open = True
        for number in range(WORKERS):
            Thread(target=self._work, name=f"sandbox-callback-{number}", daemon=True).start()

    def stop(self) -> None:
        """Stop delivering, without waiting for deliveries in progress."""
        with self._changed:
            self._open = False
            self._changed.notify_all()

    def reset(self) -> None:
        """Forget all deliveries."""
        with self._changed:
            self._due.clear()
            self._held.clear()

    def accept(self, task: Task) -> None:
        """Deliver what precedes the submit's answer now, and schedule the rest."""
        step = 0
        if task.callback_url and task.scenario.ends:
            for early in task.scenario.callbacks:
                if not early.before_answer or task.held:
                    break
                self._deliver(task, step)
                step += 1
            self._schedule(task, step)

    def resume(self, task: Task, not_before: float) -> None:
        """Schedule the callbacks of a task from the state file again."""
        if task.callback_url and task.scenario.ends:
            self._schedule(task, 0, not_before)

    def release(self, task: Task) -> None:
        """Schedule what waited for this task's release."""
        with self._changed:
            delivery = self._held.pop(task.task_id, None)
            if delivery:
                self._push(delivery)

    def _schedule(self, task: Task, step: int, not_before: float = 0.0) -> None:
        if step >= len(task.scenario.callbacks):
            self._on_done(task)
            return
        with self._changed:
            self._push(Delivery(task, step, not_before))

    def _push(self, delivery: Delivery) -> None:
        """Queue a delivery for its time, or until its task is released.

        `release` takes the same lock after the task has changed, so a release is noticed either
        here or there.
        """
        delivery = self._refresh(delivery)
        due = delivery.due
        if due is None:
            self._held[delivery.task.task_id] = delivery
        else:
            heapq.heappush(self._due, (due, next(self._order), delivery))
            self._changed.notify()

    def _refresh(self, delivery: Delivery) -> Delivery:
        return replace(delivery, task=self._find_task(delivery.task.task_id) or delivery.task)

    def _work(self) -> None:
        while (delivery := self._next()) is not None:
            self._deliver(delivery.task, delivery.step)
            self._schedule(delivery.task, delivery.step + 1)

    def _next(self) -> Delivery | None:
        with self._changed:
            while self._open:
                now = time.time()
                wait = self._due[0][0] - now if self._due else None
                if wait is not None and wait <= 0:
                    delivery = self._refresh(heapq.heappop(self._due)[2])
                    if delivery.due is not None and delivery.due <= now:
                        return delivery
                    self._push(delivery)  # it has been held since
                    continue
                # Bounded, because the wall clock may jump meanwhile.
                self._changed.wait(min(wait, 5.0) if wait is not None else None)
            return None

    def _deliver(self, task: Task, number: int) -> None:
        step = task.scenario.callbacks[number]
        url = task.callback_url
        if step.forgery is Forgery.WRONG_TOKEN:
            url = wrong_token(url)
        try:
            if deliver(url, self._build_body(task, step)) is not None:
                self._on_answer(task)
        except Exception:
            # One task's failure must not end the deliveries of all others.
            traceback.print_exc()
