"""Faults of the query: whatever it answers, a look costs nothing, fails no job and loses none.

Only the vendor's own word in a good answer ends a job.
"""

from __future__ import annotations

import base64
import gzip
import zlib
from typing import Any

import pytest

from generator.state import Status

from .stage import DONE, End, Stage
from .vendor import CHUNKED, HEAD, HTML, PICTURE, WELL, envelope, says, task

pytestmark = pytest.mark.django_db

URL = "@URL@/files/a.png"
DATA_URI = "data:image/png;base64," + base64.b64encode(PICTURE).decode()
PENDING = task("pending")
NO_TASK = '{"code":404,"message":"task not found"}'
NO_KEY = '{"code":401,"message":"Invalid API key"}'

ASKED_AGAIN = DONE.but(kind="Transient")
LATER = DONE.but(kind="RateLimited")
NOT_YET = DONE
TWO = DONE.but(pictures=2)
REFUSAL = End(Status.NO_IMAGE, settled="0.500000")
FAILED = End(Status.FAILED, settled="0.500000")
UNKNOWN_COST = DONE.but(settled="unknown")


def packed(body: bytes, coding: str) -> list[Any]:
    return says(200, body, Content_Encoding=coding)


def result(*items: Any, **more: Any) -> list[Any]:
    """A success with these items."""
    return says(200, task(result=list(items), **more))


def costs(consumed: Any) -> list[Any]:
    return says(200, task(consumed=consumed))


NO_COSTS: list[Any] = [None, "", "free", "NaN", "Infinity", "-1", "1e99", "9" * 40, [], {}, True]

