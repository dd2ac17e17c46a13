"""How many jobs a second the studio finishes, how late images are, and what a job costs.

Starts a studio on loopback, queues twice as many jobs as are to be in flight, and waits until all
are stored. The sandbox's tasks take so long that this many are in flight at 20 jobs a second.
Beside it stands what bare `requests` calls reach in the same run: submit, query and
download, in 16 threads. Run with `python -m tests.benchmarks.throughput`; prints a table, asserts
nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path

import requests

from tests.stack import Stack, footing, until

ROLES = {"gunicorn": "web", "qcluster": "worker", " sandbox": "sandbox", " run": "supervisor"}
# The goal, at which the sandbox's tasks take as long as keeps the number in flight.
WANTED_PER_SECOND = 20
PER_PRESS = 8
PATIENCE_SECONDS = 540
PRESS = """
from generator import catalog
from generator.models import Role, User
from generator.services import batches
user, _ = User.objects.get_or_create(username="bench", defaults={{"role": Role.MEMBER}})
left = {jobs}
while left > 0:
    count = min(left, {per_press})
    request = batches.GenerationRequest(f"bench {{left}}", catalog.offered()[0], count)
    batches.create(user, request, f"bench-{{left}}")
    left -= {per_press}
"""
COUNT = """
from generator.models import Job
print(Job.objects.filter(status="succeeded").count())
"""
STORED = """
import json
from generator.models import JobEvent
rows = JobEvent.objects.filter(status="succeeded").values_list("job__task_id", "at")
print(json.dumps([[task, at.timestamp()] for task, at in rows]))
"""


def processor_seconds(stack: Stack) -> dict[str, float]:
    """Return the processor seconds so far, by the role of the process."""
    tick = os.sysconf("SC_CLK_TCK")
    seconds: dict[str, float] = dict.fromkeys([*ROLES.values(), "other"], 0.0)
    for pid, command in stack.processes().items():
        role = next((role for word, role in ROLES.items() if word in command), "other")
        with suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            seconds[role] += (int(fields[11]) + int(fields[12])) / tick
    return seconds


def bare(stack: Stack, jobs: int) -> float:
    """Return the jobs per second of a bare script."""
    stack.configure(duration_seconds=0)
    headers = {"Authorization": "Bearer sandbox"}

    def one(number: int) -> None:
        with requests.Session() as session:
            session.headers.update(headers)
            body = {"model": "google/gempix2", "prompt": f"bare {number}"}
            url = f"{stack.sandbox_url}/api/image/gen"
            task = session.post(url, json=body, timeout=30).json()["data"]["task_id"]
            url = f"{stack.sandbox_url}/api/task/query"
            result = until(
                lambda: (
                    session.get(url, params={"task_id": task}, timeout=30)
                    .json()["data"]
                    .get("result")
                ),
                "the task has a result",
                between=partial(time.sleep, 0.05),
            )
            session.get(result[0]["image"], timeout=30).raise_for_status()

    started = time.monotonic()
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(one, range(jobs)))
    return jobs / (time.monotonic() - started)


def measure(stack: Stack, in_flight: int) -> dict[str, float | str]:
    """Return the figures of a queue of jobs, of which about so many are in flight at a time."""
    jobs = max(400, 2 * in_flight)
    stack.configure(duration_seconds=in_flight / WANTED_PER_SECOND, credits=1_000_000)
    before = processor_seconds(stack)
    stack.manage("shell", "-c", PRESS.format(jobs=jobs, per_press=PER_PRESS))
    times = stack.until(partial(_stored, stack, jobs), "all are stored", PATIENCE_SECONDS, 2)
    after = processor_seconds(stack)
    finished = sorted(stored_at for _, stored_at in times)
    late = sorted(stored_at - finished_at for finished_at, stored_at in times)
    costs = {role: (after[role] - before[role]) / jobs for role in after}
    return {
        "jobs, in flight": f"{jobs}, {in_flight}",
        "finished per second": jobs / (finished[-1] - finished[0]),
        "success to stored, median": late[len(late) // 2],
        "success to stored, 95th percentile": late[int(len(late) * 0.95)],
        "processor seconds per job": sum(costs.values()) - costs["sandbox"],
        "of which": ", ".join(f"{role} {cost:.3f}" for role, cost in costs.items()),
    }


def _stored(stack: Stack, jobs: int) -> list[tuple[float, float]] | None:
    """Return when each task ended and when its image was stored, once all are."""
    if int(stack.manage("shell", "-c", COUNT).splitlines()[-1]) < jobs:
        return None
    (line,) = stack.manage("shell", "-c", STORED).splitlines()[-1:]
    tasks = stack.stats()["tasks"]
    return [(tasks[task]["finished_at"], stored_at) for task, stored_at in json.loads(line)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--in-flight", type=int, default=100)
    parser.add_argument("--callback", action="store_true", help="the sandbox calls back")
    wanted = parser.parse_args()
    settings = {"GEMPIX_PUBLIC_URL": "own"} if wanted.callback else {}
    with tempfile.TemporaryDirectory() as folder, footing() as places:
        stack = Stack(Path(folder) / "data", **places, **settings)
        stack.run()
        try:
            figures = measure(stack, wanted.in_flight)
            figures["bare calls per second"] = bare(stack, 100)
        finally:
            stack.close()
    print("| what | measured |", "| --- | --- |", sep="\n")
    for name, value in figures.items():
        shown = f"{value:.3g}" if isinstance(value, float) else value
        print(f"| {name} | {shown} |", flush=True)


if __name__ == "__main__":
    main()
