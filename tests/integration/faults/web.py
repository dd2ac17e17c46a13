"""The studio's web server as it runs in production, on the test's database, and callers of it
who write their requests byte by byte."""

from __future__ import annotations

import os
import re
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.db import connection
from django.test import override_settings

from generator.models import Job
from generator.supervisor.child import LIFELINE
from generator.supervisor.stack import web_command
from tests.stack import ROOT, answers, free_ports, until

# A request: bytes to send, at once or slowly; seconds to wait; "fin" to close our half; "reset" to
# break off.
Pieces = list[Any]
USUAL = b'{"task_id":"ta-1","status":"success"}'


def post(
    body: bytes = USUAL,
    *headers: str,
    method: str = "POST",
    path: str = "@PATH@",
    length: object = None,
    version: str = "1.1",
) -> Pieces:
    """A callback. `length` is declared in place of the body's; "" leaves it out."""
    declared = len(body) if length is None else length
    lines = [f"{method} {path} HTTP/{version}", "Host: @HOST@", "Connection: close"]
    if not any(header.lower().startswith("content-type:") for header in headers):
        lines.append("Content-Type: application/json")
    if declared != "":
        lines.append(f"Content-Length: {declared}")
    return [("\r\n".join([*lines, *headers]) + "\r\n\r\n").encode("latin-1") + body]


def in_chunks(*chunks: bytes) -> Pieces:
    """A callback whose body comes in these chunks, as they stand."""
    return [post(b"", "Transfer-Encoding: chunked", length="")[0] + b"".join(chunks)]


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def slowly(pieces: Pieces, seconds: float) -> Pieces:
    """The same bytes, one at a time and with a pause after each."""
    return [("slowly", b"".join(pieces), seconds)]


class Web:
    """The running server."""

    def __init__(self, port: int, log: Path) -> None:
        self.port = port
        self.log = log
        self.url = f"http://127.0.0.1:{port}"

    def opens(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)

    def hears(self, pieces: Pieces, job: Job, **names: str) -> list[int]:
        """Send a request in which `@PATH@`, `@JOB@`, `@TOKEN@` and `@HOST@` stand for the job's
        own; gives the statuses of the answers until the server closes."""
        path = f"/callbacks/{job.pk}/{job.callback_token}/"
        known = {"PATH": path, "JOB": str(job.pk), "TOKEN": job.callback_token}
        known |= {"HOST": f"127.0.0.1:{self.port}"} | names
        with self.opens() as sock:
            with suppress(ConnectionError):  # it may answer, and close, before it has all
                _send(sock, [_filled(piece, known) for piece in pieces])
            return _statuses(sock) if pieces[-1] != "reset" else []

    def said(self) -> str:
        return self.log.read_text(errors="replace")


def _filled(piece: Any, names: dict[str, str]) -> Any:
    if isinstance(piece, tuple):
        return (piece[0], _filled(piece[1], names), piece[2])
    if isinstance(piece, bytes):
        for name, value in names.items():
            piece = piece.replace(f"@{name}@".encode(), value.encode())
    return piece


def _send(sock: socket.socket, pieces: Pieces) -> None:
    for piece in pieces:
        if isinstance(piece, bytes):
            sock.sendall(piece)
        elif isinstance(piece, tuple):
            for byte in piece[1]:
                sock.sendall(bytes([byte]))
                time.sleep(piece[2])
        elif piece == "fin":
            sock.shutdown(socket.SHUT_WR)
        elif piece == "reset":
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        else:
            time.sleep(piece)


def _statuses(sock: socket.socket) -> list[int]:
    data = b""
    with suppress(ConnectionError):
        while piece := sock.recv(65536):
            data += piece
    found = [int(status) for status in re.findall(rb"^HTTP/1\.[01] (\d{3})", data, re.MULTILINE)]
    return [status for status in found if status != 100]


@contextmanager
def running(folder: Path) -> Iterator[Web]:
    """A web server on the database of the tests, with the command of the supervisor."""
    port, _ = free_ports()
    log = folder / "web.log"
    with override_settings(GEMPIX_BIND="127.0.0.1", GEMPIX_PORT=port, GEMPIX_STOP_SECONDS=2):
        command = web_command()
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "GEMPIX_DATA_DIR": str(folder),
        "DATABASE_URL": _database_url(),
    }
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-IS", LIFELINE, str(os.getpid()), *command],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
        )
    try:
        web = Web(port, log)
        until(lambda: answers(f"{web.url}/healthz"), f"the web server answers: {web.said()}", 90)
        yield web
    finally:
        process.terminate()
        process.wait(timeout=30)


def _database_url() -> str:
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
