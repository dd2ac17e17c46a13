"""Slow clients against the web server: how long a member's page takes before, during and after.

Three attacks, alone and together, each from this process and on 127.0.0.1 only: 200 connections
that send half a head, 50 uploads and 50 downloads at 10 kB/s. Beside them, 50 pages wait for news.
Run with `make bench-slow`; prints medians, asserts nothing. `--server` names another command of a
web server, with `{port}` in it.
"""

from __future__ import annotations

import argparse
import os
import re
import selectors
import signal
import socket
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.benchmarks.zip import memory
from tests.member import PASSWORD, Member
from tests.stack import ROOT, Stack

HALF_OPEN, UPLOADS, DOWNLOADS, WAITING = 200, 50, 50, 50
BYTES = 16 * 2**20
PIECE = 1000
EVERY_SECONDS = 0.1
SEED = """
import os
from generator.models import User
from generator.state import Status
from tests.images import make_batch, make_images, make_job, write_files
user = User.objects.create_user("bench", password="{password}", role="owner")
(image,) = make_images(user, 1, thumbnail_widths=[])
write_files(image, os.urandom({bytes}))
job = make_job(make_batch(user))
print(f"image={{image.pk}} job={{job.pk}} version={{job.version}}")
"""


class Attack(threading.Thread):
    """Connections that move `PIECE` bytes each tenth of a second, all in one thread."""

    def __init__(self, port: int, count: int, head: bytes, *, sends: bool, buffer: int = 0) -> None:
        super().__init__(daemon=True)
        self.port, self.count, self.head, self.sends = port, count, head, sends
        self.buffer = buffer
        self.done = threading.Event()
        self.open: list[socket.socket] = []
        self.ended = 0

    def connect(self) -> None:
        for _ in range(self.count):
            sock = socket.socket()
            if self.buffer:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self.buffer)
            sock.settimeout(5)
            sock.connect(("127.0.0.1", self.port))
            sock.sendall(self.head)
            sock.setblocking(False)
            self.open.append(sock)

    def run(self) -> None:
        while not self.done.wait(EVERY_SECONDS):
            for sock in list(self.open):
                try:
                    if self.sends:
                        sock.send(b"x" * PIECE)
                    elif self.buffer and not sock.recv(PIECE):
                        raise ConnectionError
                except BlockingIOError:
                    pass
                except OSError:
                    self.ended += 1
                    self.open.remove(sock)
                    sock.close()

    def stop(self) -> None:
        self.done.set()
        self.join()
        for sock in self.open:
            sock.close()


class Waiting(threading.Thread):
    """Pages whose `/live/` requests wait, sent again when answered."""

    def __init__(self, port: int, cookie: str, have: str) -> None:
        super().__init__(daemon=True)
        self.port = port
        self.head = (
            f"GET /live/?have={have}&wait HTTP/1.1\r\nHost: 127.0.0.1\r\n{cookie}\r\n\r\n"
        ).encode()
        self.done = threading.Event()
        self.answered = 0

    def run(self) -> None:
        with selectors.DefaultSelector() as selector:
            for _ in range(WAITING):
                self._ask(selector)
            while not self.done.is_set():
                for key, _ in selector.select(0.2):
                    selector.unregister(key.fileobj)
                    sock = key.fileobj
                    assert isinstance(sock, socket.socket)
                    with suppress(OSError):
                        sock.recv(65536)
                    sock.close()
                    self.answered += 1
                    time.sleep(0.03)
                    self._ask(selector)
            for key in list(selector.get_map().values()):
                key.fileobj.close()  # type: ignore[union-attr]

    def _ask(self, selector: selectors.BaseSelector) -> None:
        with suppress(OSError):
            sock = socket.create_connection(("127.0.0.1", self.port), timeout=5)
            sock.sendall(self.head)
            selector.register(sock, selectors.EVENT_READ)


def page_times(member: Member, seconds: float) -> list[float]:
    """Return the times of pages asked one after the other; one that never comes counts 5 s."""
    ends, times = time.monotonic() + seconds, []
    while time.monotonic() < ends:
        started = time.monotonic()
        with suppress(OSError):
            member.session.get(f"{member.stack.url}/people/", timeout=5)
        times.append(time.monotonic() - started)
        time.sleep(0.02)
    return times


