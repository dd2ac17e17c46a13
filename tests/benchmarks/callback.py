"""How long a callback waits for its answer, at the web server of production under moderate load.

Starts a web server on a database of its own with some drawing jobs, posts true reports to them at
a steady rate over real HTTP, half of them on connections of their own, and prints the answers'
times. One in ten has a wrong token. Asserts nothing but the answers' statuses.
Run with `python -m tests.benchmarks.callback`.
"""

from __future__ import annotations

import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests

from tests.benchmarks.latency import wait_until_up
from tests.stack import free_ports

JOBS = 50
CALLBACKS = 1_500
PER_SECOND = 50
SENDERS = 16
WRONG_EVERY = 10

MAKE_JOBS = """
from generator import catalog
from generator.models import Job, Role, User
from generator.services import batches
user = User.objects.create_user("bench", password="x", role=Role.MEMBER)
for number in range({jobs}):
    request = batches.GenerationRequest("bench", catalog.offered()[0], 1)
    batches.create(user, request, f"bench-{{number}}")
for number, job in enumerate(Job.objects.all()):
    Job.objects.filter(pk=job.pk).update(status="running", task_id=f"ta-{{number}}", due_at=None)
    print("JOB", job.pk, job.callback_token, f"ta-{{number}}")
"""

kept = threading.local()


def send(base: str, job: tuple[str, str, str], number: int, due: float) -> tuple[float, float]:
    """Post one report at its moment; gives the milliseconds of its answer, and since it was due."""
    time.sleep(max(0.0, due - time.perf_counter()))
    pk, token, task_id = job
    wrong = number % WRONG_EVERY == 0
    token = secrets.token_urlsafe(24) if wrong else token
    if not hasattr(kept, "session"):
        kept.session = requests.Session()
    caller = kept.session if number % 2 else requests
    started = time.perf_counter()
    body = {"task_id": task_id, "status": "success", "consumed": "0.500000"}
    address = f"{base}/callbacks/{pk}/{token}/"
    try:
        answer = caller.post(address, json=body, timeout=30)
    except requests.ConnectionError:
        if caller is requests:
            raise
        # A kept connection that the server, after 2 s without a request, closed just then.
        answer = requests.post(address, json=body, timeout=30)
    ended = time.perf_counter()
    if answer.status_code != (404 if wrong else 204):
        raise RuntimeError(f"answered {answer.status_code}")
    return (ended - started) * 1000, (ended - due) * 1000


def measure(base: str, jobs: list[tuple[str, str, str]]) -> list[tuple[float, float]]:
    begins = time.perf_counter() + 0.5
    with ThreadPoolExecutor(SENDERS) as pool:
        steps = [
            pool.submit(send, base, jobs[number % len(jobs)], number, begins + number / PER_SECOND)
            for number in range(CALLBACKS)
        ]
        return [step.result() for step in steps]


def manage(environment: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return done.stdout


def run() -> list[tuple[float, float]]:
    """Milliseconds of all answers, of the call alone and since it was due."""
    port, _ = free_ports()
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"GEMPIX_DATA_DIR": folder, "GEMPIX_PORT": str(port)}
        manage(environment, "migrate")
        manage(environment, "collectstatic", "--noinput")
        made = manage(environment, "shell", "-c", MAKE_JOBS.format(jobs=JOBS))
        rows = [line.split()[1:] for line in made.splitlines() if line.startswith("JOB ")]
        command = "from generator.supervisor.stack import web_command; print(*web_command())"
        web = manage(environment, "shell", "-v0", "-c", command).split()
        with Path(folder, "web.log").open("wb") as log:
            server = subprocess.Popen(web, env=environment, stdout=log, stderr=log)
        try:
            wait_until_up(f"http://127.0.0.1:{port}")
            return measure(f"http://127.0.0.1:{port}", [(pk, t, task) for pk, t, task in rows])
        finally:
            server.terminate()
            server.wait(timeout=30)


def percentile(values: list[float], share: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[share - 1]


def main() -> None:
    found = run()
    columns = zip(*found, strict=True)
    for name, column in zip(("answered", "since due"), columns, strict=True):
        values = sorted(column)
        print(
            f"{name}: median {statistics.median(values):.1f} ms, "
            f"95th percentile {percentile(values, 95):.1f} ms, "
            f"99th percentile {percentile(values, 99):.1f} ms, most {values[-1]:.1f} ms "
            f"over {len(values)} callbacks at {PER_SECOND} a second"
        )


if __name__ == "__main__":
    main()
