"""Faults of the file store: a paid picture is copied whole or not at all, tried for again with a
fresh address, and never paid for twice."""

from __future__ import annotations

import gzip
import zlib
from typing import Any

import pytest

from generator.models import Image
from generator.services import polls
from generator.state import Status

from .stage import DONE, End, Stage
from .vendor import CHUNKED, HEAD, HTML, PICTURE, WELL, picture_bytes, says, task

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_files", "names")]

MAX_BYTES = 200_000
FAILED = DONE.but(kind="DownloadFailed")
TOO_LARGE = DONE.but(kind="TooLarge")
BLOCKED = DONE.but(kind="BlockedAddress")
NO_PICTURE = DONE.but(kind="NotAPicture")
JPEG = picture_bytes("JPEG")
SVG = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def packed(body: bytes, coding: str) -> list[Any]:
    return says(200, body, Content_Encoding=coding)


def moved(status: int, to: str) -> list[Any]:
    return says(status, PICTURE, Location=to)


def chunk(tag: bytes, data: bytes) -> bytes:
    """A chunk of a PNG."""
    check = zlib.crc32(tag + data)
    return len(data).to_bytes(4, "big") + tag + data + check.to_bytes(4, "big")


def bomb(side: int) -> bytes:
    """A small PNG that asks for `side` times `side` pixels of three bytes."""
    size = side.to_bytes(4, "big") * 2
    rows = zlib.compress(bytes(1 + side * 3) * 64)
    head = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size + b"\x08\x02\0\0\0")
    return head + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


