"""`python -m tests.crash.lines`: SIGKILL at every line that runs between the click and the stored
image, once each; then a clean worker heals.

The lines are those that one job's life runs, in the order in which it first comes to them.
"""

from __future__ import annotations

import argparse
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

from tests.crash.rounds import Workshop, die, workshop
from tests.stack import ROOT

LAYERS = ("worker", "services", "upstream", "outbound", "media")
SOURCES = (*(f"{layer}/*.py" for layer in LAYERS), "models/jobs.py", "models/querysets.py")
FILES = frozenset(
    str(path) for source in (*SOURCES, "taskqueue.py") for path in (ROOT / "generator").glob(source)
)

Line = tuple[str, int]


def trace(came_to: Callable[[Line], None]) -> None:
    """Call it for each line of `FILES` that this thread, or one started later, comes to."""

    def within(frame: FrameType, event: str, _arg: Any) -> Any:
        if event == "line":
            came_to((frame.f_code.co_filename, frame.f_lineno))
        return within

    def outside(frame: FrameType, _event: str, _arg: Any) -> Any:
        return within if frame.f_code.co_filename in FILES else None

    threading.settrace(outside)
    sys.settrace(outside)


def kill_at(line: Line) -> None:
    """Make this process kill itself when it comes to the line."""
    trace(lambda here: die() if here == line else None)


def lines_of_a_life(shop: Workshop, words: str) -> list[Line]:
    """The lines that a job's life runs, each once, in order."""
    seen: dict[Line, None] = {}

    def arm() -> None:
        trace(lambda line: seen.setdefault(line))

    found = shop.walk(arm, lambda: list(seen), words=words)
    return [(file, number) for file, number in found]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="only each so-many-th line")
    parser.add_argument("--first", type=int, default=0, help="begin with this one")
    parser.add_argument("--words", default="", help="the sandbox's, such as [broken-file:1]")
    options = parser.parse_args()
    ends: Counter[str] = Counter()
    wrong = missed = 0
    began = time.monotonic()
    with workshop() as shop:
        lines = lines_of_a_life(shop, options.words)
        tried = lines[options.first :: options.every]
        for file, number in tried:
            verdict = shop.round(partial(kill_at, (file, number)), words=options.words)
            missed += not verdict.killed
            ends.update(verdict.ends)
            wrong += len(verdict.wrong)
            for sentence in verdict.wrong:
                print(f"{Path(file).relative_to(ROOT)}:{number}: {sentence}", flush=True)
    seconds = time.monotonic() - began
    print(
        f"{len(tried)} of {len(lines)} lines, killed at {len(tried) - missed}: "
        f"{ends['succeeded']} done, {ends['unconfirmed']} unclear, {wrong} wrong; {seconds:.0f} s"
    )
    return int(wrong > 0 or missed > len(tried) // 10)


if __name__ == "__main__":
    sys.exit(main())
