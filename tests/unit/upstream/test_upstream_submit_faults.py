"""Submit against a peer that does everything wrong: the outcome says whether a task may exist."""

import gzip
import time
import zlib
from collections.abc import Callable
from typing import Any

import pytest

from generator.upstream.client import Client
from generator.upstream.errors import Delivered, UpstreamError
from generator.upstream.wire import Submission

DEADLINE_SECONDS = 0.6
OK = '{"code":0,"message":"ok","data":{"task_id":"t-1"}}'
NO = '{"code":1,"message":"failed","detail":"prompt is required"}'
HTML = "<html><body>Bad gateway</body></html>"
HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


def ok(data: str) -> str:
    return f'{{"code":0,"message":"ok","data":{data}}}'


def encoded(body: bytes, coding: str) -> tuple[Any, ...]:
    return ("answer", 200, body, {"Content-Encoding": coding})


ACCEPTED: list[tuple[str, list[Any]]] = [
    ("200", [("answer", 200, OK)]),
    ("201", [("answer", 201, OK)]),
    ("202", [("answer", 202, OK)]),
    ("code as text", [("answer", 200, OK.replace(":0", ':"0"'))]),
    ("code as 0.0", [("answer", 200, OK.replace(":0", ":0.0"))]),
    ("byte order mark", [("answer", 200, b"\xef\xbb\xbf" + OK.encode())]),
    ("declared as text", [("answer", 200, OK, {"Content-Type": "text/html; charset=latin-1"})]),
    ("half an emoji", [("answer", 200, OK.replace("ok", "\\ud83d"))]),
    ("no length, closed", [HEAD + b"Connection: close\r\n\r\n" + OK.encode()]),
    ("chunked", [CHUNKED + b"%x\r\n%b\r\n0\r\n\r\n" % (len(OK), OK.encode())]),
    ("gzip though not asked for", [encoded(gzip.compress(OK.encode()), "gzip")]),
    ("deflate though not asked for", [encoded(zlib.compress(OK.encode()), "deflate")]),
    ("after a 100", [b"HTTP/1.1 100 Continue\r\n\r\n", ("answer", 200, OK)]),
    ("before the body was read", ["unread", ("answer", 200, OK), "hang"]),
    ("with cookies", [("answer", 200, OK, {"Set-Cookie": "a=b; Path=/"})]),
]

