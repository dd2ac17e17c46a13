"""Outgoing callbacks: when they are due, and their delivery.

As the vendor documents it: one POST per callback, no signature, no retry. The steps of one task
go out strictly one after another, however slow the receiver.
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

from generator.sandbox.behaviour import CallbackStep, Truth
from generator.sandbox.tasks import Task

TIMEOUT_SECONDS = 10.0
WORKERS = 8
AGENT = "GemPix-Callback/1.0"

# From a task and a step to what is posted.
Body = Callable[[Task, CallbackStep], dict[str, Any]]
Notice = Callable[[Task], None]
FindTask = Callable[[str], Task | None]


def deliver(url: str, body: dict[str, Any]) -> int | None:
    """POST ``body`` as JSON; gives the HTTP status, None if nothing was answered."""
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
    """The same URL with the last letter or digit of its path changed."""
    parts = urlsplit(url)
    for place in range(len(parts.path) - 1, -1, -1):
        if parts.path[place].isalnum():
            other = "a" if parts.path[place] != "a" else "b"
            path = parts.path[:place] + other + parts.path[place + 1 :]
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
        """When it goes out; None while its task is held."""
        end = self.task.finished_at
        if end is None:
            return None
        return max(self.not_before, end + self.task.scenario.callbacks[self.step].delay_seconds)


class CallbackDesk:
    """Delivers the callbacks of tasks when they are due, on a few threads of its own.

    ``find_task`` gives a task as it is now, ``body`` says what a step posts, ``sent`` hears of
    each delivery that was answered, ``done`` of each task whose steps are all through.
    """

    def __init__(self, find_task: FindTask, body: Body, sent: Notice, done: Notice) -> None:
        self._find_task, self._body, self._sent, self._done = find_task, body, sent, done
        self._due: list[tuple[float, int, Delivery]] = []
        self._held: dict[str, Delivery] = {}
        self._order = count()
        self._changed = Condition()
        self._open = False

    def start(self) -> None:
        """Begin to deliver."""
        self._open = True
        for number in range(WORKERS):
            Thread(target=self._work, name=f"sandbox-callback-{number}", daemon=True).start()

    def stop(self) -> None:
        """Deliver nothing more; does not wait for a delivery on its way."""
        with self._changed:
            self._open = False
            self._changed.notify_all()

    def reset(self) -> None:
        """Forget what is due."""
        with self._changed:
            self._due.clear()
            self._held.clear()

    def accept(self, task: Task) -> None:
        """Deliver what comes before the submit's answer now, plan the rest."""
        step = 0
        if task.callback_url and task.scenario.ends:
            for early in task.scenario.callbacks:
                if not early.before_answer or task.held:
                    break
                self._deliver(task, step)
                step += 1
            self._plan(task, step)

    def resume(self, task: Task, not_before: float) -> None:
        """Plan the callbacks of a task out of the state file again."""
        if task.callback_url and task.scenario.ends:
            self._plan(task, 0, not_before)

    def released(self, task: Task) -> None:
        """Plan what waited for this task's release."""
        with self._changed:
            delivery = self._held.pop(task.task_id, None)
            if delivery:
                self._push(delivery)

    def _plan(self, task: Task, step: int, not_before: float = 0.0) -> None:
        if step >= len(task.scenario.callbacks):
            self._done(task)
            return
        with self._changed:
            self._push(Delivery(task, step, not_before))

    def _push(self, delivery: Delivery) -> None:
        """Put a delivery where it waits: for its time, or for the release of its task.

        The task is looked up under the lock that `released` takes too, after it has changed:
        so a release is seen either here or there.
        """
        delivery = self._refreshed(delivery)
        due = delivery.due
        if due is None:
            self._held[delivery.task.task_id] = delivery
        else:
            heapq.heappush(self._due, (due, next(self._order), delivery))
            self._changed.notify()

    def _refreshed(self, delivery: Delivery) -> Delivery:
        return replace(delivery, task=self._find_task(delivery.task.task_id) or delivery.task)

    def _work(self) -> None:
        while (delivery := self._next()) is not None:
            self._deliver(delivery.task, delivery.step)
            self._plan(delivery.task, delivery.step + 1)

    def _next(self) -> Delivery | None:
        with self._changed:
            while self._open:
                now = time.time()
                wait = self._due[0][0] - now if self._due else None
                if wait is not None and wait <= 0:
                    delivery = self._refreshed(heapq.heappop(self._due)[2])
                    if delivery.due is not None and delivery.due <= now:
                        return delivery
                    self._push(delivery)  # it was held since
                    continue
                # Bounded, since the wall clock may jump while we wait.
                self._changed.wait(min(wait, 5.0) if wait is not None else None)
            return None

    def _deliver(self, task: Task, number: int) -> None:
        step = task.scenario.callbacks[number]
        url = task.callback_url
        if step.truth is Truth.WRONG_TOKEN:
            url = wrong_token(url)
        try:
            if deliver(url, self._body(task, step)) is not None:
                self._sent(task)
        except Exception:
            # An image that cannot be painted must not end the deliveries of all others.
            traceback.print_exc()
