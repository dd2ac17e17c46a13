"""Submits: the outcome says whether a task may exist, which somebody pays for."""

from __future__ import annotations

import gzip
import zlib
from typing import Any

from generator.upstream.errors import (
    AnsweredFailed,
    KeyRefused,
    OutOfCredits,
    RateLimited,
    Refused,
    Unclear,
)

from .rows import CHUNKED, HEAD, HTML, TEN_MINUTES, Row, bomb, chunk, envelope, packed, says, table

# A word of it is one that refusals about credits have, too.
PROMPT = "a quota of cats"
TASK = "ta-77"
OK = envelope({"task_id": TASK})
NO = '{"code":1,"message":"failed","detail":"prompt is required"}'
BUSY = '{"code":1,"message":"internal error"}'


ACCEPTED = table(
    [
        Row("200", says(200, OK), TASK),
        Row("201", says(201, OK), TASK),
        Row("202", says(202, OK), TASK),
        Row(
            "called HTML in Latin-1",
            says(202, OK, Content_Type="text/html; charset=latin-1"),
            TASK,
        ),
        Row("code as text", says(200, OK.replace(":0", ':"0"')), TASK),
        Row("code as 0.0", says(200, OK.replace(":0", ":0.0")), TASK),
        Row("byte order mark", says(200, b"\xef\xbb\xbf" + OK.encode()), TASK),
        Row("half an emoji", says(200, OK.replace("ok", "\\ud83d")), TASK),
        Row("without a length", [HEAD + b"\r\n" + OK.encode()], TASK),
        Row(
            "without a length, to be closed",
            [HEAD + b"Connection: close\r\n\r\n" + OK.encode()],
            TASK,
        ),
        Row("in chunks", [CHUNKED + chunk(OK.encode()) + b"0\r\n\r\n"], TASK),
        Row("gzip though not asked for", packed(gzip.compress(OK.encode()), "gzip"), TASK),
        Row("deflate though not asked for", packed(zlib.compress(OK.encode()), "deflate"), TASK),
        Row("after a 100", [b"HTTP/1.1 100 Continue\r\n\r\n", *says(200, OK)], TASK),
        Row("before the body was read", ["unread", *says(200, OK), "hang"], TASK, unread=True),
        Row("with cookies", says(200, OK, Set_Cookie="a=b; Path=/"), TASK),
        Row("an id of 255", says(200, envelope({"task_id": "t" * 255})), "t" * 255),
        Row("an id of strange letters", says(200, envelope({"task_id": "tä/1?&=#"})), "tä/1?&=#"),
    ]
)

REFUSED = [
    Row("200 with a code", says(200, NO), Refused),
    Row("200 with code -1", says(200, NO.replace(":1", ":-1")), Refused),
    Row("400", says(400, NO), Refused),
    Row("400 as HTML", says(400, HTML), Refused),
    Row("400 cut short", [b"HTTP/1.1 400 Bad\r\nContent-Length: 99\r\n\r\n{"], Refused),
    Row("400 about a word of the prompt", says(400, '{"code":1,"detail":"quota"}'), Refused),
    Row("404", says(404, NO), Refused),
    Row("405", says(405, HTML), Refused),
    Row("413", says(413, HTML), Refused),
    Row("415", says(415, ""), Refused),
    Row("422", says(422, '{"detail":[{"msg":"field required"}]}'), Refused),
    Row("451", says(451, HTML), Refused),
]
KEY_AND_CREDITS = [
    Row("401", says(401, '{"code":1,"message":"Invalid API key"}'), KeyRefused),
    Row("401 as HTML", says(401, HTML), KeyRefused),
    Row("401 without its body", [b"HTTP/1.1 401 No\r\nContent-Length: 9\r\n\r\n"], KeyRefused),
    Row("402", says(402, NO), OutOfCredits),
    Row("403 about credits", says(403, '{"code":1,"message":"Balance too low"}'), OutOfCredits),
    Row("403 about the content", says(403, '{"code":1,"message":"Content policy"}'), Refused),
    Row("403 without words", says(403, '{"code":1}'), OutOfCredits),
    Row("403 as HTML", says(403, HTML), OutOfCredits),
    Row("400 about credits", says(400, NO.replace("prompt", "credit")), OutOfCredits),
    Row("400 about the balance", says(400, NO.replace("prompt", "balance")), OutOfCredits),
    Row("200 about credits", says(200, '{"code":1,"message":"no credits"}'), OutOfCredits),
    Row("200 about the balance", says(200, '{"code":1,"message":"balance too low"}'), OutOfCredits),
    Row("500 about credits", says(500, NO.replace("prompt", "credit")), OutOfCredits),
]


