"""Queries against a peer that does everything wrong: none of it may fail a job."""

import gzip
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from generator.upstream.client import Client
from generator.upstream.errors import Delivered, UpstreamError
from generator.upstream.wire import Phase

DEADLINE_SECONDS = 0.6
PENDING = '{"code":0,"message":"ok","data":{"task_id":"t-1","status":"pending"}}'
HTML = "<html><body>Bad gateway</body></html>"
HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"

ANSWERED: list[tuple[str, list[Any], Phase]] = [
    ("200", [("answer", 200, PENDING)], Phase.PENDING),
    ("no id", [("answer", 200, PENDING.replace('"task_id":"t-1",', ""))], Phase.PENDING),
    ("no status", [("answer", 200, '{"code":0,"data":{}}')], Phase.UNKNOWN),
    ("new status", [("answer", 200, PENDING.replace("pending", "queued"))], Phase.UNKNOWN),
    ("status no text", [("answer", 200, PENDING.replace('"pending"', "3"))], Phase.UNKNOWN),
    ("failed is a 200", [("answer", 200, PENDING.replace("pending", "failed"))], Phase.FAILED),
    ("gzip", [("answer", 200, gzip.compress(PENDING.encode()), {"Content-Encoding": "gzip"})],
     Phase.PENDING),
    ("byte order mark", [("answer", 200, b"\xef\xbb\xbf" + PENDING.encode())], Phase.PENDING),
    ("chunked", [CHUNKED + b"%x\r\n%b\r\n0\r\n\r\n" % (len(PENDING), PENDING.encode())],
     Phase.PENDING),
    ("large picture within", [("answer", 200, '{"code":0,"data":{"status":"success","result":'
     '{"image":"data:image/png;base64,%s"}}}' % ("A" * 9_000_000))], Phase.SUCCESS),
]  # fmt: skip

