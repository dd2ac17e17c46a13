"""A zip of about 1 GB while other pages are asked for: the web server's memory, the zip's speed,
and how long those pages take with it and without it.

Starts a web server of its own on loopback over a data folder of 500 images of 2 MB. Run with
`python -m tests.benchmarks.zip`; prints figures, asserts nothing.
"""

from __future__ import annotations

import hashlib
import os
import statistics
import tempfile
import threading
import time
from pathlib import Path

from tests.member import PASSWORD, Member
from tests.stack import Stack

IMAGES = 500
BYTES = 2 * 2**20
SEED = """
import os
from generator.models import User
from tests.images import make_images, write_files
user = User.objects.create_user("bench", password="{password}", role="owner")
content = os.urandom({bytes})
for image in make_images(user, {images}, thumbnail_widths=[]):
    write_files(image, content)
"""


def memory(stack: Stack) -> int:
    """Resident bytes of all the web server's processes that no other process shares."""
    total = 0
    for pid, command in stack.processes().items():
        if "gunicorn" in command and "lifeline" not in command:
            text = Path(f"/proc/{pid}/smaps_rollup").read_text()
            lines = [line for line in text.splitlines() if line.startswith("Private")]
            total += sum(int(line.split()[1]) * 1024 for line in lines)
    return total


def page_seconds(member: Member) -> float:
    started = time.monotonic()
    member.page("/people/")
    return time.monotonic() - started


class Zip(threading.Thread):
    """One download of everything."""

    def __init__(self, member: Member) -> None:
        super().__init__()
        self.member, self.bytes, self.first, self.seconds = member, 0, 0.0, 0.0

    def run(self) -> None:
        started = time.monotonic()
        answer = self.member.session.get(
            f"{self.member.stack.url}/zip/?all=1", stream=True, timeout=120
        )
        answer.raise_for_status()
        expected = int(answer.headers["Content-Length"])
        digest = hashlib.sha256()
        for part in answer.iter_content(2**18):
            self.first = self.first or time.monotonic() - started
            self.bytes += len(part)
            digest.update(part[:16])
        self.seconds = time.monotonic() - started
        if self.bytes != expected:
            raise RuntimeError(f"{self.bytes} of {expected} bytes")


def measure(stack: Stack) -> None:
    stack.prepare()
    seed = SEED.format(password=PASSWORD, bytes=BYTES, images=IMAGES)
    stack.manage("shell", "-c", seed)
    stack.start("web")
    member = Member(stack, "bench").log_in()
    reader = Member(stack, "bench")
    reader.session.cookies.update(member.session.cookies)
    for _ in range(20):
        page_seconds(reader)
    alone = [page_seconds(reader) for _ in range(40)]
    before = peak = memory(stack)
    zipped, beside = Zip(member), []
    zipped.start()
    while zipped.is_alive():
        beside.append(page_seconds(reader))
        peak = max(peak, memory(stack))
    zipped.join()
    print(
        f"zip: {zipped.bytes / 1e9:.2f} GB in {zipped.seconds:.1f} s "
        f"({zipped.bytes / 1e6 / zipped.seconds:.0f} MB/s), first byte after {zipped.first:.2f} s\n"
        f"server memory: {before / 1e6:.0f} MB before, {peak / 1e6:.0f} MB at most, "
        f"grown by {(peak - before) / 1e6:.1f} MB\n"
        f"a page meanwhile: median {statistics.median(beside) * 1000:.0f} ms, at most "
        f"{max(beside) * 1000:.0f} ms over {len(beside)}; alone: median "
        f"{statistics.median(alone) * 1000:.0f} ms, at most {max(alone) * 1000:.0f} ms"
    )


def main() -> None:
    os.environ.pop("DATABASE_URL", None)
    with tempfile.TemporaryDirectory() as folder:
        stack = Stack(Path(folder) / "data")
        try:
            measure(stack)
        finally:
            stack.close()


if __name__ == "__main__":
    main()
