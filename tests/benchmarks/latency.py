"""From the upstream's success to the image on the page, by polling and with the callback.

Starts a stack of its own on loopback for each way, presses Generate, and asks for the refresh as
the page does: the request waits for news. Run with `make bench`; prints medians, asserts nothing.
"""

from __future__ import annotations

import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from functools import partial

import requests

from tests.member import PASSWORD
from tests.stack import answers, free_ports
from tests.waiting import until

PRESSES = 12


def token(text: str, name: str) -> str:
    match = re.search(rf'name="{name}"\s+value="([^"]+)"', text)
    if match is None:
        raise RuntimeError(f"no {name} on the page")
    return match[1]


class Page:
    """A signed-in browser, as far as this needs one."""

    def __init__(self, address: str, sandbox: str) -> None:
        self.address, self.sandbox = address, sandbox
        self.session = requests.Session()

    def log_in(self) -> None:
        page = self.session.get(f"{self.address}/accounts/login/").text
        self.session.post(
            f"{self.address}/accounts/login/",
            {
                "login": "bench",
                "password": PASSWORD,
                "csrfmiddlewaretoken": token(page, "csrfmiddlewaretoken"),
            },
        ).raise_for_status()

    def press(self, number: int) -> float:
        """Press Generate; gives the seconds from the upstream's success to the image here."""
        page = self.session.get(f"{self.address}/").text
        prompt = f"bench {number}"
        answer = self.session.post(
            f"{self.address}/batches/",
            {
                "prompt": prompt,
                "model": "google/gempix2",
                "count": 1,
                "form_token": token(page, "form_token"),
                "csrfmiddlewaretoken": token(page, "csrfmiddlewaretoken"),
            },
            headers={"HX-Request": "true"},
        )
        answer.raise_for_status()
        match = re.search(r'id="batch-([0-9a-f-]{36})"', answer.text)
        if match is None:
            raise RuntimeError("no batch in the answer")
        return self.wait(match[1].replace("-", ""), prompt)

    def wait(self, batch: str, prompt: str) -> float:
        version = "1"
        for _ in range(120):
            answer = self.session.get(
                f"{self.address}/live/",
                params={"have": f"{batch}:{version}", "wait": ""},
                headers={"HX-Request": "true"},
            )
            if answer.status_code == 204:
                continue
            found = re.search(r'data-version="(\d+)"', answer.text)
            version = found[1] if found else version
            if "<img" in answer.text:
                return time.time() - self.finished_at(prompt)
        raise RuntimeError("the image did not arrive")

    def finished_at(self, prompt: str) -> float:
        tasks = self.session.get(f"{self.sandbox}/sandbox/stats").json()["tasks"].values()
        (finished,) = [task["finished_at"] for task in tasks if task["prompt"] == prompt]
        return float(finished)


def measure(with_callback: bool) -> list[float]:
    """Latencies in seconds, one a press."""
    web, sandbox = free_ports()
    address = f"http://127.0.0.1:{web}"
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {
            "GEMPIX_DATA_DIR": folder,
            "GEMPIX_PORT": str(web),
            "GEMPIX_SANDBOX_PORT": str(sandbox),
            "GEMPIX_SANDBOX_SECONDS": "5",
            "GEMPIX_PUBLIC_URL": address if with_callback else "",
            "DJANGO_SUPERUSER_USERNAME": "bench",
            "DJANGO_SUPERUSER_EMAIL": "bench@example.org",
            "DJANGO_SUPERUSER_PASSWORD": PASSWORD,
        }
        stack = subprocess.Popen([sys.executable, "manage.py", "run"], env=environment)
        try:
            wait_until_up(address)
            subprocess.run(
                [sys.executable, "manage.py", "createsuperuser", "--noinput"],
                env=environment,
                check=True,
            )
            page = Page(address, f"http://127.0.0.1:{sandbox}")
            page.log_in()
            return [page.press(number) for number in range(PRESSES)]
        finally:
            stack.send_signal(signal.SIGINT)
            stack.wait(timeout=15)


def wait_until_up(url: str) -> None:
    until(partial(answers, f"{url}/healthz"), "the server answers", 60)


def main() -> None:
    for name, with_callback in (("polling", False), ("callback", True)):
        found = measure(with_callback)
        print(
            f"{name}: median {statistics.median(found):.2f} s, "
            f"from {min(found):.2f} to {max(found):.2f} s over {len(found)} presses"
        )


if __name__ == "__main__":
    main()