ANSWERS: list[tuple[str, list[Any], End]] = [
    # What a task is said to be.
    *[
        (f"status {word!r}", says(200, task(word)), NOT_YET)
        for word in ("pending", "submitted", "in_progress", "queued", "", "PENDING", "x" * 9_999)
    ],
    ("no status", says(200, envelope({"task_id": "ta-1"})), NOT_YET),
    ("a number for a status", says(200, envelope({"status": 3})), NOT_YET),
    ("no id", says(200, envelope({"status": "pending"})), NOT_YET),
    ("pending with a picture", says(200, task("pending", result=[{"image": URL}])), NOT_YET),
    *[
        (f"{word!r} means done", says(200, task().replace("success", word)), DONE)
        for word in ("completed", "succeeded", "SUCCESS")
    ],
    ("failed", says(200, task("failed", status_reason={"message": "the model broke"})), FAILED),
    ("error", says(200, task("error")), FAILED),
    ("failed for no reason", says(200, task("failed", status_reason=None)), FAILED),
    ("failed for an empty reason", says(200, task("failed", status_reason={"message": None})),
     FAILED),
    ("failed with a picture", says(200, task("failed", result=[{"image": URL}])), FAILED),
    ("failed at no cost", says(200, task("failed", consumed="0.000000")),
     FAILED.but(settled="0.000000")),
    ("failed at an unknown cost", says(200, task("failed", consumed=None)),
     FAILED.but(settled="unknown")),
    # A success without a picture is a refusal, and billed.
    ("success without a result", says(200, task(result=None)), REFUSAL),
    ("success with an empty result", result(), REFUSAL),
    ("success in words only", result({"text": "I cannot draw this."}), REFUSAL),
    ("success with junk", result(None, 7, [], {"image": None}, {"image": "not an address"}),
     REFUSAL),
    ("success with a file of ours", result({"image": "file:///etc/passwd"}), REFUSAL),
    # The shapes of a result.
    ("one object", says(200, task(result={"image": URL})), DONE),
    ("a big picture", result({"big_image_url": URL}), DONE),
    ("a bare address", says(200, task(result=URL)), DONE),
    ("words beside the picture", result({"text": "Here it is."}, {"image": URL}), DONE),
    ("two pictures", result({"image": URL}, {"image": "@URL@/files/b.png"}), TWO),
    ("one picture twice", result({"image": URL}, {"image": URL}), DONE),
    ("one picture in two forms", result({"image": URL, "big_image_url": "@URL@/files/b.png"}), TWO),
    ("junk beside the picture", result({"image": 3}, {"image": URL}, "?"), DONE),
    ("a data URI", [*says(200, task(result=[{"image": DATA_URI}])), "again"], DONE),
    ("a data URI beside an address",
     [*says(200, task(result=[{"image": DATA_URI}, {"image": URL}])), "again"], DONE),
    # What it cost.
    ("a cost as a number", says(200, task(consumed=0.5)), DONE),
    ("a cost with a sign", costs("+0.5"), DONE),
    ("no cost", says(200, task().replace("consumed", "x")), UNKNOWN_COST),
    *[(f"{cost!r} for a cost", costs(cost), UNKNOWN_COST) for cost in NO_COSTS],
    # Statuses that say nothing about the task.
    ("404 of a young task", says(404, NO_TASK), NOT_YET),
    ("404 without a body", says(404, ""), NOT_YET),
    ("404 of a proxy", says(404, HTML), ASKED_AGAIN),
    ("404 cut short", [b"HTTP/1.1 404 No\r\nContent-Length: 9\r\n\r\n{"], ASKED_AGAIN),
    *[(f"{status}", says(status, PENDING), ASKED_AGAIN)
      for status in (300, 304, 400, 405, 408, 410, 418, 422, 500, 501, 502, 503, 504, 520)],
    *[(f"{status} as HTML", says(status, HTML), ASKED_AGAIN) for status in (400, 500, 502, 503)],
    *[
        (f"{status} to {name}", says(status, PENDING, Location=to), ASKED_AGAIN)
        for status in (301, 302, 303, 307, 308)
        for name, to in (("another host", "http://@ELSEWHERE@/"), ("a private one", "http://10.1/"))
    ],
    ("401", says(401, NO_KEY), DONE.but(kind="KeyRefused", hold="key")),
    ("401 as HTML", says(401, HTML), DONE.but(kind="KeyRefused", hold="key")),
    ("402", says(402, "{}"), DONE.but(kind="OutOfCredits", hold="credits")),
    ("403", says(403, HTML), DONE.but(kind="OutOfCredits", hold="credits")),
    ("429", says(429, HTML), LATER),
    ("429 for a second", says(429, HTML, Retry_After="1"), LATER),
    ("429 until a date", says(429, HTML, Retry_After="@SOON@"), LATER),
    ("429 for junk", says(429, HTML, Retry_After="2 minutes"), LATER),
    ("429 for less than nothing", says(429, HTML, Retry_After="-1"), LATER),
    ("503 for a second", says(503, HTML, Retry_After="1"), ASKED_AGAIN),
    ("204", [b"HTTP/1.1 204 No Content\r\n\r\n"], ASKED_AGAIN),
    # Answers that are none.
    ("a code", says(200, PENDING.replace(": 0", ": 1")), ASKED_AGAIN),
    ("success with a code", says(200, task().replace(": 0", ": 1")), ASKED_AGAIN),
    ("no code", says(200, '{"data":{"status":"failed"}}'), ASKED_AGAIN),
    ("the task of another job", says(200, task(task_id="ta-2")), ASKED_AGAIN),
    ("another task that failed", says(200, task("failed", task_id="ta-2")), ASKED_AGAIN),
    ("a number for the id", says(200, envelope({"task_id": 1, "status": "failed"})), ASKED_AGAIN),
    ("null for the task", says(200, envelope(None)), ASKED_AGAIN),
    ("a list for the task", says(200, envelope([])), ASKED_AGAIN),
    ("empty", says(200, ""), ASKED_AGAIN),
    ("HTML", says(200, HTML), ASKED_AGAIN),
    ("a list", says(200, "[]"), ASKED_AGAIN),
    ("nested deep", says(200, '{"code":0,"data":' + "[" * 100_000), ASKED_AGAIN),
    ("nested deep in the result", says(200, task(result="@").replace('"@"', "[" * 5_000)),
     ASKED_AGAIN),
    ("NaN", says(200, PENDING.replace(": 0", ": NaN")), ASKED_AGAIN),
    ("a huge number", says(200, PENDING.replace(": 0", ": " + "9" * 5_000)), ASKED_AGAIN),
    ("UTF-16", says(200, PENDING.encode("utf-16")), ASKED_AGAIN),
    ("cut JSON", says(200, PENDING[:-9]), ASKED_AGAIN),
    ("a length too long", says(200, PENDING, Content_Length="999"), ASKED_AGAIN),
    ("a length too short", says(200, PENDING, Content_Length="9"), ASKED_AGAIN),
    ("chunks cut", [CHUNKED + b"%x\r\n%b\r\n" % (len(PENDING), PENDING.encode())], ASKED_AGAIN),
    ("a chunk of no size", [CHUNKED + b"xyz\r\n"], ASKED_AGAIN),
    ("endless chunk size", [CHUNKED, ("flood", b"0" * 65536)], ASKED_AGAIN),
    ("endless", [HEAD + b"\r\n", ("flood", b" " * 65536)], ASKED_AGAIN),
    ("a bomb in gzip", packed(gzip.compress(b" " * 90_000_000), "gzip"), ASKED_AGAIN),
    ("a bomb in deflate", packed(zlib.compress(b" " * 90_000_000), "deflate"), ASKED_AGAIN),
    ("gzip that is none", packed(PENDING.encode(), "gzip"), ASKED_AGAIN),
    ("a coding nobody knows", packed(PENDING.encode(), "zstd"), ASKED_AGAIN),
    ("gzip though not asked for", packed(gzip.compress(PENDING.encode()), "gzip"), NOT_YET),
    ("a head cut", [HEAD + b"Content-Type: a"], ASKED_AGAIN),
    ("the head of a 404 cut", [b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n"], ASKED_AGAIN),
    ("no HTTP", [b"SSH-2.0-OpenSSH_9.6\r\n"], ASKED_AGAIN),
    ("endless headers", [HEAD, ("flood", b"x: y\r\n" * 999)], ASKED_AGAIN),
    ("a flood of 100", [("flood", b"HTTP/1.1 100 Continue\r\n\r\n" * 99)], ASKED_AGAIN),
    ("closed unread", ["unread"], ASKED_AGAIN),
    ("closed without an answer", ["close"], ASKED_AGAIN),
    ("reset without an answer", ["reset"], ASKED_AGAIN),
    ("reset within the body", [HEAD + b"Content-Length: 99\r\n\r\n{", "reset"], ASKED_AGAIN),
]  # fmt: skip
# Ended by the deadline, so run with a short one.
SLOW: list[tuple[str, list[Any]]] = [
    ("silence", ["hang"]),
    ("silence after the head", [HEAD + b"Content-Length: 9\r\n\r\n", "hang"]),
    ("a status line byte by byte", [("drip", b"HTTP/1.1 200 OK" + b" " * 99, 0.1)]),
    ("headers byte by byte", [HEAD, ("drip", b"a: b\r\n", 0.1)]),
    ("a body byte by byte", [HEAD + b"\r\n", ("drip", PENDING.encode(), 0.1)]),
    ("a 100 now and then", [("drip", b"HTTP/1.1 100 Continue\r\n\r\n", 0.02)]),
]
# A fault that does not end, settings, and where the job rests until the vendor is well again.
LASTING: list[tuple[str, list[Any], dict[str, Any], End]] = [
    ("404 of an old task", says(404, NO_TASK), {"GEMPIX_NOT_FOUND_GRACE_SECONDS": 0.1},
     End(Status.LOST)),
    ("404 of a proxy", says(404, HTML), {"GEMPIX_NOT_FOUND_GRACE_SECONDS": 0.1},
     End(Status.RUNNING, "Transient")),
    ("pending", says(200, PENDING), {"GEMPIX_STALLED_SECONDS": 0.1}, End(Status.STALLED)),
    ("an unknown status", says(200, task("dreaming")), {"GEMPIX_STALLED_SECONDS": 0.1},
     End(Status.STALLED)),
    ("HTML", says(200, HTML), {"GEMPIX_STALLED_SECONDS": 0.1}, End(Status.STALLED, "Transient")),
    ("silence", ["unread"], {}, End(Status.RUNNING, "Transient")),
    ("429 for thirty years", says(429, "{}", Retry_After="999999999"), {},
     End(Status.RUNNING, "RateLimited")),
    ("429 until the year 9999",
     says(429, "{}", Retry_After="Fri, 31 Dec 9999 23:59:59 GMT"), {},
     End(Status.RUNNING, "RateLimited")),
    ("401", says(401, NO_KEY), {}, End(Status.RUNNING, "KeyRefused", hold="key")),
]  # fmt: skip


@pytest.mark.parametrize(("name", "script", "end"), ANSWERS, ids=[row[0] for row in ANSWERS])
def test_an_answer_comes_to_its_end(stage: Stage, name: str, script: list[Any], end: End) -> None:
    stage.opens(WELL, script, WELL)
    stage.presses()
    stage.comes_to(end)


@pytest.mark.parametrize(("name", "script"), SLOW, ids=[row[0] for row in SLOW])
def test_a_slow_answer_is_asked_for_again(stage: Stage, name: str, script: list[Any]) -> None:
    stage.opens(WELL, script, WELL)
    stage.allows(query=0.5)
    stage.presses()
    stage.comes_to(ASKED_AGAIN)


@pytest.mark.parametrize(
    ("name", "script", "more", "end"), LASTING, ids=[row[0] for row in LASTING]
)
def test_a_fault_that_lasts_parks_the_job_and_it_goes_on_later(
    stage: Stage, settings: Any, name: str, script: list[Any], more: dict[str, Any], end: End
) -> None:
    for key, value in more.items():
        setattr(settings, key, value)
    stage.opens(WELL, script)
    stage.presses()
    if end.kind:
        stage.until(lambda: stage.tells(end.kind))
    stage.comes_to(end)
    settings.GEMPIX_STALLED_SECONDS = settings.GEMPIX_NOT_FOUND_GRACE_SECONDS = 60
    stage.opens(WELL)
    stage.goes_on()


def test_what_the_model_said_is_kept(stage: Stage) -> None:
    said = {"text": "I cannot draw\u0000 this.", "image": None}
    stage.opens(WELL, says(200, task(result=[said])), WELL)
    stage.presses()
    stage.comes_to(REFUSAL)
    assert stage.job.words == "I cannot draw this."


def test_why_it_failed_is_kept_without_a_key(stage: Stage) -> None:
    reason = {"message": f"bad key dk-0123456789abcdef0123, {DATA_URI}"}
    stage.opens(WELL, says(200, task("failed", status_reason=reason)), WELL)
    stage.presses()
    stage.comes_to(FAILED)
    assert stage.job.reason.startswith("bad key dk-[masked], data:image/png;base64,[")
    assert len(stage.job.reason) < 99


def test_a_key_in_the_models_words_is_masked(stage: Stage) -> None:
    said = {"text": "Use dk-0123456789abcdef0123 instead."}
    stage.opens(WELL, says(200, task(result=[said])), WELL)
    stage.presses()
    stage.comes_to(REFUSAL)
    assert stage.job.words == "Use dk-[masked] instead."
