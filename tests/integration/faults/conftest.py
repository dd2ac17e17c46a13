"""The stage and the studio's web server as fixtures."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection

from generator.models import Batch, Job
from generator.worker import breaker, sweep
from tests.peer import black_hole as black_hole
from tests.peer import certificate as certificate
from tests.peer import resolver as resolver
from tests.peer import server_tls as server_tls
from tests.peer import trusted as trusted
from tests.unit.upstream.tables.download import MAX_BYTES
from tests.web_server import WebServer, running

from .fake_upstream import KEY
from .stage import Stage


@pytest.fixture
def stage(
    settings: Any,
    press: Callable[..., Batch],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> Iterator[Stage]:
    """An empty stage with waits that a test can afford. Whatever comes: the log tells no key."""
    monkeypatch.setattr("generator.worker.backoff.jittered", lambda seconds: min(seconds, 0.1))
    monkeypatch.setattr(breaker, "PROBE_SECONDS", 0.2)
    monkeypatch.setattr(sweep, "TICK_SECONDS", 0.02)
    settings.GEMPIX_API_KEY = KEY
    settings.GEMPIX_POLL_FIRST_SECONDS = settings.GEMPIX_POLL_MIN_SECONDS = 0.05
    built = Stage(settings, press)
    built.allows()
    yield built
    for peer in (*built.upstreams, built.elsewhere):
        peer.stop()
    assert KEY not in caplog.text


@pytest.fixture
def small_files(settings: Any) -> None:
    """The limit that the rows of downloads keep to."""
    settings.GEMPIX_DOWNLOAD_MAX_BYTES = MAX_BYTES


@pytest.fixture(scope="session")
def web_server(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[WebServer]:
    folder = tmp_path_factory.mktemp("web")
    with (
        django_db_blocker.unblock(),
        running(folder, "tests.settings", DATABASE_URL=_database_url()) as server,
    ):
        yield server


@pytest.fixture
def web(web_server: WebServer) -> Iterator[WebServer]:
    """The studio's web server on the test's database. Whatever comes: it breaks at nothing, and
    its log tells no token."""
    known = len(web_server.output())
    yield web_server
    output = web_server.output()[known:]
    assert "Internal Server Error" not in output, output
    assert "Error handling request" not in output, output
    tokens = Job.objects.values_list("callback_token", flat=True)
    assert not any(token in output for token in tokens), output


def _database_url() -> str:
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
