"""What happens to the processes meanwhile: one is killed now and then, all are weighed."""

from __future__ import annotations

import os
import random
import re
import signal
import sqlite3
import sys
import threading
import time
from collections import Counter
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.stack import Stack, answers

HEALS_WITHIN_SECONDS = 90
SAYS_EACH = 15  # weighings
PARTS = {"gunicorn": "web", "qcluster": "worker", " sandbox": "sandbox", " run": "supervisor"}


@dataclass(slots=True)
class Watched:
    """What was seen: kills with the seconds until all was well again (None: not in time), and
    each second's memory of all processes together, in MB."""

    kills: list[tuple[float, str, float | None]] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)


def statuses(stack: Stack) -> Counter[str]:
    """How many jobs stand in which status, read beside the studio."""
    database = stack.folder / "studio.sqlite3"
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=20)) as rows:
        found = rows.execute("SELECT status, COUNT(*) FROM generator_job GROUP BY status")
        return Counter(dict(found.fetchall()))


def weigh(stack: Stack, seen: Watched, over: threading.Event) -> None:
    """Note the memory of all processes together (each page shared out among them)."""
    while not over.wait(1):
        kilobytes = 0
        for pid in stack.processes():
            with suppress(OSError, AttributeError):
                rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
                kilobytes += int(re.search(r"^Pss:\s+(\d+)", rollup, re.MULTILINE)[1])  # type: ignore[index]
        seen.memory.append(kilobytes / 1024)
        if len(seen.memory) % SAYS_EACH == 0:
            print(f"soak: {dict(statuses(stack))}", file=sys.stderr, flush=True)


def kill_now_and_then(stack: Stack, seen: Watched, over: threading.Event, every: float) -> None:
    """`kill -9` of a random process after each so many seconds, until it is over."""
    began = time.monotonic()
    while not over.wait(every):
        pid, command = random.choice(sorted(stack.processes().items()))
        at = time.monotonic()
        role = role_of(stack, pid, command)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        seen.kills.append((at - began, role, healed_after(stack, role, at)))


def role_of(stack: Stack, pid: int, command: str) -> str:
    part = next((name for word, name in PARTS.items() if word in command), command)
    leads = pid in stack.leaders().values()
    return f"{part}, its {'leader' if leads else 'helper'}"


def healed_after(stack: Stack, role: str, at: float) -> float | None:
    """Seconds until pages are served, the studio is ready and jobs come to their end again.

    A killed supervisor is started again, as an operator's service manager would."""
    if role.startswith("supervisor"):
        stack._started.pop("supervisor").wait()
        stack.run()
    done = ended(stack)
    while time.monotonic() < at + HEALS_WITHIN_SECONDS:
        if ended(stack) > done and all(map(answers, pages(stack))) and len(stack.leaders()) == 4:
            return time.monotonic() - at
        time.sleep(0.2)
    return None


def pages(stack: Stack) -> list[str]:
    return [f"{stack.url}/healthz", f"{stack.url}/readyz", f"{stack.sandbox_url}/sandbox/stats"]


def ended(stack: Stack) -> int:
    found = statuses(stack)
    return sum(found[name] for name in ("succeeded", "failed", "no_image", "unconfirmed"))
