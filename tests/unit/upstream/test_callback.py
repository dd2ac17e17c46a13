"""Callbacks byte by byte to the real web server, without a database: what is read as a hint."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from generator.upstream.callback import CallbackHint
from tests.web_server import USUAL, Pieces, WebServer, in_chunks, post, running, statuses

from .callback_urls import JOB, READ, TOKEN
from .tables.callback import BROKEN_OFF, CALLBACK, Request
from .tables.rows import chunk, play

# In one process: the server starts once.
pytestmark = pytest.mark.xdist_group("callbacks")
NAMES = {"JOB": str(JOB), "TOKEN": TOKEN, "PATH": f"/callbacks/{JOB}/{TOKEN}/"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebServer]:
    folder = tmp_path_factory.mktemp("web")
    with running(folder, "tests.unit.upstream.callback_settings") as running_server:
        yield running_server


@pytest.fixture
def web(server: WebServer) -> Iterator[WebServer]:
    """The server. Whatever comes, it breaks at nothing, is as well as before, and its log tells
    no token."""
    known = len(server.output())
    yield server
    assert hint_in(server.send(post(), **NAMES)) == CallbackHint("ta-1", "success")
    output = server.output()[known:]
    assert "Internal Server Error" not in output, output
    assert "Error handling request" not in output, output
    assert TOKEN not in output, output


def hint_in(answer: bytes) -> CallbackHint:
    assert statuses(answer) == [200], answer
    return CallbackHint(**json.loads(answer.rpartition(b"\r\n\r\n")[2]))


def was_read(answer: bytes) -> bool:
    return f"\r\n{READ}: yes\r\n".encode() in answer


@play(CALLBACK)
def test_request_is_read_or_refused(web: WebServer, row: Request) -> None:
    answer = web.send(row.script, **NAMES)
    if isinstance(row.outcome, CallbackHint):
        assert hint_in(answer) == row.outcome
    elif not (row.may_break and not answer):
        assert statuses(answer) == [row.outcome]
        assert was_read(answer) == row.read


@pytest.mark.parametrize("pieces", BROKEN_OFF.values(), ids=BROKEN_OFF.keys())
def test_broken_connection_does_no_harm(web: WebServer, pieces: Pieces) -> None:
    assert web.send(pieces, **NAMES) == b""


def test_callers_that_hold_back_do_not_keep_others_waiting(web: WebServer) -> None:
    head = f"POST {NAMES['PATH']} HTTP/1.1\r\nHost: localhost\r\n"
    unfinished = [head, f"{head}Content-Length: 9\r\n\r\n", f"{head}Transfer-Encoding: chunked\r\n"]
    # More than the server has threads.
    texts = unfinished * 70
    callers = [web.connect() for _ in texts]
    try:
        for caller, text in zip(callers, texts, strict=True):
            caller.sendall(text.encode())
        assert hint_in(web.send(post(), **NAMES)) == CallbackHint("ta-1", "success")
    finally:
        for caller in callers:
            caller.close()


def test_two_callbacks_on_one_connection_are_both_answered(web: WebServer) -> None:
    first = post()[0].replace(b"Connection: close\r\n", b"")
    answer = web.send([first, *in_chunks(chunk(USUAL), b"0\r\n\r\n")], **NAMES)
    assert statuses(answer) == [200, 200]


def test_refused_callback_leaves_its_connection_usable(web: WebServer) -> None:
    first = post(path="/callbacks/@JOB@/wrong/")[0].replace(b"Connection: close\r\n", b"")
    assert statuses(web.send([first, *post()], **NAMES)) == [404, 200]