def shown(times: list[float]) -> str:
    ordered = sorted(times)
    return (
        f"median {statistics.median(times) * 1000:5.0f} ms, 95 % "
        f"{ordered[int(len(ordered) * 0.95)] * 1000:5.0f} ms, most {ordered[-1] * 1000:5.0f} ms"
        f" ({len(times)} pages)"
    )


@contextmanager
def attacks(chosen: list[Attack]) -> Iterator[None]:
    for attack in chosen:
        attack.connect()
        attack.start()
    time.sleep(1)  # they are under way
    try:
        yield
    finally:
        for attack in chosen:
            attack.stop()


def start(stack: Stack, server: str) -> subprocess.Popen[bytes]:
    """Start this web server, or else the product's."""
    if not server:
        code = "from generator.supervisor.stack import web_command; print(*web_command())"
        server = stack.manage("shell", "-v", "0", "-c", code).strip()
    command = server.format(port=stack.address.split(":")[1]).split()
    with stack.log.open("ab") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=stack.environment, stdout=log, stderr=log, start_new_session=True
        )
    stack.until(stack.answers, "the web server answers", 90)
    return process


def measure(stack: Stack, server: str, seconds: float) -> None:
    stack.prepare()
    seed = SEED.format(password=PASSWORD, bytes=BYTES)
    facts = dict(re.findall(r"(\w+)=(\S+)", stack.manage("shell", "-c", seed)))
    port = int(stack.address.split(":")[1])
    process = start(stack, server)
    member = Member(stack, "bench").log_in()
    cookies = "; ".join(f"{name}={value}" for name, value in member.session.cookies.items())
    cookie = f"Cookie: {cookies}"
    page_times(member, 1)
    host = b"Host: 127.0.0.1\r\n"
    upload = b"POST /accounts/login/ HTTP/1.1\r\n" + host
    upload += b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 2000000\r\n"
    # The server holds whoever has no session to a smaller size, at once.
    upload += cookie.encode() + b"\r\n\r\n"
    download = f"GET /images/{facts['image']}/file/ HTTP/1.1\r\n".encode() + host
    download += cookie.encode() + b"\r\n\r\n"
    print(f"memory alone: {memory(stack) / 1e6:.0f} MB private")
    print("before       ", shown(page_times(member, seconds)))
    have = f"j{facts['job'].replace('-', '')}:{facts['version']}"
    waiting = Waiting(port, cookie, have)
    waiting.start()
    print("50 waiting   ", shown(page_times(member, seconds)), f"answered {waiting.answered}")

    def half() -> Attack:
        return Attack(port, HALF_OPEN, b"GET / HTTP/1.1\r\nHost: x\r\nX-", sends=False)

    def up() -> Attack:
        return Attack(port, UPLOADS, upload, sends=True)

    def down() -> Attack:
        return Attack(port, DOWNLOADS, download, sends=False, buffer=4096)

    kinds = {"half-open": [half], "uploads": [up], "downloads": [down], "all": [half, up, down]}
    for name, makers in kinds.items():
        chosen = [make() for make in makers]
        with attacks(chosen):
            print(f"{name:13}", shown(page_times(member, seconds)), [a.ended for a in chosen])
            if name == "all":
                print(f"memory: {memory(stack) / 1e6:.0f} MB private")
                asked = time.monotonic()
                process.send_signal(signal.SIGTERM)
                with suppress(subprocess.TimeoutExpired):
                    process.wait(timeout=40)
                print(f"stop while attacked: {time.monotonic() - asked:.1f} s")
                process = start(stack, server)
    waiting.done.set()
    waiting.join()
    page_times(member, 1)
    print("after        ", shown(page_times(member, seconds)))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--server", default="")
    parser.add_argument("--seconds", type=float, default=4)
    options = parser.parse_args()
    os.environ.pop("DATABASE_URL", None)
    with tempfile.TemporaryDirectory() as folder:
        stack = Stack(Path(folder) / "data", GEMPIX_STOP_SECONDS="4")
        try:
            measure(stack, options.server, options.seconds)
        finally:
            stack.clear()
            print(stack.said()[-1500:])


if __name__ == "__main__":
    main()