ANSWERS: list[tuple[str, list[Any], End]] = [
    # Whole pictures, though oddly told.
    ("called HTML", says(200, PICTURE, Content_Type="text/html"), DONE),
    ("a JPEG called PNG", says(200, JPEG, Content_Type="image/png"), DONE),
    ("without a length", [HEAD + b"\r\n" + PICTURE], DONE),
    ("in chunks", [CHUNKED + b"%x\r\n%b\r\n0\r\n\r\n" % (len(PICTURE), PICTURE)], DONE),
    ("gzip though not asked for", packed(gzip.compress(PICTURE), "gzip"), DONE),
    ("deflate though not asked for", packed(zlib.compress(PICTURE), "deflate"), DONE),
    ("after one 100", [b"HTTP/1.1 100 Continue\r\n\r\n", *says(200, PICTURE)], DONE),
    ("with junk behind it", says(200, PICTURE + b"junk" * 99), DONE),
    # Kept as they are: asking again brings the same bytes.
    ("more pixels than are decoded", says(200, bomb(30_000)), DONE),
    ("fewer rows than it says", says(200, bomb(1_000)), DONE),
    *[(f"{status} to itself", moved(status, "/files/b.png"), DONE)
      for status in (301, 302, 303, 307, 308)],
    # Other statuses.
    *[(f"{status}", says(status, PICTURE), FAILED)
      for status in (201, 202, 206, 300, 302, 304, 400, 401, 403, 404, 408, 410, 416, 429, 451,
                     500, 502, 503, 504, 520)],
    ("204", [b"HTTP/1.1 204 No Content\r\n\r\n"], FAILED),
    ("error code 1010", says(403, "error code: 1010"), FAILED),
    # Redirects to where downloads may not go.
    *[(f"{status} to another private host", moved(status, "http://@ELSEWHERE@/a.png"), BLOCKED)
      for status in (301, 302, 303, 307, 308)],
    *[
        (f"redirect to {to}", moved(302, to), BLOCKED)
        for to in ("http://10.0.0.1/", "http://169.254.169.254/latest/meta-data/", "http://[::1]/",
                   "http://[fd00::1]/", "http://[::ffff:127.0.0.1]/", "http://2130706433/",
                   "http://0x7f000001/", "http://0/", "http://inside.invalid/",
                   "http://mixed.invalid/", "file:///etc/passwd", "ftp://example.org/a.png",
                   "gopher://127.0.0.1:70/", "//@ELSEWHERE@/a.png", "http://me:pw@@HOST@/a.png",
                   "http://127.0.0.1\\@@HOST@/", "http://%31%30.0.0.1/", "https://", "http://[::1")
    ],
    ("redirect to nowhere", says(302, ""), FAILED),
    ("redirect to an unknown name", moved(302, "http://unknown.invalid/a.png"), FAILED),
    ("redirect to a name server that fails", moved(302, "http://failing.invalid/"), FAILED),
    # Bytes that are no picture, or not a whole one.
    ("HTML as PNG", says(200, HTML, Content_Type="image/png"), NO_PICTURE),
    ("JSON", says(200, '{"error":"expired"}', Content_Type="image/png"), NO_PICTURE),
    ("SVG", says(200, SVG, Content_Type="image/svg+xml"), NO_PICTURE),
    *[(kind, says(200, picture_bytes(kind)), NO_PICTURE) for kind in ("BMP", "TIFF", "ICO", "PDF")],
    ("a PNG's first bytes", says(200, PICTURE[:8]), NO_PICTURE),
    ("half a PNG", says(200, PICTURE[: len(PICTURE) // 2]), NO_PICTURE),
    ("half a JPEG", says(200, JPEG[: len(JPEG) // 2]), NO_PICTURE),
    ("a PNG with zeros in the middle", says(200, PICTURE[:60] + bytes(40) + PICTURE[100:]),
     NO_PICTURE),
    ("zeros", says(200, bytes(5_000)), NO_PICTURE),
    ("nothing", says(200, ""), FAILED),
    ("nothing in chunks", [CHUNKED + b"0\r\n\r\n"], FAILED),
    ("nothing in gzip", packed(gzip.compress(b""), "gzip"), FAILED),
    # Too much.
    ("announced too large", [HEAD + b"Content-Length: 200001\r\n\r\n", "hang"], TOO_LARGE),
    ("announced absurdly", [HEAD + b"Content-Length: %s\r\n\r\n" % (b"9" * 18)], TOO_LARGE),
    ("endless", [HEAD + b"\r\n", ("flood", PICTURE * 9)], TOO_LARGE),
    ("endless chunks", [CHUNKED, ("flood", b"ff\r\n%b\r\n" % (b"x" * 255))], TOO_LARGE),
    ("a bomb in gzip", packed(gzip.compress(PICTURE + bytes(90_000_000)), "gzip"), TOO_LARGE),
    ("a bomb in deflate", packed(zlib.compress(bytes(90_000_000)), "deflate"), TOO_LARGE),
    # Broken framing.
    ("a length too long", says(200, PICTURE, Content_Length="99999"), FAILED),
    ("a length too short", says(200, PICTURE, Content_Length="99"), NO_PICTURE),
    ("two lengths", [HEAD + b"Content-Length: 3\r\nContent-Length: 5\r\n\r\nhello"], FAILED),
    ("chunks cut", [CHUNKED + b"%x\r\n%b\r\n" % (len(PICTURE), PICTURE)], FAILED),
    ("a chunk of no size", [CHUNKED + b"xyz\r\n"], FAILED),
    ("a chunk of size -1", [CHUNKED + b"-1\r\n", ("flood", b"x" * 65536)], TOO_LARGE),
    ("gzip that is none", packed(PICTURE, "gzip"), FAILED),
    ("gzip cut", packed(gzip.compress(PICTURE)[:-9], "gzip"), FAILED),
    ("a coding nobody knows", packed(PICTURE, "br"), FAILED),
    ("a head cut", [HEAD + b"Content-Type: image/png\r\n"], FAILED),
    ("no HTTP", [b"220 mail ready\r\n"], FAILED),
    ("endless headers", [HEAD, ("flood", b"x: y\r\n" * 999)], FAILED),
    ("a flood of 100", [("flood", b"HTTP/1.1 100 Continue\r\n\r\n" * 99)], FAILED),
    ("closed unread", ["unread"], FAILED),
    ("closed without an answer", ["close"], FAILED),
    ("reset without an answer", ["reset"], FAILED),
    ("reset within the body", [HEAD + b"Content-Length: 99\r\n\r\nx", "reset"], FAILED),
]  # fmt: skip
# Ended by the deadline, so run with a short one.
SLOW: list[tuple[str, list[Any]]] = [
    ("silence", ["hang"]),
    ("silence in the body", [HEAD + b"Content-Length: 99\r\n\r\nx", "hang"]),
    ("a status line byte by byte", [("drip", b"HTTP/1.1 200 OK" + b" " * 99, 0.1)]),
    ("headers byte by byte", [HEAD, ("drip", b"a: b\r\n", 0.1)]),
    ("a body byte by byte", [HEAD + b"\r\n", ("drip", PICTURE, 0.1)]),
    ("a redirect byte by byte", [("drip", b"HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n", 0.1)]),
]
# A fault that does not end: the job rests as *not copied yet*.
LASTING: list[tuple[str, list[Any], str]] = [
    ("404", says(404, HTML), "DownloadFailed"),
    ("a private redirect", moved(302, "http://10.0.0.1/"), "BlockedAddress"),
    ("redirect in circles", moved(302, "/files/a.png"), "DownloadFailed"),
    ("too large", [HEAD + b"\r\n", ("flood", b"x" * 65536)], "TooLarge"),
    ("HTML as PNG", says(200, HTML), "NotAPicture"),
    ("503 for thirty years", says(503, HTML, Retry_After="999999999"), "DownloadFailed"),
]


@pytest.fixture
def small_files(settings: Any) -> None:
    settings.GEMPIX_DOWNLOAD_MAX_BYTES = MAX_BYTES


@pytest.mark.parametrize(("name", "script", "end"), ANSWERS, ids=[row[0] for row in ANSWERS])
def test_an_answer_comes_to_its_end(stage: Stage, name: str, script: list[Any], end: End) -> None:
    stage.opens(WELL, WELL, script, WELL)
    stage.presses()
    stage.comes_to(end)


@pytest.mark.parametrize(("name", "script"), SLOW, ids=[row[0] for row in SLOW])
def test_a_slow_answer_is_tried_again(stage: Stage, name: str, script: list[Any]) -> None:
    stage.opens(WELL, WELL, script, WELL)
    stage.allows(download=0.5)
    stage.presses()
    stage.comes_to(FAILED)


@pytest.mark.parametrize(("name", "script", "kind"), LASTING, ids=[row[0] for row in LASTING])
def test_a_fault_that_lasts_leaves_the_picture_to_be_fetched(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, name: str, script: list[Any], kind: str
) -> None:
    monkeypatch.setattr(polls, "fetch_wait", lambda job: 60)
    stage.opens(WELL, WELL, script)
    stage.presses()
    stage.comes_to(End(Status.UNFETCHED, kind, settled="0.500000"))
    assert stage.job.due_at is not None
    stage.opens(WELL)
    stage.goes_on()


def test_after_many_tries_it_is_left_to_a_person(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polls, "MAX_FETCH_FAILURES", 3)
    stage.opens(WELL, WELL, says(404, HTML))
    stage.presses()
    stage.until(lambda: stage.job.failures == 3)
    stage.comes_to(End(Status.UNFETCHED, "DownloadFailed", settled="0.500000"))
    assert stage.job.due_at is None
    stage.opens(WELL)
    stage.goes_on()


def test_of_two_pictures_both_are_fetched_anew(stage: Stage) -> None:
    pair = [{"image": "@URL@/files/a.png"}, {"image": "@URL@/files/b.png"}]
    stage.opens(WELL, [*says(200, task(result=pair)), "again"], WELL, says(404, HTML), WELL)
    stage.presses()
    stage.comes_to(FAILED.but(pictures=2))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "AVIF"])
def test_the_type_is_read_from_the_bytes(stage: Stage, kind: str) -> None:
    stage.opens(WELL, WELL, says(200, picture_bytes(kind), Content_Type="text/plain"))
    stage.presses()
    stage.comes_to(DONE)
    assert Image.objects.get().mime == f"image/{kind.lower()}"


def test_the_store_gets_our_agent_and_nothing_of_ours_besides(stage: Stage) -> None:
    vendor = stage.opens(WELL, WELL, moved(302, "/files/b.png"), WELL)
    stage.presses()
    stage.comes_to(DONE)
    heads = [head for line, head, _ in vendor.requests if "/files/" in line]
    names = [{entry.partition(":")[0] for entry in head.split("\r\n")} for head in heads]
    assert names == [{"Host", "User-Agent", "Accept", "Accept-Encoding"}] * 2
    assert all("User-Agent: GemPixStudio/" in head for head in heads)
