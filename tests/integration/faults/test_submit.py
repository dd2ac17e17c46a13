"""Faults of the submit, the one call that costs money.

Only an answer that says *no*, or a request that never left, lets the job be sent again or fail;
everything else leaves it unconfirmed, and then a late report still brings its picture.
"""

from __future__ import annotations

import gzip
import zlib
from typing import Any

import pytest

from generator.state import Status

from .stage import DONE, End, Stage
from .vendor import CHUNKED, HEAD, HTML, WELL, envelope, says

pytestmark = pytest.mark.django_db

OK = envelope({"task_id": "ta-77"})
NO = '{"code":1,"message":"failed","detail":"prompt is required"}'
BUSY = '{"code":1,"message":"internal error"}'

UNCLEAR = End(Status.UNCONFIRMED, "Unclear")
REFUSED = End(Status.FAILED, "Refused", settled="0.000000")
BAD_KEY = End(Status.HELD, "KeyRefused", hold="key")
NO_CREDITS = End(Status.HELD, "OutOfCredits", hold="credits")
LIMITED = DONE.but(kind="RateLimited", posts=2)
WAITS = End(Status.QUEUED, "RateLimited")
AGAIN = DONE.but(kind="AnsweredFailed", posts=2)


def packed(body: bytes, coding: str) -> list[Any]:
    return says(200, body, Content_Encoding=coding)


