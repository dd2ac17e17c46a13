"""One event is one line of the log, whatever strangers put into it."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest
from gunicorn.config import Config  # type: ignore[import-untyped]

from gempix_site import logs, web_log

FORGED = (
    "spent\n2026-12-01 10:00:00,000 ERROR generator: everything was deleted\r\x1b[2J\x9b31m\u2028x"
)
SAFE = (
    "spent\\n2026-12-01 10:00:00,000 ERROR generator: everything was deleted"
    "\\r\\x1b[2J\\x9b31m\\u2028x"
)


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """What is written about `test.logs`."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.LineFormatter(logs.LINE))
    logging.getLogger("test.logs").addHandler(handler)
    yield stream
    logging.getLogger("test.logs").removeHandler(handler)


def test_text_of_a_stranger_stays_within_its_line(stream: io.StringIO) -> None:
    log = logging.getLogger("test.logs")
    log.warning("on hold: %s", FORGED)
    log.warning("100 %s %s", FORGED)  # a mistake in the call is not formatted, but written
    first, *_rest = stream.getvalue().splitlines()
    assert first.endswith(f"WARNING test.logs: on hold: {SAFE}")
    assert "\x1b" not in stream.getvalue()


def test_traceback_is_set_in(stream: io.StringIO) -> None:
    try:
        raise ValueError(FORGED)
    except ValueError:
        logging.getLogger("test.logs").exception("failed")
    first, *rest = stream.getvalue().splitlines()
    assert first.endswith("ERROR test.logs: failed")
    assert rest[0] == f"{logs.INDENT}Traceback (most recent call last):"
    assert all(line.startswith(logs.INDENT) for line in rest)


def test_every_handler_of_the_product_writes_so() -> None:
    for name in ("", "django", "django-q"):
        for handler in logging.getLogger(name).handlers:
            if type(handler) is logging.StreamHandler:  # not one of the tests' own
                assert isinstance(handler.formatter, logs.LineFormatter)


def test_web_server_writes_so(capfd: pytest.CaptureFixture[str]) -> None:
    log = web_log.Logger(Config())
    try:
        log.warning("Invalid request: %s", FORGED)
    finally:
        for handler in list(log.error_log.handlers):
            log.error_log.removeHandler(handler)
    assert capfd.readouterr().err.splitlines()[0].endswith(f"Invalid request: {SAFE}")


def test_escape_leaves_text_alone() -> None:
    text = 'Füße, 日本, 🦊, "quoted" \\ and a path/with%20spaces'
    assert logs.escape(text) == text
