"""A running sandbox, a client of it, and a receiver of its callbacks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from generator.sandbox.server import Sandbox
from tests.unit.sandbox.api_client import ApiClient


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(duration_seconds=0.1, image_scale=0.1) as running:
        yield running


@pytest.fixture
def api(sandbox: Sandbox) -> ApiClient:
    return ApiClient(sandbox)


@pytest.fixture
def mailbox() -> Iterator[tuple[str, list[tuple[str, dict[str, Any]]]]]:
    """A callback URL, and what was posted there: path and body."""
    received: list[tuple[str, dict[str, Any]]] = []

    class Box(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append((self.path, json.loads(body)))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Box)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/callbacks/7/tokena/", received
    server.shutdown()
    server.server_close()
