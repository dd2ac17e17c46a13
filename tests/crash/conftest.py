"""The journeys' stages, and a look into the queue's cluster."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from tests.journeys.conftest import member as member
from tests.journeys.conftest import owner as owner
from tests.journeys.conftest import stage as stage
from tests.stack import Stack


def cluster(stack: Stack) -> dict[str, int]:
    """The cluster's processes by what they do; not all of them while it is starting."""
    leaders, ours = stack.leaders(), stack.processes()
    found: dict[str, int] = {
        name: leaders[name] for name in ("web", "worker", "supervisor") if name in leaders
    }
    sentinels = [pid for pid in ours if parent(pid) == leaders.get("worker")]
    for sentinel in sentinels:
        # In the order in which a new cluster makes them; one that was killed comes back last.
        made = sorted(pid for pid in ours if parent(pid) == sentinel)
        if len(made) == 4:
            # A sweep's calls are made in threads; the other worker waits for the queue's lock.
            workers = sorted(made[:2], key=threads)
            names = ("sentinel", "idle worker", "busy worker", "monitor", "pusher")
            found |= dict(zip(names, (sentinel, *workers, *made[2:]), strict=True))
    return found


def parent(pid: int) -> int:
    return field(pid, "PPid")


def threads(pid: int) -> int:
    return field(pid, "Threads")


def field(pid: int, name: str) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1])
    return 0
