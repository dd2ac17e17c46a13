"""Downloads against a store that does everything wrong, and data URIs in every condition."""

import base64
import gzip
import hashlib
import io
import ssl
import time
import tracemalloc
import zlib
from collections.abc import Callable
from typing import Any

import pytest

from generator.upstream.download import Downloaded, fetch
from generator.upstream.errors import Delivered, DownloadFailed, TooLarge

DEADLINE_SECONDS = 0.6
MAX_BYTES = 100_000
PICTURE = b"\x89PNG" + bytes(range(256)) * 10
HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


def get(source: str, *hosts: str, into: Any = None, **options: Any) -> Downloaded:
    settings: dict[str, Any] = {
        "user_agent": "Studio/1",
        "max_bytes": MAX_BYTES,
        "deadline_seconds": DEADLINE_SECONDS,
    }
    into = io.BytesIO() if into is None else into
    return fetch(source, into, allowed_private_hosts=frozenset(hosts), **(settings | options))


def coded(body: bytes, coding: str) -> tuple[Any, ...]:
    return ("answer", 200, body, {"Content-Encoding": coding})


GOOD: list[tuple[str, list[Any]]] = [
    ("with length", [("answer", 200, PICTURE)]),
    ("called text", [("answer", 200, PICTURE, {"Content-Type": "text/html"})]),
    ("until the end", [HEAD + b"\r\n" + PICTURE]),
    ("chunked", [CHUNKED + b"%x\r\n%b\r\n0\r\n\r\n" % (len(PICTURE), PICTURE)]),
    ("byte by byte", [CHUNKED + b"".join(b"1\r\n%c\r\n" % b for b in PICTURE) + b"0\r\n\r\n"]),
    ("gzip", [coded(gzip.compress(PICTURE), "gzip")]),
    ("x-gzip", [coded(gzip.compress(PICTURE), "X-GZip")]),
    ("deflate", [coded(zlib.compress(PICTURE), "deflate")]),
    ("identity", [coded(PICTURE, "identity")]),
    ("after a 100", [b"HTTP/1.1 100 Continue\r\n\r\n", ("answer", 200, PICTURE)]),
]

FAULTS: list[tuple[str, list[Any], str]] = [
    *[
        (f"{status}", [("answer", status, PICTURE)], "DownloadFailed")
        for status in (201, 202, 206, 300, 301, 302, 303, 304, 305, 307, 308, 400, 401, 403, 404,
                       408, 410, 429, 500, 502, 503, 520)
    ],
    ("204", [b"HTTP/1.1 204 No Content\r\n\r\n"], "DownloadFailed"),
    ("103", [b"HTTP/1.1 103 Early Hints\r\n\r\n"], "DownloadFailed"),
    ("error code 1010", [("answer", 403, "error code: 1010")], "DownloadFailed"),
    ("nothing in it", [("answer", 200, "")], "DownloadFailed"),
    ("nothing in chunks", [CHUNKED + b"0\r\n\r\n"], "DownloadFailed"),
    ("nothing in gzip", [coded(gzip.compress(b""), "gzip")], "DownloadFailed"),
    ("announced too large", [HEAD + b"Content-Length: 100001\r\n\r\n", "hang"], "TooLarge"),
    ("announced absurdly", [HEAD + b"Content-Length: %s\r\n\r\n" % (b"9" * 18)], "TooLarge"),
    ("too large", [("answer", 200, b"x" * 100_001, {"Content-Length": "none"})], "TooLarge"),
    ("too large in chunks", [CHUNKED, ("flood", b"ff\r\n%b\r\n" % (b"x" * 255))], "TooLarge"),
    ("endless", [HEAD + b"\r\n", ("flood", b"x" * 65536)], "TooLarge"),
    ("gzip bomb", [coded(gzip.compress(b"x" * 90_000_000), "gzip")], "TooLarge"),
    ("deflate bomb", [coded(zlib.compress(b"x" * 90_000_000), "deflate")], "TooLarge"),
    ("chunk of size -1", [CHUNKED + b"-1\r\n", ("flood", b"x" * 65536)], "TooLarge"),
    ("endless chunk size", [CHUNKED, ("flood", b"0" * 65536)], "DownloadFailed"),
    ("endless trailers", [CHUNKED + b"0\r\n", ("flood", b"a: %b\r\n" % (b"b" * 9999))], "TooLarge"),
    ("cut", [HEAD + b"Content-Length: 99\r\n\r\nx"], "DownloadFailed"),
    ("chunks cut", [CHUNKED + b"5\r\nhello\r\n"], "DownloadFailed"),
    ("chunk cut", [CHUNKED + b"5\r\nhel"], "DownloadFailed"),
    ("gzip cut", [coded(gzip.compress(PICTURE)[:-9], "gzip")], "DownloadFailed"),
    ("gzip that is none", [coded(PICTURE, "gzip")], "DownloadFailed"),
    ("brotli", [coded(PICTURE, "br")], "DownloadFailed"),
    ("packed twice", [coded(gzip.compress(gzip.compress(PICTURE)), "gzip, gzip")],
     "DownloadFailed"),
    ("two lengths", [HEAD + b"Content-Length: 3\r\nContent-Length: 5\r\n\r\nhello"],
     "DownloadFailed"),
    ("head cut", [HEAD + b"Content-Type: image/png\r\n"], "DownloadFailed"),
    ("head cut in a line", [HEAD + b"Content-Ty"], "DownloadFailed"),
    ("no HTTP", [b"220 mail ready\r\n"], "DownloadFailed"),
    ("endless line", [HEAD, ("flood", b"x" * 65536)], "DownloadFailed"),
    ("endless headers", [HEAD, ("flood", b"x: y\r\n" * 999)], "DownloadFailed"),
    ("flood of 100", [("flood", b"HTTP/1.1 100 Continue\r\n\r\n" * 99)], "DownloadFailed"),
    ("silence", ["hang"], "DownloadFailed"),
    ("silence in the body", [HEAD + b"Content-Length: 99\r\n\r\nx", "hang"], "DownloadFailed"),
    ("dripping status line", [("drip", b"HTTP/1.1 200 OK" + b" " * 99, 0.05)], "DownloadFailed"),
    ("dripping headers", [HEAD, ("drip", b"a: b\r\n", 0.05)], "DownloadFailed"),
    ("dripping body", [HEAD + b"\r\n", ("drip", b"x", 0.05)], "DownloadFailed"),
    ("dripping chunks", [CHUNKED, ("drip", b"1\r\nx\r\n", 0.02)], "DownloadFailed"),
    ("closed unread", ["unread"], "DownloadFailed"),
    ("reset unread", ["unread", "reset"], "DownloadFailed"),
    ("closed after reading", ["close"], "DownloadFailed"),
    ("reset after reading", ["reset"], "DownloadFailed"),
    ("reset within the body", [HEAD + b"Content-Length: 99\r\n\r\nx", "reset"], "DownloadFailed"),
    ("round in circles", [("answer", 302, "", {"Location": "/"})], "DownloadFailed"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "script"), GOOD, ids=[row[0] for row in GOOD])
