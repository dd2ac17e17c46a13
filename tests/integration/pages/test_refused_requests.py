"""What a stranger's request is refused for leaves one line in the log, and no traceback."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the product's own handler writes."""
    (handler,) = (
        handler
        for handler in logging.getLogger("django").handlers
        if type(handler) is logging.StreamHandler  # pytest adds some of its own
    )
    stream = io.StringIO()
    usual = handler.setStream(stream)
    yield stream
    handler.setStream(usual)


@pytest.mark.parametrize("host", ["evil\nhost", "a_b.example:port", "a" * 300, "[::1"])
def test_wrong_host_is_one_warning(log: io.StringIO, host: str) -> None:
    assert Client().get("/healthz", HTTP_HOST=host).status_code == 400
    (line,) = log.getvalue().splitlines()
    assert "WARNING django.security.DisallowedHost: Invalid HTTP_HOST header" in line


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("TooManyFieldsSent", "&".join(f"a{number}=1" for number in range(1_100))),
        ("RequestDataTooBig", "login=" + "a" * 3_000_000),
    ],
    ids=["fields", "size"],
)
def test_excessive_body_is_one_warning(log: io.StringIO, name: str, body: str) -> None:
    answer = Client().post("/accounts/login/", body, content_type=FORM)
    assert answer.status_code in (400, 413)
    (line,) = log.getvalue().splitlines()
    assert f"WARNING django.security.{name}" in line
