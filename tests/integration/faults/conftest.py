"""The stage as a fixture."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from generator.models import Batch, Job
from generator.services import breaker, sweep
from tests.peer import black_hole as black_hole
from tests.peer import certificate as certificate
from tests.peer import server_tls as server_tls
from tests.peer import trusted as trusted

from .stage import Stage
from .vendor import KEY
from .web import Web, running


@pytest.fixture
def stage(
    settings: Any,
    press: Callable[..., Batch],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> Iterator[Stage]:
    """An empty stage with waits that a test can afford. Whatever comes: the log tells no key."""
    monkeypatch.setattr("generator.services.backoff.jittered", lambda seconds: min(seconds, 0.1))
    monkeypatch.setattr(breaker, "PROBE_SECONDS", 0.2)
    monkeypatch.setattr(sweep, "TICK_SECONDS", 0.02)
    settings.GEMPIX_API_KEY = KEY
    settings.GEMPIX_POLL_FIRST_SECONDS = settings.GEMPIX_POLL_MIN_SECONDS = 0.05
    built = Stage(settings, press)
    built.allows()
    yield built
    for peer in (*built.vendors, built.elsewhere):
        peer.stop()
    assert KEY not in caplog.text


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A resolver of the test's own for the names that end in `.invalid`."""
    over = threading.Event()
    real = socket.getaddrinfo
    found = {
        "inside.invalid": ["10.0.0.1"],
        "mixed.invalid": ["93.184.215.14", "10.0.0.1"],
    }

    def look_up(host: str, port: int, *args: Any, **kwargs: Any) -> Any:
        if not host.endswith(".invalid") or len(host) > 64:
            return real(host, port, *args, **kwargs)
        if host == "silent.invalid":
            over.wait(30)
        if host not in found:
            code = socket.EAI_AGAIN if host == "failing.invalid" else socket.EAI_NONAME
            raise socket.gaierror(code, "no such name")
        kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        return [(*kind, (address, port)) for address in found[host]]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    yield
    over.set()


@pytest.fixture(scope="session")
def web_server(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Web]:
    with django_db_blocker.unblock(), running(tmp_path_factory.mktemp("web")) as server:
        yield server


@pytest.fixture
def web(web_server: Web) -> Iterator[Web]:
    """The studio's web server. Whatever comes: it breaks at nothing, and its log tells no token."""
    read = len(web_server.said())
    yield web_server
    said = web_server.said()[read:]
    assert "Internal Server Error" not in said, said
    assert "Error handling request" not in said, said
    tokens = Job.objects.values_list("callback_token", flat=True)
    assert not any(token in said for token in tokens), said
