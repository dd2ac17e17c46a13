"""Queries: none of what goes wrong says anything about the task; only a good answer does."""

from __future__ import annotations

import gzip
from dataclasses import replace
from decimal import Decimal
from typing import Any

from generator.upstream.errors import (
    KeyRefused,
    OutOfCredits,
    RateLimited,
    TaskNotFound,
    Transient,
)
from generator.upstream.wire import Phase, TaskState
from tests.peer import Script

from .rows import (
    CHUNKED,
    HEAD,
    HTML,
    TEN_MINUTES,
    Row,
    bomb,
    chunk,
    envelope,
    packed,
    says,
    table,
    task,
)

URL = "@URL@/files/ta-1.png"
SECOND_URL = "@URL@/files/b.png"
DATA_URI = "data:image/png;base64,iVBORw0KGgo="
PENDING = task("pending")
NO_TASK = '{"code":404,"message":"task not found"}'
NO_KEY = '{"code":401,"message":"Invalid API key"}'

WAITING = TaskState("ta-1", "pending", Phase.PENDING, (), "", Decimal("0.5"), "")
UNKNOWN = replace(WAITING, raw_status="", phase=Phase.UNKNOWN)
NO_COST = replace(UNKNOWN, consumed=None)
DONE = replace(WAITING, raw_status="success", phase=Phase.SUCCESS, images=(URL,))
REFUSAL = replace(DONE, images=())
FAILED = replace(WAITING, raw_status="failed", phase=Phase.FAILED)


def status(word: str, phase: Phase) -> Row:
    outcome = replace(WAITING, raw_status=word, phase=phase)
    return Row(f"status {word!r}", says(200, task(word)), outcome)


def success(name: str, result: Any, **changes: Any) -> Row:
    return Row(name, says(200, task(result=result)), replace(DONE, **changes))


def failure(name: str, outcome: TaskState = FAILED, **more: Any) -> Row:
    return Row(name, says(200, task("failed", **more)), outcome)


def cost(consumed: Any) -> Row:
    name = "a cost of 40 digits" if consumed == "9" * 40 else f"{consumed!r} for a cost"
    return Row(name, says(200, task(consumed=consumed)), replace(DONE, consumed=None))


STATUSES = [
    status("pending", Phase.PENDING),
    status("submitted", Phase.SUBMITTED),
    status("in_progress", Phase.IN_PROGRESS),
    status("queued", Phase.UNKNOWN),
    status("", Phase.UNKNOWN),
    status("PENDING", Phase.PENDING),
    Row(
        "a status without end",
        says(200, task("x" * 9_999)),
        replace(UNKNOWN, raw_status="x" * 64),
    ),
    Row("no status", says(200, envelope({"task_id": "ta-1"})), NO_COST),
    Row("nothing at all", says(200, envelope({})), NO_COST),
    Row("a number for a status", says(200, envelope({"status": 3})), NO_COST),
    Row("no id", says(200, envelope({"status": "pending"})), replace(WAITING, consumed=None)),
    Row(
        "pending with an image",
        says(200, task("pending", result=[{"image": URL}])),
        replace(WAITING, images=(URL,)),
    ),
    Row("success", says(200, task()), DONE),
    *[
        Row(
            f"{word!r} means done",
            says(200, task().replace("success", word)),
            replace(DONE, raw_status=word),
        )
        for word in ("completed", "succeeded", "SUCCESS")
    ],
    failure(
        "failed",
        replace(FAILED, reason="the model broke"),
        status_reason={"message": "the model broke"},
    ),
    Row("error", says(200, task("error")), replace(FAILED, raw_status="error")),
    failure("failed for no reason", status_reason=None),
    failure("failed for an empty reason", status_reason={"message": None}),
    failure("failed with an image", replace(FAILED, images=(URL,)), result=[{"image": URL}]),
    failure("failed at no cost", replace(FAILED, consumed=Decimal(0)), consumed="0.000000"),
    failure("failed at an unknown cost", replace(FAILED, consumed=None), consumed=None),
    failure(
        "failed for a reason with secrets",
        replace(FAILED, reason="bad key dk-[masked], data:image/png;base64,[9 B]"),
        status_reason={"message": f"bad key dk-0123456789abcdef0123, {DATA_URI}"},
    ),
]