def limited(name: str, wish: str, seconds: Any) -> Row:
    script = says(429, NO, Retry_After=wish)
    return Row(f"429 {name}", script, RateLimited, retry_after_seconds=seconds)


RATE_LIMITED = [
    Row("429", says(429, NO), RateLimited),
    Row("429 as HTML", says(429, HTML), RateLimited),
    limited("for a second", "1", 1),
    limited("for a minute", "60", 60),
    limited("for thirty years", "999999999", 900),
    limited("until the year 9999", "Fri, 31 Dec 9999 23:59:59 GMT", 900),
    limited("until a date", "@IN_TEN_MINUTES@", TEN_MINUTES),
    limited("until a date that is past", "Wed, 21 Oct 2015 07:28:00 GMT", None),
    limited("for no time", "0", 0),
    limited("for junk", "soon, I hope", None),
    limited("for less than nothing", "-5", None),
]
ANSWERED_FAILED = [
    Row("500 of the vendor's", says(500, BUSY), AnsweredFailed),
    Row("503 of the vendor's", says(503, BUSY), AnsweredFailed),
]


def unclear(name: str, script: list[object], *, unread: bool = False) -> Row:
    return Row(name, script, Unclear, unread=unread)


def unclear_id(name: str, task_id: object) -> Row:
    return unclear(name, says(200, envelope({"task_id": task_id})))


def unclear_value(name: str, value: str) -> Row:
    return unclear(name, says(200, envelope("@").replace('"@"', value)))


