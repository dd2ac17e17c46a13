"""`python -m tests.crash.points`: SIGKILL at each named point between two steps, many rounds.

Each round two images are pressed for; the worker dies when it gets to the point first.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, wraps
from importlib import import_module
from typing import Any

from tests.crash.rounds import Workshop, die, workshop


@dataclass(frozen=True)
class Point:
    """Where: before or after the call of a function."""

    name: str
    module: str
    function: str
    after: bool = False


WORKER = "generator.worker"
POINTS = (
    Point("before the press is committed", "generator.services.wakeup", "wake"),
    Point("before the fence", f"{WORKER}.submits", "_start"),
    Point("before the POST", "generator.upstream.client", "Client.submit"),
    Point("after it left, before its answer", "http.client", "HTTPConnection.getresponse"),
    Point("with the answer in hand", "generator.upstream.client", "Client.submit", after=True),
    Point("before the answer is stored", f"{WORKER}.submits", "accept"),
    Point("after the answer is stored", f"{WORKER}.submits", "accept", after=True),
    Point("before the cost is settled", "generator.services.usage", "settle"),
    Point("after the cost is settled", "generator.services.usage", "settle", after=True),
    Point("before the file is written", "generator.media.storage", "keep"),
    Point("after the file is written", "generator.media.storage", "keep", after=True),
    Point("after the small copies", "generator.media.thumbnails", "copy", after=True),
    Point("before the image's row", f"{WORKER}.results", "_succeed"),
)


def arm(point: Point) -> None:
    """Make this process kill itself when it gets to the point."""
    place: Any = import_module(point.module)
    *within, name = point.function.split(".")
    for part in within:
        place = getattr(place, part)
    setattr(place, name, _deadly(getattr(place, name), point))


def _deadly(function: Callable[..., Any], point: Point) -> Callable[..., Any]:
    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        if not point.after:
            die()
        result = function(*args, **kwargs)
        die()
        return result

    return call


def try_point(shop: Workshop, point: Point, rounds: int) -> tuple[int, Counter[str], list[str]]:
    """How often it killed, how the jobs ended, and what was wrong."""
    verdicts = [shop.round(partial(arm, point), count=2) for _round in range(rounds)]
    ends = Counter(end for verdict in verdicts for end in verdict.ends)
    wrong = [line for verdict in verdicts for line in verdict.wrong]
    return sum(verdict.killed for verdict in verdicts), ends, wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20, help="at each point")
    rounds = parser.parse_args().rounds
    failed = False
    print("| killed | rounds | done | unclear | wrong |", "| --- " * 5 + "|", sep="\n")
    with workshop() as shop:
        for point in POINTS:
            killed, ends, wrong = try_point(shop, point, rounds)
            done, unclear = ends["succeeded"], ends["unconfirmed"]
            print(f"| {point.name} | {killed} | {done} | {unclear} | {len(wrong)} |", flush=True)
            print(*wrong, sep="\n", end="\n" if wrong else "", file=sys.stderr)
            failed |= bool(wrong) or killed < rounds
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
