"""One supervisor per data folder, and no process of an earlier one beside it."""

from __future__ import annotations

import fcntl
import logging
import os
import signal
import time
from pathlib import Path

log = logging.getLogger(__name__)

# After `kill -9` of a supervisor the kernel asks its programs to end (`lifeline`). The next
# supervisor lets them finish what they have begun for this long before it kills them.
LEFTOVER_SECONDS = 10.0


class CannotStart(Exception):
    """What prevents a start, as one sentence for the operator."""


def claim(folder: Path) -> int:
    """Make this process the folder's only supervisor; the lock lives as long as the process.

    Raise `CannotStart` if another process holds it. Return the descriptor; no child inherits it.
    """
    descriptor = os.open(folder / "supervisor.lock", os.O_RDWR | os.O_CREAT, 0o600)
    if not _lock(descriptor):
        other = os.read(descriptor, 20).decode(errors="replace").strip() or "unknown"
        raise CannotStart(
            f"the data folder {folder} is in use by another GemPix Studio (process {other}); "
            "stop that one first, or choose another folder with GEMPIX_DATA_DIR."
        )
    os.ftruncate(descriptor, 0)
    os.write(descriptor, f"{os.getpid()}\n".encode())
    return descriptor


def tether(folder: Path, grace: float = LEFTOVER_SECONDS) -> int:
    """Return a locked descriptor for every child, and its children, to inherit.

    It stays locked until the last of them has ended, so a supervisor that gets the lock knows that
    no process of an earlier run is left. One that does not get it waits `grace` seconds, then kills
    exactly the processes that hold it.
    """
    descriptor = os.open(folder / "processes.lock", os.O_RDWR | os.O_CREAT, 0o600)
    if _lock(descriptor):
        return descriptor
    log.warning("an earlier run was killed; waiting for its processes to end")
    if not _lock_within(descriptor, grace):
        for pid in _holders(descriptor):
            log.warning("killing process %d of the earlier run", pid)
            os.kill(pid, signal.SIGKILL)
        if not _lock_within(descriptor, 2):
            raise CannotStart(
                f"processes of an earlier run still use the data folder {folder}; stop them first."
            )
    return descriptor


def _lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _lock_within(descriptor: int, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not _lock(descriptor):
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.1)
    return True


def _holders(descriptor: int) -> list[int]:
    """Return the other processes that have the file open; none where there is no /proc."""
    locked = os.fstat(descriptor)
    pids = set()
    for entry in Path("/proc").glob("[0-9]*/fd/*"):
        pid = int(entry.parts[2])
        try:
            if pid != os.getpid() and os.path.samestat(entry.stat(), locked):
                pids.add(pid)
        except OSError:
            continue  # it ended, the descriptor was closed, or it is another user's
    return sorted(pids)