UNCLEAR = [
    # Statuses.
    unclear("400 that names a task", says(400, OK)),
    unclear("408", says(408, HTML)),
    unclear("500 that names a task", says(500, OK.replace(":0", ":1"))),
    unclear("500 with code 0", says(500, '{"code":0,"data":null}')),
    unclear("500 as HTML", says(500, HTML)),
    unclear("500 cut short", [b"HTTP/1.1 500 No\r\nContent-Length: 99\r\n\r\n" + BUSY.encode()]),
    unclear("500 without a body", says(500, "")),
    unclear("501 of the vendor's", says(501, BUSY)),
    unclear("502 of the vendor's", says(502, BUSY)),
    unclear("502 as HTML", says(502, HTML)),
    unclear("503 as HTML", says(503, HTML)),
    unclear("504", says(504, HTML)),
    unclear("520", says(520, "error code: 520")),
    unclear("520 as HTML", says(520, HTML)),
    unclear("599", says(599, "")),
    # Redirects: to itself a second POST would be counted, elsewhere a connection.
    *[
        unclear(f"{status} to {name}", says(status, OK, Location=to))
        for status in (300, 301, 302, 303, 304, 307, 308)
        for name, to in (
            ("itself", "/api/image/gen"),
            ("another host", "http://@ELSEWHERE@/api/image/gen"),
            ("a private host", "http://10.0.0.1/"),
        )
    ],
    unclear("304", says(304, "")),
    # A 2xx that is none.
    unclear("204", [b"HTTP/1.1 204 No Content\r\n\r\n"]),
    unclear("103", [b"HTTP/1.1 103 Early Hints\r\n\r\n", *says(200, OK)]),
    unclear("empty", says(200, "")),
    unclear("HTML", says(200, HTML)),
    unclear("a list", says(200, "[]")),
    unclear("a text", says(200, f'"{TASK}"')),
    unclear("no code", says(200, '{"data":{"task_id":"ta-77"}}')),
    unclear("code false", says(200, OK.replace(":0", ":false"))),
    unclear("NaN for a code", says(200, OK.replace(":0", ":NaN"))),
    unclear("a code and a task", says(200, OK.replace(":0", ":1"))),
    unclear_value("no data", "null"),
    unclear_value("data a list", '["t-1"]'),
    unclear_value("no id", "{}"),
    unclear_id("null for an id", None),
    unclear_id("an empty id", ""),
    unclear_id("a blank id", "  "),
    unclear_id("a number for an id", 7),
    unclear_id("a NUL in the id", "t\0"),
    unclear_id("a line feed in the id", "t\n"),
    unclear_id("a broken character in the id", "\ud800"),
    unclear_id("an id of 256", "t" * 256),
    # JSON that hurts.
    unclear("nested deep", says(200, "[" * 100_000)),
    unclear_value("nested deep in data", "[" * 9_000 + "]" * 9_000),
    unclear("nested deep and cut", says(200, '{"code":0,"data":' + "[" * 100_000)),
    unclear_value("NaN", '{"task_id":"t","x":NaN}'),
    unclear_value("a huge number", '{"task_id":"t","x":%s}' % ("9" * 5_000)),
    unclear("UTF-16", says(200, OK.encode("utf-16"))),
    unclear("Latin-1", says(200, OK.replace("ok", "\xe9").encode("latin-1"))),
    unclear("two values", says(200, OK + OK)),
    # Bodies that are cut, endless or packed.
    unclear("cut JSON", says(200, OK[:-5])),
    unclear("a length too long", says(200, OK, Content_Length="999")),
    unclear("a length too short", says(200, OK, Content_Length="9")),
    unclear("two lengths", [HEAD + b"Content-Length: 3\r\nContent-Length: 50\r\n\r\n{}"]),
    unclear("chunks cut", [CHUNKED + chunk(OK.encode())]),
    unclear("a chunk of no size", [CHUNKED + b"xyz\r\n"]),
    unclear("a chunk of size -1", [CHUNKED + b"-1\r\n", ("flood", b"x" * 65536)]),
    unclear("endless chunk size", [CHUNKED, ("flood", b"0" * 65536)]),
    unclear("endless trailers", [CHUNKED + b"0\r\n", ("flood", b"a: b\r\n" * 999)]),
    unclear("endless", [HEAD + b"\r\n", ("flood", b" " * 65536)]),
    unclear("a bomb in gzip", packed(bomb("gzip", 50), "gzip")),
    unclear("a bomb in deflate", packed(bomb("deflate", 50), "deflate")),
    unclear("gzip cut", packed(gzip.compress(OK.encode())[:-12], "gzip")),
    unclear("gzip that is none", packed(OK.encode(), "gzip")),
    unclear("a coding nobody knows", packed(OK.encode(), "br")),
    unclear("six codings", packed(OK.encode(), "gzip, gzip, gzip, gzip, gzip, gzip")),
    # Heads that are cut, endless or none.
    unclear("head cut after a line", [HEAD + b"Content-Type: application/json\r\n"]),
    unclear("head cut within a line", [HEAD + b"Content-Ty"]),
    unclear("head of a 400 cut", [b"HTTP/1.1 400 Bad\r\nContent-Le"]),
    unclear("head of a 401 cut", [b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n"]),
    unclear("status line cut", [b"HTTP/1.1 200"]),
    unclear("no HTTP", [b"SSH-2.0-OpenSSH_9.6\r\n"]),
    unclear("no HTTP, then silence", [b"SSH-2.0-OpenSSH_9.6\r\n", "hang"]),
    unclear("HTTP/3", [b"HTTP/3 200 OK\r\n\r\n"]),
    unclear("status no number", [b"HTTP/1.1 abc OK\r\n\r\n"]),
    unclear("endless line", [HEAD, ("flood", b"x" * 65536)]),
    unclear("endless headers", [HEAD, ("flood", b"x: y\r\n" * 999)]),
    unclear("a flood of 100", [("flood", b"HTTP/1.1 100 Continue\r\n\r\n" * 99)]),
    # Connections that end.
    unclear("closed unread", ["unread"], unread=True),
    unclear("reset within the request", ["unread", "touch", "reset"], unread=True),
    unclear("closed without an answer", ["close"]),
    unclear("reset without an answer", ["reset"]),
    unclear("reset within the head", [HEAD + b"Conte", "reset"]),
    unclear("reset within the body", [HEAD + b"Content-Length: 99\r\n\r\n{", "reset"]),
]


def slow(name: str, *script: object, unread: bool = False) -> Row:
    return Row(name, list(script), Unclear, by_deadline=True, unread=unread)


SLOW = [
    slow("silence", "hang"),
    slow("silence without reading", "unread", "idle", unread=True),
    slow("silence after the head", HEAD + b"Content-Length: 9\r\n\r\n", "hang"),
    slow("a status line byte by byte", ("drip", b"HTTP/1.1 200 OK" + b" " * 99, 0.05)),
    slow("headers byte by byte", HEAD, ("drip", b"a: b\r\n", 0.05)),
    slow("a blank body byte by byte", HEAD + b"\r\n", ("drip", b" ", 0.05)),
    slow("a body byte by byte", HEAD + b"\r\n", ("drip", OK.encode(), 0.05)),
    slow("chunks byte by byte", CHUNKED, ("drip", b"1\r\n \r\n", 0.02)),
    slow("a 100 now and then", ("drip", b"HTTP/1.1 100 Continue\r\n\r\n", 0.01)),
]

FAULTS = table(REFUSED, KEY_AND_CREDITS, RATE_LIMITED, ANSWERED_FAILED, UNCLEAR, SLOW)
SUBMIT = ACCEPTED | FAULTS