def test_a_picture_is_written_and_digested(
    serve: Callable[..., Any], name: str, script: list[Any]
) -> None:
    peer = serve(script)
    into = io.BytesIO()
    done = get(f"{peer.url}/a.png", peer.host, into=into)
    assert into.getvalue() == PICTURE
    assert done == Downloaded(len(PICTURE), hashlib.sha256(PICTURE).hexdigest())


@pytest.mark.parametrize(("name", "script", "expected"), FAULTS, ids=[row[0] for row in FAULTS])
def test_a_bad_answer_is_a_failed_download(
    serve: Callable[..., Any], name: str, script: list[Any], expected: str
) -> None:
    peer = serve(script)
    into = io.BytesIO()
    started = time.monotonic()
    with pytest.raises(DownloadFailed) as caught:
        get(peer.url, peer.host, into=into)
    assert time.monotonic() - started < DEADLINE_SECONDS + 3
    assert type(caught.value).__name__ == expected, caught.value
    assert caught.value.delivered is Delivered.YES  # never a licence to submit again
    assert len(into.getvalue()) <= MAX_BYTES
    if name.isdigit() and name not in {"204", "103"}:
        assert caught.value.http_status == int(name)


def test_only_what_a_store_needs_is_sent(serve: Callable[..., Any]) -> None:
    peer = serve([("answer", 302, "", {"Location": "/b.png"})], [("answer", 200, PICTURE)])
    get(f"{peer.url}/a.png?x=1#f", peer.host)
    assert [line for line, _, _ in peer.requests] == [
        "GET /a.png?x=1 HTTP/1.1",
        "GET /b.png HTTP/1.1",
    ]
    for _, head, _ in peer.requests:
        assert set(head.split("\r\n")) == {
            f"Host: {peer.host}", "User-Agent: Studio/1", "Accept: image/*",
            "Accept-Encoding: identity",
        }  # fmt: skip


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed_up_to_the_bound(serve: Callable[..., Any], status: int) -> None:
    hop = [("answer", status, "moved", {"Location": "/next", "Set-Cookie": "a=b"})]
    peer = serve(hop, hop, [("answer", 200, PICTURE)])
    assert get(peer.url, peer.host, max_redirects=2).bytes == len(PICTURE)
    peer = serve(hop, hop, [("answer", 200, PICTURE)])
    with pytest.raises(DownloadFailed, match="redirects"):
        get(peer.url, peer.host, max_redirects=1)
    assert peer.connections == 2
    assert "cookie" not in "".join(head for _, head, _ in peer.requests).lower()