FAULTS: list[tuple[str, list[Any], str]] = [
    ("404", [("answer", 404, '{"code":404,"message":"task not found"}')], "TaskNotFound"),
    ("404 without a body", [("answer", 404, "")], "TaskNotFound"),
    ("404 in plain words", [("answer", 404, "task not found")], "TaskNotFound"),
    ("404 of a proxy", [("answer", 404, HTML)], "Transient"),
    ("404 cut short", [b"HTTP/1.1 404 No\r\nContent-Length: 9\r\n\r\n{"], "Transient"),
    ("401", [("answer", 401, '{"code":401,"message":"no"}')], "KeyRefused"),
    ("401 with HTML", [("answer", 401, HTML)], "KeyRefused"),
    ("402", [("answer", 402, "{}")], "OutOfCredits"),
    ("403", [("answer", 403, HTML)], "OutOfCredits"),
    ("429", [("answer", 429, HTML, {"Retry-After": "3"})], "RateLimited"),
    ("400", [("answer", 400, '{"code":1,"message":"no"}')], "Transient"),
    ("405", [("answer", 405, "{}")], "Transient"),
    ("408", [("answer", 408, HTML)], "Transient"),
    *[
        (f"{status}", [("answer", status, PENDING, {"Location": "/x"})], "Transient")
        for status in (300, 301, 302, 303, 304, 307, 308, 500, 501, 502, 503, 504, 520)
    ],
    ("204", [b"HTTP/1.1 204 No Content\r\n\r\n"], "Transient"),
    ("code 1", [("answer", 200, PENDING.replace(":0", ":1"))], "Transient"),
    ("no code", [("answer", 200, PENDING.replace('"code":0,', ""))], "Transient"),
    ("another task", [("answer", 200, PENDING.replace("t-1", "t-2"))], "Transient"),
    ("number for the id", [("answer", 200, PENDING.replace('"t-1"', "1"))], "Transient"),
    ("data null", [("answer", 200, '{"code":0,"data":null}')], "Transient"),
    ("data a list", [("answer", 200, '{"code":0,"data":[]}')], "Transient"),
    ("empty body", [("answer", 200, "")], "Transient"),
    ("HTML", [("answer", 200, HTML)], "Transient"),
    ("a list", [("answer", 200, "[]")], "Transient"),
    ("deep", [("answer", 200, '{"code":0,"data":' + "[" * 100_000)], "Transient"),
    ("NaN", [("answer", 200, PENDING.replace(":0", ":NaN"))], "Transient"),
    ("huge integer", [("answer", 200, PENDING.replace(":0", ":" + "9" * 5_000))], "Transient"),
    ("UTF-16", [("answer", 200, PENDING.encode("utf-16"))], "Transient"),
    ("cut JSON", [("answer", 200, PENDING[:-9])], "Transient"),
    ("cut body", [HEAD + b"Content-Length: 999\r\n\r\n" + PENDING.encode()], "Transient"),
    ("chunks cut", [CHUNKED + b"%x\r\n%b\r\n" % (len(PENDING), PENDING.encode())], "Transient"),
    ("chunk of size -1", [CHUNKED + b"-1\r\n", ("drip", b"x", 0.01)], "Transient"),
    ("endless chunk size", [CHUNKED, ("flood", b"0" * 65536)], "Transient"),
    ("gzip bomb", [("answer", 200, gzip.compress(b" " * 90_000_000), {"Content-Encoding": "gzip"})],
     "Transient"),
    ("unknown coding", [("answer", 200, PENDING, {"Content-Encoding": "zstd"})], "Transient"),
    ("head of a 404 cut", [b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n"], "Transient"),
    ("head cut", [HEAD + b"Content-Type: a"], "Transient"),
    ("no HTTP", [b"SSH-2.0-OpenSSH_9.6\r\n"], "Transient"),
    ("endless line", [HEAD, ("flood", b"x" * 65536)], "Transient"),
    ("endless headers", [HEAD, ("flood", b"x: y\r\n" * 999)], "Transient"),
    ("flood of 100", [("flood", b"HTTP/1.1 100 Continue\r\n\r\n" * 99)], "Transient"),
    ("silence", ["hang"], "Transient"),
    ("dripping status line", [("drip", b"HTTP/1.1 200 OK" + b" " * 99, 0.05)], "Transient"),
    ("dripping headers", [HEAD, ("drip", b"a: b\r\n", 0.05)], "Transient"),
    ("dripping body", [HEAD + b"\r\n", ("drip", b" ", 0.05)], "Transient"),
    ("dripping chunks", [CHUNKED, ("drip", b"1\r\n \r\n", 0.02)], "Transient"),
    ("closed unread", ["unread"], "Transient"),
    ("reset unread", ["unread", "reset"], "Transient"),
    ("closed after reading", ["close"], "Transient"),
    ("reset after reading", ["reset"], "Transient"),
    ("reset within the body", [HEAD + b"Content-Length: 99\r\n\r\n{", "reset"], "Transient"),
]  # fmt: skip


def make(url: str, **options: Any) -> Client:
    return Client(url, "dk-test-key", query_deadline_seconds=DEADLINE_SECONDS, **options)


@pytest.mark.parametrize(("name", "script", "phase"), ANSWERED, ids=[row[0] for row in ANSWERED])
def test_a_good_answer_gives_the_state(
    serve: Callable[..., Any], name: str, script: list[Any], phase: Phase
) -> None:
    client = make(serve(script).url)
    state = client.query("t-1")
    client.close()
    assert (state.task_id, state.phase) == ("t-1", phase)


@pytest.mark.parametrize(("name", "script", "expected"), FAULTS, ids=[row[0] for row in FAULTS])
def test_a_bad_answer_says_nothing_about_the_task(
    serve: Callable[..., Any], name: str, script: list[Any], expected: str
) -> None:
    peer = serve(script)
    client = make(peer.url)
    started = time.monotonic()
    with pytest.raises(UpstreamError) as caught:
        client.query("t-1")
    elapsed = time.monotonic() - started
    client.close()
    assert elapsed < DEADLINE_SECONDS + 3
    assert type(caught.value).__name__ == expected, caught.value
    if expected in {"Transient", "TaskNotFound"}:
        # Nobody may take it for a licence to submit again.
        assert caught.value.delivered is Delivered.YES
        assert caught.value.retry
    assert peer.connections == 1
    assert peer.posts == 0


def test_the_id_is_sent_as_data_not_as_syntax(serve: Callable[..., Any]) -> None:
    peer = serve([("answer", 200, '{"code":0,"data":{}}')])
    assert make(peer.url + "/prefix/").query("a&b=/../#c d").task_id == "a&b=/../#c d"
    assert peer.requests[0][0] == (
        "GET /prefix/api/task/query?task_id=a%26b%3D%2F..%2F%23c+d HTTP/1.1"
    )


def test_a_kept_connection_that_died_is_replaced_once(serve: Callable[..., Any]) -> None:
    # Closed only when the second request arrives: the pool cannot have noticed before.
    dies = [("answer", 200, PENDING), "once more"]
    peer = serve(dies, [("answer", 200, PENDING)])
    client = make(peer.url)
    assert client.query("t-1").phase is Phase.PENDING
    assert client.query("t-1").phase is Phase.PENDING
    assert (peer.connections, len(peer.requests)) == (2, 3)


def test_a_fresh_connection_that_dies_is_not_repeated(serve: Callable[..., Any]) -> None:
    peer = serve(["close"], [("answer", 200, PENDING)])
    with pytest.raises(UpstreamError):
        make(peer.url).query("t-1")
    assert len(peer.requests) == 1


def test_a_kept_connection_that_falls_silent_costs_one_deadline(serve: Callable[..., Any]) -> None:
    peer = serve([("answer", 200, PENDING), "hang"])
    client = make(peer.url)
    client.query("t-1")
    started = time.monotonic()
    with pytest.raises(UpstreamError):
        client.query("t-1")
    assert DEADLINE_SECONDS - 0.1 < time.monotonic() - started < DEADLINE_SECONDS + 3
    assert peer.connections == 1


@pytest.mark.parametrize(
    ("data", "credit"),
    [
        ('{"credit":12.5}', Decimal("12.5")),
        ('{"credit":"7"}', Decimal(7)),
        ('{"credit":"-0.25"}', Decimal("-0.25")),
        ('{"credit":null}', None),
        ("null", None),
        ("[]", None),
    ],
)
def test_the_balance_is_read_from_number_or_text(
    serve: Callable[..., Any], data: str, credit: Decimal | None
) -> None:
    peer = serve([("answer", 200, f'{{"code":0,"data":{data}}}')])
    assert make(peer.url).account().credit == credit
    assert peer.requests[0][0] == "GET /api/user HTTP/1.1"


@pytest.mark.parametrize(
    ("status", "expected"), [(401, "KeyRefused"), (404, "Transient"), (500, "Transient")]
)
def test_a_balance_that_cannot_be_had_is_an_error_of_the_tree(
    serve: Callable[..., Any], status: int, expected: str
) -> None:
    with pytest.raises(UpstreamError) as caught:
        make(serve([("answer", status, HTML)]).url).account()
    assert type(caught.value).__name__ == expected
