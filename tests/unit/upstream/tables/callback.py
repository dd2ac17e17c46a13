"""Callbacks as requests: what of them is read as a hint, and how the rest is refused.

`script` holds pieces of `tests.web_server`; `outcome` is the hint that is read, or the status of
the answer.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from typing import Any

from generator.upstream.callback import CallbackHint
from tests.web_server import USUAL, Pieces, in_chunks, post, slowly

from .rows import HTML, Row, chunk, table


@dataclass(frozen=True)
class Request(Row):
    """`read`: the request gets as far as the function that reads the body.

    `may_break`: the connection may end without an answer, since the rest was not read.
    """

    read: bool = True
    may_break: bool = False


def about(task_id: str, status: str = "success") -> bytes:
    return b'{"task_id":"%s","status":"%s"}' % (task_id.encode(), status.encode())


def read(name: str, pieces: Pieces, task_id: str = "ta-1", status: str = "success") -> Request:
    return Request(name, pieces, CallbackHint(task_id, status))


def malformed(name: str, body: bytes, *headers: str) -> Request:
    return Request(name, post(body, *headers), 400)


def refused(name: str, pieces: Pieces, status: int = 400, **more: Any) -> Request:
    """Refused before it comes to the body."""
    return Request(name, pieces, status, read=False, **more)


def not_found(name: str, path: str) -> Request:
    return refused(name, post(path=path), 404)


HINTS = [
    read(
        "as documented",
        post(
            b'{"task_id":"ta-1","status":"success","result":[{"image":"https://x.org/a.png"}],'
            b'"consumed":"0.500000","status_reason":{"message":null}}'
        ),
    ),
    read("in an envelope", post(b'{"code":0,"message":"ok","data":%b}' % USUAL)),
    read("without a status", post(b'{"task_id":"ta-1"}'), status=""),
    read("without a task", post(b'{"status":"success"}'), task_id=""),
    read("null for everything", post(b'{"task_id":null,"status":null,"result":null}'), "", ""),
    read("a number for a status", post(b'{"task_id":"ta-1","status":3}'), status=""),
    read("a status without end", post(about("ta-1", "x" * 99_999)), status="x" * 64),
    read(
        "a status with a NUL",
        post(b'{"task_id":"ta-1","status":"a\\u0000\\ud800"}'),
        status="a\ufffd",
    ),
    read("a status of the running kind", post(about("ta-1", "in_progress")), status="in_progress"),
    read("forged as failed", post(about("ta-1", "failed")), status="failed"),
    read(
        "forged as free",
        post(b'{"task_id":"ta-1","status":"success","consumed":"0.000000"}'),
    ),
    read(
        "with a forged image",
        post(
            b'{"task_id":"ta-1","status":"success","result":'
            b'[{"image":"http://10.0.0.1/files/forged.png"}]}'
        ),
    ),
    read(
        "with a data URI",
        post(
            b'{"task_id":"ta-1","result":[{"image":"data:image/png;base64,%b"}]}' % (b"A" * 200_000)
        ),
        status="",
    ),
    read("another task", post(about("ta-2")), "ta-2"),
    read("another task in an envelope", post(b'{"code":0,"data":%s}' % about("ta-2")), "ta-2"),
    read("another task that failed", post(about("ta-2", "failed")), "ta-2", "failed"),
    read("with a byte order mark", post(b"\xef\xbb\xbf" + USUAL)),
    read("called text", post(USUAL, "Content-Type: text/plain; charset=latin-1")),
    read("called nothing", post(USUAL, "Content-Type:")),
    read("called a file", post(USUAL, "Content-Type: multipart/form-data; boundary=x")),
    read(
        "with cookies and an origin",
        post(USUAL, "Cookie: a=b", "Origin: https://evil.example.org"),
    ),
    read("with a question mark", post(path="@PATH@?task_id=ta-2")),
    read("HTTP/1.0", post(version="1.0")),
    read("without a host", [post()[0].replace(b"Host: @HOST@\r\n", b"")]),
    read("asking to go on", post(USUAL, "Expect: 100-continue")),
    read("in one chunk", in_chunks(chunk(USUAL), b"0\r\n\r\n")),
    read("in chunks of a byte", in_chunks(*[chunk(bytes([b])) for b in USUAL], b"0\r\n\r\n")),
    read("byte by byte", slowly(post(), 0.001)),
    read("a slow body", [post()[0][:-20], 0.1, *slowly([USUAL[-20:]], 0.01)]),
    read(
        "slow chunks",
        [*in_chunks(chunk(USUAL[:9])), 0.1, chunk(USUAL[9:]), 0.1, b"0\r\n\r\n"],
    ),
    read("closed behind it", [*post(), "fin"]),
]

MALFORMED = [
    malformed("empty", b""),
    malformed("no JSON", HTML.encode(), "Content-Type: text/html"),
    malformed("a form", b"task_id=ta-1", "Content-Type: application/x-www-form-urlencoded"),
    malformed("cut JSON", USUAL[:-3]),
    malformed("two values", USUAL * 2),
    *[
        malformed(f"the value {value}", value.encode())
        for value in ("[]", "null", "7", '"ta-1"', "NaN", '{"task_id":NaN}')
    ],
    malformed("nested deep", b"[" * 100_000),
    malformed("nested deep in a value", b'{"x":' * 30_000 + b"1" + b"}" * 30_000),
    malformed("a huge number", b'{"task_id":"ta-1","x":%s}' % (b"9" * 9_000)),
    malformed("UTF-16", USUAL.decode().encode("utf-16")),
    malformed("broken letters", b"\xff\xfe\xfd"),
    malformed("packed", gzip.compress(USUAL), "Content-Encoding: gzip"),
    malformed("a number for the task", b'{"task_id":7}'),
    malformed("a list for the task", b'{"task_id":["ta-1"]}'),
    malformed("a NUL in the task", b'{"task_id":"ta-1\\u0000"}'),
    malformed("a task of 256 letters", about("t" * 256)),
    Request("a length too short", post(length=9), 400),
    Request("no length", post(length=""), 400),
    refused("a chunk of no size", in_chunks(b"xyz\r\n")),
    refused("a chunk of size -1", in_chunks(b"-1\r\n")),
    Request("chunks cut", [*in_chunks(chunk(USUAL[:9])), "fin"], 400, may_break=True),
    Request(
        "closed within the body", [*post(USUAL[:9], length=len(USUAL)), "fin"], 400, may_break=True
    ),
]

# Once refused by its length the rest is not read, which may break the connection.
TOO_LARGE = [
    refused("huge", post(b"{" + b" " * 300_000 + b"}"), 413, may_break=True),
    refused("declared huge", post(USUAL, length=10**12), 413),
    refused("declared large, and never sent", post(USUAL, length=300_000), 413),
    refused("declared absurdly", post(USUAL, length="9" * 40), 413),
    refused(
        "huge in chunks",
        in_chunks(chunk(b" " * 100_000) * 4, b"0\r\n\r\n"),
        413,
        may_break=True,
    ),
    refused(
        "one endless chunk",
        [*in_chunks(b"fffffff\r\n"), *[b" " * 65_536] * 9],
        413,
        may_break=True,
    ),
]

REFUSED = [
    not_found("no token", "/callbacks/@JOB@//"),
    not_found("a wrong token", "/callbacks/@JOB@/wrong/"),
    not_found("a token of strange letters", "/callbacks/@JOB@/%C3%A9%00%F0%9F%A6%8A/"),
    not_found("a token of broken letters", "/callbacks/@JOB@/%ff%fe/"),
    not_found("a token of 9,000 letters", f"/callbacks/@JOB@/{'x' * 9_000}/"),
    not_found("an unknown job", f"/callbacks/{'0' * 8}-0000-0000-0000-{'0' * 12}/@TOKEN@/"),
    not_found("a job that is none", f"/callbacks/{'0' * 36}/@TOKEN@/"),
    not_found("no job", "/callbacks/7/@TOKEN@/"),
    not_found("the job as a path", "/callbacks/../@JOB@/@TOKEN@/"),
    not_found("the token behind a question mark", "/callbacks/@JOB@/?token=@TOKEN@"),
    *[
        refused(method, post(method=method), 405)
        for method in ("GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW")
    ],
    refused("a method in small letters", post(method="post")),
    refused("a length below zero", post(length=-5)),
    refused("a length of junk", post(length="many")),
    refused("two lengths", post(USUAL, "Content-Length: 3")),
    refused("a length and chunks", post(USUAL, "Transfer-Encoding: chunked")),
    refused("a coding nobody knows", post(USUAL, "Transfer-Encoding: yes", length=""), 501),
    refused("closed within the head", [post()[0][:40], "fin"], may_break=True),
    refused("no HTTP", [b"SSH-2.0-OpenSSH_9.6\r\n\r\n"]),
    refused("HTTP/9", post(version="9.9")),
    refused("another host", [post()[0].replace(b"@HOST@", b"evil.example.org")]),
    refused(
        "endless headers",
        [post(b"")[0][:-2], b"x: y\r\n" * 20_000, b"\r\n"],
        431,
        may_break=True,
    ),
    refused("a header of 100 kB", post(USUAL, "X-Long: " + "y" * 100_000), 431, may_break=True),
]

CALLBACK = table(HINTS, MALFORMED, TOO_LARGE, REFUSED)
# Nobody is there any more to take the answer.
BROKEN_OFF: dict[str, Pieces] = {
    "reset within the body": [*post(USUAL[:9], length=len(USUAL)), "reset"],
    "reset behind it": [*post(), 0.2, "reset"],
}
