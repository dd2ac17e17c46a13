"""What people do meanwhile: some press Generate at an even pace, others walk the pages."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import requests

from tests.member import FIELD, IMAGE, Member

PAGES = ("/", "/history/", "/gallery/", "/settings/", "/healthz", "/readyz")
# Words of the sandbox, and the ends that a job with them may have besides being unclear.
FAULTS = {
    "[failed]": {"failed"},
    "[bad-request]": {"failed"},
    "[no-image]": {"no_image"},
    "[500:1]": {"succeeded"},
    "[429:2]": {"succeeded"},
    "[html-502]": set(),
    "[accepted-reset]": {"succeeded"},
    "[accepted-cut]": {"succeeded"},
    "[accepted-502]": {"succeeded"},
    "[late-index:3]": {"succeeded"},
    "[html-502-query:2]": {"succeeded"},
    "[broken-file:2]": {"succeeded"},
    "[slow:20]": {"succeeded"},
    "[data-uri]": {"succeeded"},
    "[callback-forged]": {"succeeded"},
    "[callback-twice]": {"succeeded"},
}


class Answers:
    """What the web server answered: a count for each status, and the slowest in seconds."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.counts: Counter[str] = Counter()
        self.bad: list[str] = []
        self.seconds: list[float] = []

    def ask(self, member: Member, method: str, path: str, **options: object) -> requests.Response:
        """One request; raises what `requests` raises when nobody answers."""
        began = time.monotonic()
        address = member.stack.url + path
        try:
            answer = member.session.request(method, address, timeout=30, **options)  # type: ignore[arg-type]
        except requests.RequestException:
            with self._lock:
                self.counts["none"] += 1
            raise
        with self._lock:
            self.counts[str(answer.status_code)] += 1
            self.seconds.append(time.monotonic() - began)
            if answer.status_code >= 500:
                self.bad.append(f"{answer.status_code} {method} {path}")
        return answer


def prompts(jobs: int, faults: float) -> Iterator[str]:
    """One prompt for each job, with a fault for the given share of them, evenly spread."""
    words = iter(random.sample(sorted(FAULTS), len(FAULTS)) * jobs)
    for number in range(jobs):
        faulty = int((number + 1) * faults) > int(number * faults)
        yield f"soak {number:03} {next(words) if faulty else ''}".strip()


def press(answers: Answers, member: Member, prompt: str) -> None:
    """Press Generate, as often as it takes with one form until an answer comes."""
    form: dict[str, str] = {}
    while True:
        try:
            if not form:
                form = dict(FIELD.findall(answers.ask(member, "GET", "/").text))
            fields = form | {"prompt": prompt, "model": "google/gempix2", "count": "1"}
            answer = answers.ask(member, "POST", "/batches/", data=fields)
            if answer.ok and answer.url == f"{member.stack.url}/":
                return
        except requests.RequestException:
            pass
        time.sleep(0.5)


def press_all(
    answers: Answers, members: Sequence[Member], wanted: list[str], seconds: float
) -> None:
    """Press for every prompt, evenly spread over the time; the members take turns."""
    began = time.monotonic()

    def press_own(turn: int) -> None:
        for number in range(turn, len(wanted), len(members)):
            time.sleep(max(0, began + number * seconds / len(wanted) - time.monotonic()))
            press(answers, members[turn], wanted[number])

    with ThreadPoolExecutor(len(members)) as pool:
        list(pool.map(press_own, range(len(members))))


def browse(answers: Answers, member: Member, over: threading.Event) -> None:
    """Walk the pages, an image now and then, until it is over."""
    while not over.wait(random.uniform(0.5, 1.5)):
        try:
            page = answers.ask(member, "GET", random.choice(PAGES)).text
            if images := IMAGE.findall(page):
                image = random.choice(images)
                answers.ask(member, "GET", image)
                answers.ask(member, "GET", f"{image}file/")
        except requests.RequestException:
            continue