FAULTS: list[tuple[str, list[Any], str]] = [
    # What the vendor says.
    ("200 with a code", [("answer", 200, NO)], "Refused"),
    ("200 about credits", [("answer", 200, '{"code":1,"message":"no credits"}')], "OutOfCredits"),
    ("400", [("answer", 400, NO)], "Refused"),
    ("400 with HTML", [("answer", 400, HTML)], "Refused"),
    ("400 cut short", [b"HTTP/1.1 400 Bad\r\nContent-Length: 99\r\n\r\n{"], "Refused"),
    ("400 about balance", [("answer", 400, NO.replace("prompt", "balance"))], "OutOfCredits"),
    ("400 about a word of the prompt", [("answer", 400, '{"code":1,"detail":"quota"}')], "Refused"),
    ("401", [("answer", 401, '{"code":1,"message":"Invalid API key"}')], "KeyRefused"),
    ("401 with HTML", [("answer", 401, HTML)], "KeyRefused"),
    ("401 without its body", [b"HTTP/1.1 401 No\r\nContent-Length: 9\r\n\r\n"], "KeyRefused"),
    ("402", [("answer", 402, NO)], "OutOfCredits"),
    ("403", [("answer", 403, NO)], "OutOfCredits"),
    ("403 with HTML", [("answer", 403, HTML)], "OutOfCredits"),
    ("404", [("answer", 404, NO)], "Refused"),
    ("405", [("answer", 405, HTML)], "Refused"),
    ("408", [("answer", 408, HTML)], "Unclear"),
    ("413", [("answer", 413, HTML)], "Refused"),
    ("422", [("answer", 422, '{"detail":[{"msg":"field required"}]}')], "Refused"),
    ("400 that names a task", [("answer", 400, OK)], "Unclear"),
    ("429", [("answer", 429, NO, {"Retry-After": "7"})], "RateLimited"),
    ("429 with HTML", [("answer", 429, HTML)], "RateLimited"),
    ("500 of the vendor's", [("answer", 500, NO)], "AnsweredFailed"),
    ("503 of the vendor's", [("answer", 503, NO)], "AnsweredFailed"),
    ("500 about credits", [("answer", 500, NO.replace("prompt", "credit"))], "OutOfCredits"),
    ("500 that names a task", [("answer", 500, OK.replace(":0", ":1"))], "Unclear"),
    ("500 with code 0", [("answer", 500, '{"code":0,"data":null}')], "Unclear"),
    ("500 with HTML", [("answer", 500, HTML)], "Unclear"),
    ("500 without a body", [("answer", 500, "")], "Unclear"),
    ("502 of the vendor's", [("answer", 502, NO)], "Unclear"),
    ("503 with HTML", [("answer", 503, HTML)], "Unclear"),
    ("504", [("answer", 504, HTML)], "Unclear"),
    ("520", [("answer", 520, HTML)], "Unclear"),
    # Redirects: to itself, where a second POST would be counted.
    *[
        (f"{status}", [("answer", status, OK, {"Location": "/api/image/gen"})], "Unclear")
        for status in (300, 301, 302, 303, 304, 307, 308)
    ],
    # A 2xx that is none.
    ("204", [b"HTTP/1.1 204 No Content\r\n\r\n"], "Unclear"),
    ("103", [b"HTTP/1.1 103 Early Hints\r\n\r\n", ("answer", 200, OK)], "Unclear"),
    ("empty body", [("answer", 200, "")], "Unclear"),
    ("HTML", [("answer", 200, HTML)], "Unclear"),
    ("a list", [("answer", 200, "[]")], "Unclear"),
    ("a text", [("answer", 200, '"t-1"')], "Unclear"),
    ("no code", [("answer", 200, '{"data":{"task_id":"t-1"}}')], "Unclear"),
    ("code false", [("answer", 200, OK.replace(":0", ":false"))], "Unclear"),
    ("code 1 and a task", [("answer", 200, OK.replace(":0", ":1"))], "Unclear"),
    ("no data", [("answer", 200, ok("null"))], "Unclear"),
    ("data a list", [("answer", 200, ok('["t-1"]'))], "Unclear"),
    ("no id", [("answer", 200, ok("{}"))], "Unclear"),
    ("null id", [("answer", 200, ok('{"task_id":null}'))], "Unclear"),
    ("empty id", [("answer", 200, ok('{"task_id":""}'))], "Unclear"),
    ("blank id", [("answer", 200, ok('{"task_id":"  "}'))], "Unclear"),
    ("number for an id", [("answer", 200, ok('{"task_id":7}'))], "Unclear"),
    ("NUL in the id", [("answer", 200, ok('{"task_id":"t\\u0000"}'))], "Unclear"),
    ("line feed in the id", [("answer", 200, ok('{"task_id":"t\\n"}'))], "Unclear"),
    ("broken character in the id", [("answer", 200, ok('{"task_id":"\\ud800"}'))], "Unclear"),
    ("id of 256", [("answer", 200, ok('{"task_id":"%s"}' % ("t" * 256)))], "Unclear"),
    # JSON that hurts.
    ("deep", [("answer", 200, "[" * 100_000)], "Unclear"),
    ("deep in data", [("answer", 200, ok("[" * 9_000 + "]" * 9_000))], "Unclear"),
    ("NaN", [("answer", 200, ok('{"task_id":"t","x":NaN}'))], "Unclear"),
    ("huge integer", [("answer", 200, ok('{"task_id":"t","x":%s}' % ("9" * 5_000)))], "Unclear"),
    ("UTF-16", [("answer", 200, OK.encode("utf-16"))], "Unclear"),
    ("Latin-1", [("answer", 200, OK.replace("ok", "\xe9").encode("latin-1"))], "Unclear"),
    ("two values", [("answer", 200, OK + OK)], "Unclear"),
    # Bodies that are cut, endless or packed.
    ("cut body", [HEAD + b"Content-Length: 99\r\n\r\n" + OK.encode()], "Unclear"),
    ("cut JSON", [("answer", 200, OK[:-5])], "Unclear"),
    ("chunks cut", [CHUNKED + b"%x\r\n%b\r\n" % (len(OK), OK.encode())], "Unclear"),
    ("junk for a chunk size", [CHUNKED + b"xyz\r\n"], "Unclear"),
    ("chunk of size -1", [CHUNKED + b"-1\r\n", ("flood", b"x" * 65536)], "Unclear"),
    ("endless chunk size", [CHUNKED, ("flood", b"0" * 65536)], "Unclear"),
    ("endless trailers", [CHUNKED + b"0\r\n", ("flood", b"a: b\r\n" * 999)], "Unclear"),
    ("huge", [HEAD + b"\r\n", ("flood", b" " * 65536)], "Unclear"),
    ("two lengths", [HEAD + b"Content-Length: 3\r\nContent-Length: 50\r\n\r\n{}"], "Unclear"),
    ("gzip bomb", [encoded(gzip.compress(b" " * 50_000_000), "gzip")], "Unclear"),
    ("gzip cut", [encoded(gzip.compress(OK.encode())[:-12], "gzip")], "Unclear"),
    ("gzip that is none", [encoded(OK.encode(), "gzip")], "Unclear"),
    ("unknown coding", [encoded(OK.encode(), "br")], "Unclear"),
    ("six codings", [encoded(OK.encode(), "gzip, gzip, gzip, gzip, gzip, gzip")], "Unclear"),
    # Heads that are cut, endless or none.
    ("head cut after a line", [HEAD + b"Content-Type: application/json\r\n"], "Unclear"),
    ("head cut within a line", [HEAD + b"Content-Type: appl"], "Unclear"),
    ("head of a 400 cut", [b"HTTP/1.1 400 Bad\r\nContent-Le"], "Unclear"),
    ("head of a 401 cut", [b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n"], "Unclear"),
    ("status line cut", [b"HTTP/1.1 200"], "Unclear"),
    ("no HTTP", [b"SSH-2.0-OpenSSH_9.6\r\n", "hang"], "Unclear"),
    ("HTTP/3", [b"HTTP/3 200 OK\r\n\r\n"], "Unclear"),
    ("status no number", [b"HTTP/1.1 abc OK\r\n\r\n"], "Unclear"),
    ("endless line", [HEAD, ("flood", b"x" * 65536)], "Unclear"),
    ("endless headers", [HEAD, ("flood", b"x: y\r\n" * 999)], "Unclear"),
    ("flood of 100", [("flood", b"HTTP/1.1 100 Continue\r\n\r\n" * 99)], "Unclear"),
    # Time.
    ("silence", ["hang"], "Unclear"),
    ("silence after the head", [HEAD + b"Content-Length: 9\r\n\r\n", "hang"], "Unclear"),
    ("dripping status line", [("drip", b"HTTP/1.1 200 OK" + b" " * 99, 0.05)], "Unclear"),
    ("dripping headers", [HEAD, ("drip", b"a: b\r\n", 0.05)], "Unclear"),
    ("dripping body", [HEAD + b"\r\n", ("drip", b" ", 0.05)], "Unclear"),
    ("dripping chunks", [CHUNKED, ("drip", b"1\r\n \r\n", 0.02)], "Unclear"),
    ("dripping 100", [("drip", b"HTTP/1.1 100 Continue\r\n\r\n", 0.01)], "Unclear"),
    # Connections that end.
    ("closed unread", ["unread"], "Unclear"),
    ("reset unread", ["unread", "touch", "reset"], "Unclear"),
    ("closed after reading", ["close"], "Unclear"),
    ("reset after reading", ["reset"], "Unclear"),
    ("reset within the head", [HEAD + b"Conte", "reset"], "Unclear"),
    ("reset within the body", [HEAD + b"Content-Length: 99\r\n\r\n{", "reset"], "Unclear"),
]
NOT_DELIVERED_BY_ANSWER = {"Refused", "KeyRefused", "OutOfCredits", "RateLimited"}
NOTHING_READ = {"closed unread", "reset unread"}


def make(url: str) -> Client:
    return Client(
        url, "dk-test-key", submit_deadline_seconds=DEADLINE_SECONDS, connect_timeout_seconds=0.5
    )


@pytest.mark.parametrize(("name", "script"), ACCEPTED, ids=[row[0] for row in ACCEPTED])
def test_an_accepted_submit_gives_the_task_id(
    serve: Callable[..., Any], name: str, script: list[Any]
) -> None:
    peer = serve(script)
    assert make(peer.url).submit(Submission("m", "a cat")) == "t-1"
    assert peer.connections == 1


@pytest.mark.parametrize(("name", "script", "expected"), FAULTS, ids=[row[0] for row in FAULTS])
def test_a_failed_submit_says_whether_a_task_may_exist(
    serve: Callable[..., Any], name: str, script: list[Any], expected: str
) -> None:
    peer = serve(script)
    started = time.monotonic()
    with pytest.raises(UpstreamError) as caught:
        make(peer.url).submit(Submission("m", "a quota of cats"))
    assert time.monotonic() - started < DEADLINE_SECONDS + 3
    error = caught.value
    assert type(error).__name__ == expected, error
    expected_delivery = Delivered.NO if expected in NOT_DELIVERED_BY_ANSWER else Delivered.MAYBE
    assert error.delivered is expected_delivery
    assert error.sentence
    assert peer.connections == 1
    assert peer.posts == (0 if name in NOTHING_READ else 1)


def test_a_large_upload_refused_half_way_is_told_by_its_answer(serve: Callable[..., Any]) -> None:
    peer = serve(["unread", ("answer", 413, HTML), "hang"])
    picture = "data:image/png;base64," + "A" * 4_000_000
    with pytest.raises(UpstreamError) as caught:
        make(peer.url).submit(Submission("m", "a cat", (picture,)))
    assert type(caught.value).__name__ in {"Refused", "Unclear"}


def test_an_upload_that_nobody_reads_ends_by_the_deadline(serve: Callable[..., Any]) -> None:
    peer = serve(["unread", "idle"])
    picture = "data:image/png;base64," + "A" * 20_000_000
    client = Client(peer.url, "dk-test-key", submit_deadline_seconds=DEADLINE_SECONDS)
    started = time.monotonic()
    with pytest.raises(UpstreamError) as caught:
        client.submit(Submission("m", "a cat", (picture,)))
    assert type(caught.value).__name__ == "Unclear"
    assert time.monotonic() - started < DEADLINE_SECONDS + 3
