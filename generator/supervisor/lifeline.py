"""Processes that end with their parent. Runs before Django, so it imports nothing of ours.

As a script (`lifeline.py PARENT PROGRAM ARGUMENT…`) it ties itself to its parent and becomes the
program. That takes 10 ms and the place of `preexec_fn`, which may hang in a parent with threads.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def tie(signum: int) -> None:
    """Have the kernel send this process `signum` when its parent ends; on Linux only."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signum)


def tie_forks() -> None:
    """Have every process that is forked from now on killed when the one that forked it ends.

    For the queue's cluster: a killed leader would otherwise leave its helpers running.
    """
    parent = 0

    def remember() -> None:
        nonlocal parent
        parent = os.getpid()

    def tie_to_parent() -> None:
        tie(signal.SIGKILL)
        if os.getppid() != parent:  # it ended before this took effect
            os._exit(1)

    os.register_at_fork(before=remember, after_in_child=tie_to_parent)


if __name__ == "__main__":
    tie(signal.SIGTERM)
    if os.getppid() == int(sys.argv[1]):
        os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606 - given by the supervisor