RESULTS = [
    # A success without an image is a refusal, and billed.
    success("success without a result", None, images=()),
    success("success with an empty result", [], images=()),
    success(
        "success in words only",
        [{"text": "I cannot draw\0 this.", "image": None}],
        images=(),
        words="I cannot draw this.",
    ),
    success(
        "success in words with a key",
        [{"text": "Use dk-0123456789abcdef0123 instead."}],
        images=(),
        words="Use dk-[masked] instead.",
    ),
    success(
        "success with junk",
        [None, 7, [], {"image": None}, {"image": "not an address"}],
        images=(),
    ),
    success("success with a file of ours", [{"image": "file:///etc/passwd"}], images=()),
    # The shapes of a result.
    success("one object", {"image": URL}),
    success("a big image", [{"big_image_url": URL}]),
    success("a bare address", URL),
    success(
        "words beside the image",
        [{"text": "Here it is."}, {"image": URL}],
        words="Here it is.",
    ),
    success("two images", [{"image": URL}, {"image": SECOND_URL}], images=(URL, SECOND_URL)),
    success("one image twice", [{"image": URL}, {"image": URL}]),
    success(
        "one image in two forms",
        [{"image": URL, "big_image_url": SECOND_URL}],
        images=(URL, SECOND_URL),
    ),
    success("junk beside the image", [{"image": 3}, {"image": URL}, "?"], words="?"),
    success("a data URI", [{"image": DATA_URI}], images=(DATA_URI,)),
    success(
        "a data URI beside an address",
        [{"image": DATA_URI}, {"image": URL}],
        images=(DATA_URI, URL),
    ),
    success(
        "a large data URI",
        [{"image": "data:image/png;base64," + "A" * 9_000_000}],
        images=("data:image/png;base64," + "A" * 9_000_000,),
    ),
    success(
        "a data URI of white space",
        [{"image": "data:image/png;base64," + " " * 9_000_000}],
        images=("data:image/png;base64,",),
    ),
]

COSTS = [
    Row("a cost as a number", says(200, task(consumed=0.5)), DONE),
    Row("a cost with a sign", says(200, task(consumed="+0.5")), DONE),
    Row("no cost", says(200, task().replace("consumed", "x")), replace(DONE, consumed=None)),
    *map(cost, [None, "", "free", "NaN", "Infinity", "-1", "1e99", "9" * 40, [], {}, True]),
]

CODINGS = [
    Row("gzip though not asked for", packed(gzip.compress(PENDING.encode()), "gzip"), WAITING),
    Row("byte order mark", says(200, b"\xef\xbb\xbf" + PENDING.encode()), WAITING),
    Row("in chunks", [CHUNKED + chunk(PENDING.encode()) + b"0\r\n\r\n"], WAITING),
]

ANSWERED = table(STATUSES, RESULTS, COSTS, CODINGS)

KNOWN_STATUSES = [
    Row("404", says(404, NO_TASK), TaskNotFound),
    Row("404 without a body", says(404, ""), TaskNotFound),
    Row("404 in plain words", says(404, "task not found"), TaskNotFound),
    Row("401", says(401, NO_KEY), KeyRefused),
    Row("401 as HTML", says(401, HTML), KeyRefused),
    Row("402", says(402, "{}"), OutOfCredits),
    Row("403", says(403, HTML), OutOfCredits),
    Row("429", says(429, HTML), RateLimited),
    *[
        Row(
            f"429 {name}",
            says(429, "{}", Retry_After=wish),
            RateLimited,
            retry_after_seconds=seconds,
        )
        for name, wish, seconds in (
            ("for a second", "1", 1),
            ("until a date", "@IN_TEN_MINUTES@", TEN_MINUTES),
            ("for thirty years", "999999999", 900),
            ("until the year 9999", "Fri, 31 Dec 9999 23:59:59 GMT", 900),
            ("for junk", "2 minutes", None),
            ("for less than nothing", "-1", None),
        )
    ],
]


def transient(name: str, script: Script, retry_after_seconds: float | None = None) -> Row:
    return Row(name, script, Transient, retry_after_seconds=retry_after_seconds)


def junk(name: str, body: str | bytes) -> Row:
    return transient(name, says(200, body))