def test_the_deadline_covers_all_hops_together(serve: Callable[..., Any]) -> None:
    peer = serve(
        [("drip", b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n", 0.005)]
    )
    started = time.monotonic()
    with pytest.raises(DownloadFailed):
        get(peer.url, peer.host)
    assert time.monotonic() - started < DEADLINE_SECONDS + 3


def test_the_stores_wish_to_wait_is_handed_on(serve: Callable[..., Any]) -> None:
    peer = serve([("answer", 503, "", {"Retry-After": "30"})])
    with pytest.raises(DownloadFailed) as caught:
        get(peer.url, peer.host)
    assert caught.value.retry_after_seconds == 30.0


@pytest.mark.usefixtures("trusted")
def test_a_picture_comes_over_tls(serve: Callable[..., Any], server_tls: ssl.SSLContext) -> None:
    peer = serve([("answer", 200, PICTURE)], tls=server_tls)
    name = f"localhost:{peer.port}"
    assert get(f"https://{name}/", name, deadline_seconds=5).bytes == len(PICTURE)
    with pytest.raises(DownloadFailed, match="certificate"):
        get(f"https://{peer.host}/", peer.host, deadline_seconds=5)


def test_a_full_disk_is_no_fault_of_the_store(serve: Callable[..., Any]) -> None:
    class Full(io.BytesIO):
        def write(self, data: Any) -> int:
            raise OSError(28, "No space left on device")

    peer = serve([("answer", 200, PICTURE)])
    with pytest.raises(OSError, match="No space"):
        get(peer.url, peer.host, into=Full())


def test_a_bomb_takes_no_more_memory_than_its_cap(serve: Callable[..., Any]) -> None:
    bomb = gzip.compress(b"x" * 200_000_000)
    peer = serve([coded(bomb, "gzip")])
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge):
            get(peer.url, peer.host, max_bytes=20_000_000, into=NullWriter(), deadline_seconds=20)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


class NullWriter(io.BytesIO):
    def write(self, data: Any) -> int:
        return len(data)


ENCODED = base64.b64encode(PICTURE).decode()


@pytest.mark.parametrize(
    "source",
    [
        f"data:image/png;base64,{ENCODED}",
        f"DATA:image/png;BASE64,{ENCODED}",
        f"data:;base64,{ENCODED}",
        f"data:image/png;name=a.png;charset=x;base64,{ENCODED}",
        "data:image/png;base64," + ENCODED.rstrip("="),
        "data:image/png;base64," + ENCODED.replace("+", "-").replace("/", "_"),
        "data:image/png;base64," + ENCODED.replace("+", "%2B").replace("=", "%3d"),
        "data:image/png;base64, " + "\r\n".join(ENCODED[i : i + 76] for i in range(0, 9999, 76)),
    ],
)
def test_a_data_uri_is_decoded(source: str) -> None:
    into = io.BytesIO()
    done = get(source, into=into)
    assert into.getvalue() == PICTURE
    assert done == Downloaded(len(PICTURE), hashlib.sha256(PICTURE).hexdigest())


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("data:", "DownloadFailed"),
        ("data:,", "DownloadFailed"),
        ("data:image/png,AAAA", "DownloadFailed"),
        ("data:image/svg+xml;utf8,<svg/>", "DownloadFailed"),
        ("data:image/png;base64", "DownloadFailed"),
        ("data:image/png;base64,", "DownloadFailed"),
        ("data:image/png;base64,====", "DownloadFailed"),
        ("data:image/png;base64,A", "DownloadFailed"),
        ("data:image/png;base64,AA=A", "DownloadFailed"),
        ("data:image/png;base64,AA!A", "DownloadFailed"),
        ("data:image/png;base64,AAAA!!!!", "DownloadFailed"),
        ("data:image/png;base64,AAAÄ", "DownloadFailed"),
        ("data:image/png;base64,\ud800", "DownloadFailed"),
        ("data:image/png;base64," + "A" * 133_336, "TooLarge"),
        ("data:image/png;base64," + "A" * 9_000_000, "TooLarge"),
        ("data:image/png;base64," + " " * 9_000_000, "TooLarge"),
    ],
)
def test_a_bad_data_uri_is_a_failed_download(source: str, expected: str) -> None:
    with pytest.raises(DownloadFailed) as caught:
        get(source)
    assert type(caught.value).__name__ == expected
