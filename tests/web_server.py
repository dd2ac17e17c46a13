"""The studio's web server as it runs in production, and callers that write byte by byte."""

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

from django.test import override_settings

from generator.supervisor.process import LIFELINE
from generator.supervisor.stack import web_command
from tests.stack import ROOT, answers, free_ports, until

# A request: bytes to send, at once or (a pair with seconds) with a pause after each; seconds to
# wait; "fin" to close our half; "reset" to break off.
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
    """Return a callback's request. `length` is declared for the body's; "" leaves it out."""
    declared = len(body) if length is None else length
    lines = [f"{method} {path} HTTP/{version}", "Host: @HOST@", "Connection: close"]
    if not any(header.lower().startswith("content-type:") for header in headers):
        lines.append("Content-Type: application/json")
    if declared != "":
        lines.append(f"Content-Length: {declared}")
    return [("\r\n".join([*lines, *headers]) + "\r\n\r\n").encode("latin-1") + body]


def in_chunks(*chunks: bytes) -> Pieces:
    """Return a callback whose body comes in these chunks, as they stand."""
    return [post(b"", "Transfer-Encoding: chunked", length="")[0] + b"".join(chunks)]


def slowly(pieces: Pieces, seconds: float) -> Pieces:
    """Return the same bytes, to be sent one at a time and with a pause after each."""
    return [(b"".join(pieces), seconds)]


class WebServer:
    """A running server."""

    def __init__(self, port: int, log: Path) -> None:
        self.port = port
        self.log = log
        self.url = f"http://127.0.0.1:{port}"

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)

    def send(self, pieces: Pieces, **names: str) -> bytes:
        """Send a request and return all that is answered until the server closes.

        `@HOST@` stands for the server, `@NAME@` for what is handed in as `NAME`.
        """
        names["HOST"] = f"127.0.0.1:{self.port}"
        with self.connect() as sock:
            with suppress(ConnectionError):  # it may answer, and close, before it has all
                _send(sock, [_filled(piece, names) for piece in pieces])
            return _received(sock) if pieces[-1] != "reset" else b""

    def output(self) -> str:
        return self.log.read_text(errors="replace")


def statuses(answer: bytes) -> list[int]:
    """Return the statuses of the answers, without interim ones."""
    lines = re.findall(rb"HTTP/1\.[01] (\d{3}) ", answer)
    return [int(status) for status in lines if status != b"100"]


def _filled(piece: Any, names: dict[str, str]) -> Any:
    if isinstance(piece, tuple):
        return (_filled(piece[0], names), piece[1])
    if isinstance(piece, bytes):
        for name, value in names.items():
            piece = piece.replace(f"@{name}@".encode(), value.encode())
    return piece


def _send(sock: socket.socket, pieces: Pieces) -> None:
    for piece in pieces:
        if isinstance(piece, bytes):
            sock.sendall(piece)
        elif isinstance(piece, tuple):
            for byte in piece[0]:
                sock.sendall(bytes([byte]))
                time.sleep(piece[1])
        elif piece == "fin":
            sock.shutdown(socket.SHUT_WR)
        elif piece == "reset":
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        else:
            time.sleep(piece)


def _received(sock: socket.socket) -> bytes:
    answer = b""
    with suppress(ConnectionError):
        while piece := sock.recv(65536):
            answer += piece
    return answer


@contextmanager
def running(folder: Path, settings: str, **environment: str) -> Iterator[WebServer]:
    """Run a web server with these settings and the command of the supervisor."""
    port, _ = free_ports()
    log = folder / "web.log"
    with override_settings(GEMPIX_BIND="127.0.0.1", GEMPIX_PORT=port, GEMPIX_STOP_SECONDS=2):
        command = web_command()
    ours = {"DJANGO_SETTINGS_MODULE": settings, "GEMPIX_DATA_DIR": str(folder)}
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-IS", LIFELINE, str(os.getpid()), *command],
            cwd=ROOT,
            env=os.environ | ours | environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
        )
    try:
        server = WebServer(port, log)
        until(lambda: answers(f"{server.url}/healthz"), f"it answers: {server.output()}", 180)
        yield server
    finally:
        process.terminate()
        process.wait(timeout=30)
