"""Connections, shutdown and the log."""

from __future__ import annotations

import socket
import time

import pytest
import requests

from generator.sandbox.server import Sandbox
from tests.unit.sandbox.api_client import KEY, ApiClient
from tests.waiting import until


def test_many_connections_are_served_at_once(sandbox: Sandbox) -> None:
    address = ("127.0.0.1", int(sandbox.url.rpartition(":")[2]))
    connections = [socket.create_connection(address, 10) for _ in range(200)]
    request = f"GET /api/user HTTP/1.1\r\nAuthorization: {KEY['Authorization']}\r\n\r\n"
    for connection in connections:
        connection.sendall(request.encode() * 2)  # the second one needs keep-alive
    for connection in connections:
        with connection, connection.makefile("rb") as answer:
            connection.shutdown(socket.SHUT_WR)
            assert answer.read().count(b"HTTP/1.1 200 OK") == 2


def test_stopping_drops_open_connections() -> None:
    sandbox = Sandbox().start()
    with requests.Session() as session:
        assert session.get(sandbox.url, timeout=5).status_code == 200
        started = time.monotonic()
        sandbox.stop()
        assert time.monotonic() - started < 1
        with pytest.raises(requests.ConnectionError):
            session.get(sandbox.url, timeout=5)


def test_the_log_holds_no_key_and_no_image(capfd: pytest.CaptureFixture[str]) -> None:
    with Sandbox(verbose=True, image_scale=0.1) as sandbox:
        ApiClient(sandbox).post(images=["data:image/png;base64,QUJDRA=="])
    log = until(lambda: capfd.readouterr().err)
    assert "POST /api/image/gen 200" in log
    assert "dk-" not in log
    assert "QUJD" not in log