ANSWERS: list[tuple[str, list[Any], End]] = [
    # Taken, though oddly told.
    ("200", says(200, OK), DONE),
    ("201", says(201, OK), DONE),
    ("202 called HTML in Latin-1", says(202, OK, Content_Type="text/html; charset=latin-1"), DONE),
    ("no content type", says(200, OK), DONE),
    ("code as text", says(200, OK.replace(": 0", ': "0"')), DONE),
    ("byte order mark", says(200, b"\xef\xbb\xbf" + OK.encode()), DONE),
    ("gzip though not asked for", packed(gzip.compress(OK.encode()), "gzip"), DONE),
    ("without a length", [HEAD + b"\r\n" + OK.encode()], DONE),
    ("in chunks", [CHUNKED + b"%x\r\n%b\r\n0\r\n\r\n" % (len(OK), OK.encode())], DONE),
    ("after one 100", [b"HTTP/1.1 100 Continue\r\n\r\n", *says(200, OK)], DONE),
    ("before the body was read", ["unread", *says(200, OK), "hang"], DONE.but(posts=0)),
    ("an id of 255", says(200, envelope({"task_id": "t" * 255})), DONE),
    ("an id of strange letters", says(200, envelope({"task_id": "tä/1?&=#"})), DONE),
    # Refused: bad input, nothing is billed, nothing is sent again.
    ("400", says(400, NO), REFUSED),
    ("400 as HTML", says(400, HTML), REFUSED),
    ("400 cut short", [b"HTTP/1.1 400 Bad\r\nContent-Length: 99\r\n\r\n{"], REFUSED),
    ("200 with a code", says(200, NO), REFUSED),
    ("200 with code -1", says(200, NO.replace("1", "-1")), REFUSED),
    ("404", says(404, NO), REFUSED),
    ("405", says(405, HTML), REFUSED),
    ("413", says(413, HTML), REFUSED),
    ("415", says(415, ""), REFUSED),
    ("422", says(422, '{"detail":[{"msg":"field required"}]}'), REFUSED),
    ("451", says(451, HTML), REFUSED),
    # The key, the credits: everything waits for an admin.
    ("401", says(401, '{"code":1,"message":"Invalid API key"}'), BAD_KEY),
    ("401 as HTML", says(401, HTML), BAD_KEY),
    ("401 without its body", [b"HTTP/1.1 401 No\r\nContent-Length: 9\r\n\r\n"], BAD_KEY),
    ("402", says(402, NO), NO_CREDITS),
    ("403", says(403, HTML), NO_CREDITS),
    ("400 about credits", says(400, NO.replace("prompt", "credit")), NO_CREDITS),
    ("200 about the balance", says(200, '{"code":1,"message":"balance too low"}'), NO_CREDITS),
    ("500 about credits", says(500, NO.replace("prompt", "credit")), NO_CREDITS),
    # The rate limit: again later, and as late as it wishes.
    ("429", says(429, NO), LIMITED),
    ("429 as HTML", says(429, HTML), LIMITED),
    ("429 for a second", says(429, NO, Retry_After="1"), LIMITED),
    ("429 until a date", says(429, NO, Retry_After="@SOON@"), LIMITED),
    ("429 until a date that is past",
     says(429, NO, Retry_After="Wed, 21 Oct 2015 07:28:00 GMT"), LIMITED),
    ("429 for no time", says(429, NO, Retry_After="0"), LIMITED),
    ("429 for junk", says(429, NO, Retry_After="soon, I hope"), LIMITED),
    ("429 for less than nothing", says(429, NO, Retry_After="-5"), LIMITED),
    ("429 for a minute", says(429, NO, Retry_After="60"), WAITS),
    ("429 for thirty years", says(429, NO, Retry_After="999999999"), WAITS),
    ("429 until the year 9999",
     says(429, NO, Retry_After="Fri, 31 Dec 9999 23:59:59 GMT"), WAITS),
    # Answered as failed, in the vendor's own words: again.
    ("500 of the vendor's", says(500, BUSY), AGAIN),
    ("503 of the vendor's", says(503, BUSY), AGAIN),
    # Nobody knows.
    ("500 that names a task", says(500, OK.replace(": 0", ": 1")), UNCLEAR),
    ("500 with code 0", says(500, '{"code":0,"data":null}'), UNCLEAR),
    ("500 as HTML", says(500, HTML), UNCLEAR),
    ("500 cut short", [b"HTTP/1.1 500 No\r\nContent-Length: 99\r\n\r\n" + BUSY.encode()], UNCLEAR),
    ("500 without a body", says(500, ""), UNCLEAR),
    ("501 of the vendor's", says(501, BUSY), UNCLEAR),
    ("502 of the vendor's", says(502, BUSY), UNCLEAR),
    ("502 as HTML", says(502, HTML), UNCLEAR),
    ("503 as HTML", says(503, HTML), UNCLEAR),
    ("504", says(504, HTML), UNCLEAR),
    ("520", says(520, "error code: 520"), UNCLEAR),
    ("599", says(599, ""), UNCLEAR),
    ("408", says(408, HTML), UNCLEAR),
    ("204", [b"HTTP/1.1 204 No Content\r\n\r\n"], UNCLEAR),
    *[
        (f"{status} to {name}", says(status, OK, Location=to), UNCLEAR)
        for status in (301, 302, 303, 307, 308)
        for name, to in (("another host", "http://@ELSEWHERE@/api/image/gen"),
                         ("itself", "/api/image/gen"), ("a private host", "http://10.0.0.1/"))
    ],
    ("304", says(304, ""), UNCLEAR),
    ("empty", says(200, ""), UNCLEAR),
    ("HTML", says(200, HTML), UNCLEAR),
    ("a list", says(200, "[]"), UNCLEAR),
    ("no code", says(200, '{"data":{"task_id":"ta-77"}}'), UNCLEAR),
    ("a code and a task", says(200, OK.replace(": 0", ": 1")), UNCLEAR),
    ("no id", says(200, envelope({})), UNCLEAR),
    ("null for an id", says(200, envelope({"task_id": None})), UNCLEAR),
    ("a blank id", says(200, envelope({"task_id": " "})), UNCLEAR),
    ("a number for an id", says(200, envelope({"task_id": 7})), UNCLEAR),
    ("a NUL in the id", says(200, envelope({"task_id": "t\0"})), UNCLEAR),
    ("an id of 256", says(200, envelope({"task_id": "t" * 256})), UNCLEAR),
    ("nested deep", says(200, '{"code":0,"data":' + "[" * 100_000), UNCLEAR),
    ("NaN for a code", says(200, OK.replace(": 0", ": NaN")), UNCLEAR),
    ("UTF-16", says(200, OK.encode("utf-16")), UNCLEAR),
    ("Latin-1", says(200, OK.replace("ok", "\xe9").encode("latin-1")), UNCLEAR),
    ("two values", says(200, OK + OK), UNCLEAR),
    ("cut JSON", says(200, OK[:-5]), UNCLEAR),
    ("a length too long", says(200, OK, Content_Length="999"), UNCLEAR),
    ("a length too short", says(200, OK, Content_Length="9"), UNCLEAR),
    ("chunks cut", [CHUNKED + b"%x\r\n%b\r\n" % (len(OK), OK.encode())], UNCLEAR),
    ("a chunk of no size", [CHUNKED + b"xyz\r\n"], UNCLEAR),
    ("a chunk of size -1", [CHUNKED + b"-1\r\n", ("flood", b"x" * 65536)], UNCLEAR),
    ("endless", [HEAD + b"\r\n", ("flood", b" " * 65536)], UNCLEAR),
    ("a bomb in gzip", packed(gzip.compress(b" " * 50_000_000), "gzip"), UNCLEAR),
    ("a bomb in deflate", packed(zlib.compress(b" " * 50_000_000), "deflate"), UNCLEAR),
    ("gzip that is none", packed(OK.encode(), "gzip"), UNCLEAR),
    ("gzip cut", packed(gzip.compress(OK.encode())[:-9], "gzip"), UNCLEAR),
    ("a coding nobody knows", packed(OK.encode(), "br"), UNCLEAR),
    ("a head cut after a line", [HEAD + b"Content-Type: application/json\r\n"], UNCLEAR),
    ("a head cut within a line", [HEAD + b"Content-Ty"], UNCLEAR),
    ("the head of a 400 cut", [b"HTTP/1.1 400 Bad\r\nContent-Le"], UNCLEAR),
    ("no HTTP", [b"SSH-2.0-OpenSSH_9.6\r\n"], UNCLEAR),
    ("endless headers", [HEAD, ("flood", b"x: y\r\n" * 999)], UNCLEAR),
    ("a flood of 100", [("flood", b"HTTP/1.1 100 Continue\r\n\r\n" * 99)], UNCLEAR),
    ("closed unread", ["unread"], UNCLEAR.but(posts=0)),
    ("reset within the request", ["unread", "touch", "reset"], UNCLEAR.but(posts=0)),
    ("closed without an answer", ["close"], UNCLEAR),
    ("reset without an answer", ["reset"], UNCLEAR),
    ("reset within the head", [HEAD + b"Conte", "reset"], UNCLEAR),
    ("reset within the body", [HEAD + b"Content-Length: 99\r\n\r\n{", "reset"], UNCLEAR),
]  # fmt: skip
# Ended by the deadline, so run with a short one.
SLOW: list[tuple[str, list[Any]]] = [
    ("silence", ["hang"]),
    ("silence without reading", ["unread", "idle"]),
    ("silence after the head", [HEAD + b"Content-Length: 9\r\n\r\n", "hang"]),
    ("a status line byte by byte", [("drip", b"HTTP/1.1 200 OK" + b" " * 99, 0.1)]),
    ("headers byte by byte", [HEAD, ("drip", b"a: b\r\n", 0.1)]),
    ("a body byte by byte", [HEAD + b"\r\n", ("drip", OK.encode(), 0.1)]),
    ("chunks byte by byte", [CHUNKED, ("drip", b"1\r\n \r\n", 0.1)]),
    ("a 100 now and then", [("drip", b"HTTP/1.1 100 Continue\r\n\r\n", 0.02)]),
]


@pytest.mark.parametrize(("name", "script", "end"), ANSWERS, ids=[row[0] for row in ANSWERS])
def test_an_answer_comes_to_its_end(stage: Stage, name: str, script: list[Any], end: End) -> None:
    stage.opens(script, WELL)
    stage.presses(prompt="a quiet fox")
    stage.comes_to(end)
    stage.goes_on()


@pytest.mark.parametrize(("name", "script"), SLOW, ids=[row[0] for row in SLOW])
def test_a_slow_answer_leaves_it_unclear(stage: Stage, name: str, script: list[Any]) -> None:
    stage.opens(script, WELL)
    stage.allows(submit=0.6)
    stage.presses()
    stage.comes_to(UNCLEAR.but(posts=0 if script[0] == "unread" else 1))
    stage.allows()
    stage.goes_on()