NO_ANSWERS = [
    # Statuses that say nothing about the task.
    transient("404 of a proxy", says(404, HTML)),
    transient("404 cut short", [b"HTTP/1.1 404 No\r\nContent-Length: 9\r\n\r\n{"]),
    transient("400 with a code", says(400, '{"code":1,"message":"no"}')),
    *[
        transient(f"{status}", says(status, PENDING))
        for status in (300, 304, 400, 405, 408, 410, 418, 422, 500, 501, 502, 503, 504, 520)
    ],
    *[transient(f"{status} as HTML", says(status, HTML)) for status in (400, 408, 500, 502, 503)],
    *[
        transient(f"{status} to {name}", says(status, PENDING, Location=to))
        for status in (300, 301, 302, 303, 304, 307, 308)
        for name, to in (
            ("itself", "/x"),
            ("another host", "http://@ELSEWHERE@/"),
            ("a private one", "http://10.1/"),
        )
    ],
    transient("503 for a second", says(503, HTML, Retry_After="1"), 1),
    transient("204", [b"HTTP/1.1 204 No Content\r\n\r\n"]),
    # Answers that are none.
    junk("a code", PENDING.replace(":0", ":1")),
    junk("success with a code", task().replace(":0", ":1")),
    junk("no code", '{"data":{"status":"failed"}}'),
    junk("the task of another job", task(task_id="ta-2")),
    junk("another task that failed", task("failed", task_id="ta-2")),
    junk("a number for the id", envelope({"task_id": 1, "status": "failed"})),
    junk("null for the task", envelope(None)),
    junk("a list for the task", envelope([])),
    junk("empty", ""),
    junk("HTML", HTML),
    junk("a list", "[]"),
    junk("nested deep", '{"code":0,"data":' + "[" * 100_000),
    junk("nested deep in the result", task(result="@").replace('"@"', "[" * 5_000)),
    junk("NaN", PENDING.replace(":0", ":NaN")),
    junk("a huge number", PENDING.replace(":0", ":" + "9" * 5_000)),
    junk("UTF-16", PENDING.encode("utf-16")),
    junk("cut JSON", PENDING[:-9]),
    # Bodies and heads that are cut, endless, packed or none.
    transient("a length too long", says(200, PENDING, Content_Length="999")),
    transient("a length too short", says(200, PENDING, Content_Length="9")),
    transient("chunks cut", [CHUNKED + chunk(PENDING.encode())]),
    transient("a chunk of no size", [CHUNKED + b"xyz\r\n"]),
    transient("endless chunk size", [CHUNKED, ("flood", b"0" * 65536)]),
    transient("endless", [HEAD + b"\r\n", ("flood", b" " * 65536)]),
    transient("a bomb in gzip", packed(bomb("gzip", 90), "gzip")),
    transient("a bomb in deflate", packed(bomb("deflate", 90), "deflate")),
    transient("gzip that is none", packed(PENDING.encode(), "gzip")),
    transient("a coding nobody knows", packed(PENDING.encode(), "zstd")),
    transient("head cut", [HEAD + b"Content-Type: a"]),
    transient("head of a 404 cut", [b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n"]),
    transient("no HTTP", [b"SSH-2.0-OpenSSH_9.6\r\n"]),
    transient("endless line", [HEAD, ("flood", b"x" * 65536)]),
    transient("endless headers", [HEAD, ("flood", b"x: y\r\n" * 999)]),
    transient("a flood of 100", [("flood", b"HTTP/1.1 100 Continue\r\n\r\n" * 99)]),
    # Connections that end.
    transient("closed unread", ["unread"]),
    transient("reset unread", ["unread", "reset"]),
    transient("closed without an answer", ["close"]),
    transient("reset without an answer", ["reset"]),
    transient("reset within the body", [HEAD + b"Content-Length: 99\r\n\r\n{", "reset"]),
]


def slow(name: str, *script: object) -> Row:
    return Row(name, list(script), Transient, by_deadline=True)


SLOW = [
    slow("silence", "hang"),
    slow("silence after the head", HEAD + b"Content-Length: 9\r\n\r\n", "hang"),
    slow("a status line byte by byte", ("drip", b"HTTP/1.1 200 OK" + b" " * 99, 0.05)),
    slow("headers byte by byte", HEAD, ("drip", b"a: b\r\n", 0.05)),
    slow("a blank body byte by byte", HEAD + b"\r\n", ("drip", b" ", 0.05)),
    slow("a body byte by byte", HEAD + b"\r\n", ("drip", PENDING.encode(), 0.05)),
    slow("chunks byte by byte", CHUNKED, ("drip", b"1\r\n \r\n", 0.02)),
    slow("a chunk of size -1 byte by byte", CHUNKED + b"-1\r\n", ("drip", b"x", 0.01)),
    slow("a 100 now and then", ("drip", b"HTTP/1.1 100 Continue\r\n\r\n", 0.02)),
]

FAULTS = table(KNOWN_STATUSES, NO_ANSWERS, SLOW)
QUERY = ANSWERED | FAULTS
