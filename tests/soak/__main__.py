"""`make soak`: a studio of real processes under load, faults of the upstream and kills.

Prints a table in Markdown; exit code 1 when a promise was broken.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from tests.member import Member
from tests.soak import load, watch
from tests.stack import Stack

BROWSERS = 10
PRESSERS = 4
SETTLES_WITHIN_SECONDS = 300
# Moved on by the studio itself; a file that could not be copied waits up to a quarter of an hour.
MOVING = ("queued", "submitting", "running", "storing", "unfetched")


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--jobs", type=int, default=500)
    parser.add_argument("--faults", type=float, default=0.2, help="share of jobs with a fault")
    parser.add_argument("--kill-every", type=float, default=60, help="seconds between two kills")
    parser.add_argument("--seed", type=int, default=None)
    return parser.parse_args()


def soak(stack: Stack, wanted: argparse.Namespace) -> list[str]:
    """Run it, print what was seen, and give the broken promises."""
    stack.run()
    owner = Member(stack, "olivia").set_up()
    members = [owner.adds("mina") for _number in range(BROWSERS)]
    pressing = [owner.adds("piet") for _number in range(PRESSERS)]
    answers, seen, over = load.Answers(), watch.Watched(), threading.Event()
    prompts, seconds = list(load.prompts(wanted.jobs, wanted.faults)), wanted.minutes * 60
    threads = [
        threading.Thread(target=watch.weigh, args=(stack, seen, over)),
        threading.Thread(
            target=watch.kill_now_and_then, args=(stack, seen, over, wanted.kill_every)
        ),
        *(threading.Thread(target=load.browse, args=(answers, who, over)) for who in members),
    ]
    for thread in threads:
        thread.start()
    try:
        load.press_all(answers, pressing, prompts, seconds)
    finally:
        over.set()
        for thread in threads:
            thread.join()
    settled = settle(stack)
    paid = Counter(stack.stats()["by_prompt"])
    stack.close()
    ends, broken = judge(prompts, paid)
    report(wanted, answers, seen, ends, settled)
    broken += [f"not healed in time: {role}" for _at, role, took in seen.kills if took is None]
    broken += [line for line in answers.bad if not line.startswith("503")]
    return broken if settled is not None else [*broken, "work was left at the end"]


def settle(stack: Stack) -> float | None:
    """Seconds until nothing moves any more; None when something still does."""
    began = time.monotonic()
    while time.monotonic() < began + SETTLES_WITHIN_SECONDS:
        found = watch.statuses(stack)
        if not sum(found[name] for name in MOVING):
            return time.monotonic() - began
        time.sleep(0.5)
    return None


def judge(prompts: list[str], paid: Counter[str]) -> tuple[Counter[str], list[str]]:
    """How the jobs ended, and every broken promise; reads the studio's own rows and files."""
    import django

    django.setup()
    from generator.models import Job
    from tests import promises

    broken = promises.broken(paid)
    jobs = list(Job.objects.select_related("batch"))
    made = Counter(job.batch.prompt for job in jobs)
    broken += [f"lost: {prompt}" for prompt in prompts if not made[prompt]]
    broken += [f"made {times} times by one press: {p}" for p, times in made.items() if times > 1]
    for job in jobs:
        words = job.batch.prompt.partition("[")
        may = load.FAULTS.get(f"[{words[2]}" if words[1] else "", {"succeeded"})
        if job.status not in {*may, "unconfirmed"}:
            broken.append(f"{job.batch.prompt} ended as {job.status}")
    return Counter(job.status for job in jobs), broken


def report(
    wanted: argparse.Namespace,
    answers: load.Answers,
    seen: watch.Watched,
    ends: Counter[str],
    settled: float | None,
) -> None:
    tenth = max(1, len(seen.memory) // 10)
    early, late = seen.memory[tenth : 2 * tenth] or [0], seen.memory[-tenth:] or [0]
    times = sorted(answers.seconds)
    rows = {
        "minutes, jobs, faults": f"{wanted.minutes:g}, {wanted.jobs}, {wanted.faults:.0%}",
        "ends": ", ".join(f"{name} {count}" for name, count in ends.most_common()),
        "settled after the last press": f"{settled:.0f} s" if settled is not None else "no",
        "answers": f"{sum(answers.counts.values())}, {dict(sorted(answers.counts.items()))}",
        "500 and more": ", ".join(f"{n} {x}" for x, n in Counter(answers.bad).items()) or "none",
        "page, median and 99 of 100": f"{statistics.median(times):.2f} s, "
        f"{times[int(len(times) * 0.99)]:.2f} s",
        "memory, second and last tenth": f"{statistics.mean(early):.0f} MB, "
        f"{statistics.mean(late):.0f} MB; most {max(seen.memory, default=0):.0f} MB",
    }
    for at, role, took in seen.kills:
        rows[f"killed at {at:.0f} s: {role}"] = (
            f"{took:.1f} s" if took is not None else "not healed"
        )
    print("| what | seen |", "| --- | --- |", sep="\n")
    print(*(f"| {name} | {value} |" for name, value in rows.items()), sep="\n", flush=True)


def main() -> int:
    wanted = options()
    random.seed(wanted.seed)
    with tempfile.TemporaryDirectory(prefix="gempix-soak-") as place:
        settings = {"GEMPIX_PUBLIC_URL": "own", "GEMPIX_SANDBOX_SECONDS": "4"}
        stack = Stack(Path(place) / "data", **settings)
        stack.folder.mkdir()
        os.environ.pop("DATABASE_URL", None)
        os.environ |= stack.environment | {"DJANGO_SETTINGS_MODULE": "gempix_site.settings"}
        try:
            broken = soak(stack, wanted)
        finally:
            stack.close()
    print(*(f"BROKEN: {line}" for line in broken), sep="\n")
    return int(bool(broken))


if __name__ == "__main__":
    sys.exit(main())
