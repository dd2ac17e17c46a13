"""Downloads: a file comes whole or not at all, and from where downloads may go.

FILES are judged as they come over the network, IMAGES by what their bytes are.
"""

from __future__ import annotations

import base64
import gzip
import zlib
from dataclasses import dataclass
from functools import partial
from typing import Any

from generator.media.decoding import ImageInfo, NotAnImage
from generator.upstream.errors import BlockedURL, DownloadFailed, TooLarge
from tests.peer import Script

from .rows import (
    CHUNKED,
    FILE_URL,
    HEAD,
    HTML,
    IMAGE,
    Row,
    bomb,
    chunk,
    image_bytes,
    packed,
    pixel_bomb,
    says,
    table,
)

MAX_BYTES = 100_000
# Just over the limit on pixels, and whole.
LARGE = pixel_bomb(7_100, 7_100)
SVG = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
JPEG = image_bytes("JPEG")
PNG_FACTS = ImageInfo("image/png", 64, 48)
ENCODED = base64.b64encode(IMAGE).decode()


@dataclass(frozen=True)
class Download(Row):
    """`source` is where the file is said to be; `then` is what the second connection gets, if not
    the script once more; `connections` how many are made, None for any number."""

    source: str = FILE_URL
    then: Script | None = None
    http_status: int | None = None
    connections: int | None = 1


def good(name: str, script: Script) -> Download:
    return Download(name, script, IMAGE)


def fails(name: str, *script: Any, by_deadline: bool = False) -> Download:
    return Download(name, list(script), DownloadFailed, by_deadline=by_deadline)


def too_large(name: str, *script: Any) -> Download:
    return Download(name, list(script), TooLarge)


def moved(status: int, to: str) -> Script:
    return says(status, IMAGE, Location=to)


def answered(status: int, *script: Any) -> Download:
    return Download(f"{status}", list(script), DownloadFailed, http_status=status)


WHOLE = [
    good("with a length", says(200, IMAGE)),
    good("called HTML", says(200, IMAGE, Content_Type="text/html")),
    good("without a length", [HEAD + b"\r\n" + IMAGE]),
    good("in chunks", [CHUNKED + chunk(IMAGE) + b"0\r\n\r\n"]),
    good(
        "in chunks of a byte",
        [CHUNKED + b"".join(chunk(bytes([byte])) for byte in IMAGE) + b"0\r\n\r\n"],
    ),
    good("gzip though not asked for", packed(gzip.compress(IMAGE), "gzip")),
    good("x-gzip", packed(gzip.compress(IMAGE), "X-GZip")),
    good("deflate though not asked for", packed(zlib.compress(IMAGE), "deflate")),
    good("identity", packed(IMAGE, "identity")),
    good("after a 100", [b"HTTP/1.1 100 Continue\r\n\r\n", *says(200, IMAGE)]),
    *[
        Download(
            f"after a {status} to itself",
            moved(status, "/files/b.png"),
            IMAGE,
            then=says(200, IMAGE),
            connections=2,
        )
        for status in (301, 302, 303, 307, 308)
    ],
]

BROKEN = [
    *[
        answered(status, *says(status, IMAGE))
        for status in (
            201,
            202,
            206,
            300,
            301,
            302,
            303,
            304,
            305,
            307,
            308,
            400,
            401,
            403,
            404,
            408,
            410,
            416,
            429,
            451,
            500,
            502,
            503,
            504,
            520,
        )
    ],
    answered(204, b"HTTP/1.1 204 No Content\r\n\r\n"),
    fails("103", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
    fails("error code 1010", *says(403, "error code: 1010")),
    Download(
        "503 for thirty years",
        says(503, HTML, Retry_After="999999999"),
        DownloadFailed,
        retry_after_seconds=900,
    ),
    fails("nothing", *says(200, "")),
    fails("nothing in chunks", CHUNKED + b"0\r\n\r\n"),
    fails("nothing in gzip", *packed(gzip.compress(b""), "gzip")),
    # Too much.
    too_large("announced too large", HEAD + b"Content-Length: 100001\r\n\r\n", "hang"),
    too_large("announced absurdly", HEAD + b"Content-Length: %s\r\n\r\n" % (b"9" * 18)),
    too_large("too large", *says(200, b"x" * 100_001, Content_Length="none")),
    too_large("endless", HEAD + b"\r\n", ("flood", IMAGE * 9)),
    too_large("endless chunks", CHUNKED, ("flood", chunk(b"x" * 255))),
    too_large("a bomb in gzip", *packed(bomb("gzip", 90, b"\0", start=IMAGE), "gzip")),
    too_large("a bomb in deflate", *packed(bomb("deflate", 90), "deflate")),
    too_large("a chunk of size -1", CHUNKED + b"-1\r\n", ("flood", b"x" * 65536)),
    too_large("endless trailers", CHUNKED + b"0\r\n", ("flood", b"a: %b\r\n" % (b"b" * 9999))),
    # Broken framing.
    fails("a length too long", *says(200, IMAGE, Content_Length="99999")),
    fails("two lengths", HEAD + b"Content-Length: 3\r\nContent-Length: 5\r\n\r\nhello"),
    fails("chunks cut", CHUNKED + chunk(IMAGE)),
    fails("cut within a chunk", CHUNKED + b"5\r\nhel"),
    fails("a chunk of no size", CHUNKED + b"xyz\r\n"),
    fails("endless chunk size", CHUNKED, ("flood", b"0" * 65536)),
    fails("gzip cut", *packed(gzip.compress(IMAGE)[:-9], "gzip")),
    fails("gzip that is none", *packed(IMAGE, "gzip")),
    fails("packed twice", *packed(gzip.compress(gzip.compress(IMAGE)), "gzip, gzip")),
    fails("a coding nobody knows", *packed(IMAGE, "br")),
    fails("head cut after a line", HEAD + b"Content-Type: image/png\r\n"),
    fails("head cut within a line", HEAD + b"Content-Ty"),
    fails("no HTTP", b"220 mail ready\r\n"),
    fails("endless line", HEAD, ("flood", b"x" * 65536)),
    fails("endless headers", HEAD, ("flood", b"x: y\r\n" * 999)),
    fails("a flood of 100", ("flood", b"HTTP/1.1 100 Continue\r\n\r\n" * 99)),
    # Connections that end.
    fails("closed unread", "unread"),
    fails("reset unread", "unread", "reset"),
    fails("closed without an answer", "close"),
    fails("reset without an answer", "reset"),
    fails("reset within the body", HEAD + b"Content-Length: 99\r\n\r\nx", "reset"),
]

SLOW = [
    fails("silence", "hang", by_deadline=True),
    fails("silence in the body", HEAD + b"Content-Length: 99\r\n\r\nx", "hang", by_deadline=True),
    fails(
        "a status line byte by byte",
        ("drip", b"HTTP/1.1 200 OK" + b" " * 99, 0.05),
        by_deadline=True,
    ),
    fails("headers byte by byte", HEAD, ("drip", b"a: b\r\n", 0.05), by_deadline=True),
    fails("a body byte by byte", HEAD + b"\r\n", ("drip", IMAGE, 0.05), by_deadline=True),
    fails("chunks byte by byte", CHUNKED, ("drip", b"1\r\nx\r\n", 0.02), by_deadline=True),
    fails(
        "a redirect byte by byte",
        ("drip", b"HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n", 0.05),
        by_deadline=True,
    ),
    # Each hop is quick: the deadline is that of all together.
    Download(
        "redirects one after another",
        [("drip", b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n", 0.004)],
        DownloadFailed,
        by_deadline=True,
        connections=None,
    ),
]

REDIRECTS = [
    Download("redirect in circles", moved(302, FILE_URL), DownloadFailed, connections=6),
    fails("redirect to nowhere", *says(302, "")),
    fails("redirect to an unknown name", *moved(302, "http://unknown.invalid/a.png")),
    fails("redirect to a name server that fails", *moved(302, "http://failing.invalid/")),
    *[
        Download(
            f"{status} to another private host",
            moved(status, "http://@ELSEWHERE@/a.png"),
            BlockedURL,
        )
        for status in (301, 302, 303, 307, 308)
    ],
    *[
        Download(f"redirect to {to}", moved(302, to), BlockedURL)
        for to in (
            "http://10.0.0.1/", "http://169.254.169.254/latest/meta-data/", "http://[::1]/",
            "http://[fd00::1]/", "http://[::ffff:127.0.0.1]/", "http://2130706433/",
            "http://0x7f000001/", "http://0/", "http://localhost:@OTHER_PORT@/",
            "http://[::1]:@OTHER_PORT@/", "http://0x7f.1:@OTHER_PORT@/",
            "http://inside.invalid/", "http://mixed.invalid/", "file:///etc/passwd",
            "ftp://example.org/a.png", "gopher://127.0.0.1:70/", "data:image/png;base64,AAAA",
            "//@ELSEWHERE@/a.png", "http://me:pw@@HOST@/a.png", "http://user@@HOST@/",
            "http://127.0.0.1\\@@HOST@/", "http://127.0.0.1:@PORT@\\@x/", "http://%31%30.0.0.1/",
            "https://", "http://[::1", "/a b", "\xff\xfe",
        )
    ],
]  # fmt: skip

ADDRESSES = [
    *[
        Download(source, [], BlockedURL, source=source, connections=0)
        for source in (
            "http://10.0.0.1/a.png", "http://172.16.0.1/a.png", "http://192.168.1.1/a.png",
            "http://100.64.0.1/a.png", "http://127.0.0.1/a.png", "http://localhost/a.png",
            "http://0.0.0.0/a.png", "http://169.254.169.254/latest/meta-data/",
            "http://224.0.0.1/a.png", "http://[::1]/a.png", "http://[fe80::1]/a.png",
            "http://[64:ff9b::7f00:1]/a.png", "http://[2002:7f00:1::]/a.png",
            "http://127.1/a.png", "http://0177.0.0.1/a.png", "http://@ELSEWHERE@/a.png",
            "https://@ELSEWHERE@/a.png", "http://inside.invalid/a.png",
            "http://mixed.invalid/a.png", "http://me@@HOST@/a.png",
            "http://@HOST@\\@10.0.0.1/a.png", "http://@HOST@:99999/a.png",
        )
    ],
    *[
        Download(name, [], DownloadFailed, source=source, connections=0)
        for name, source in (
            ("an unknown name", "http://unknown.invalid/a.png"),
            ("a name that can be none", f"http://{'a' * 64}.invalid/a.png"),
        )
    ],
]  # fmt: skip

GOOD_DATA_URIS = [
    Download(f"data URI {name}", [], IMAGE, source=source, connections=0)
    for name, source in (
        ("of an image", f"data:image/png;base64,{ENCODED}"),
        ("in capitals", f"DATA:image/png;BASE64,{ENCODED}"),
        ("called text", f"data:text/plain;base64,{ENCODED}"),
        ("without a type", f"data:;base64,{ENCODED}"),
        ("with parameters", f"data:image/png;name=a.png;charset=x;base64,{ENCODED}"),
        ("without padding", "data:image/png;base64," + ENCODED.rstrip("=")),
        (
            "in the alphabet of URLs",
            "data:image/png;base64," + ENCODED.replace("+", "-").replace("/", "_"),
        ),
        (
            "with escapes",
            "data:image/png;base64," + ENCODED.replace("+", "%2B").replace("=", "%3d"),
        ),
        (
            "in lines",
            "data:image/png;base64, "
            + "\r\n".join(ENCODED[i : i + 76] for i in range(0, len(ENCODED), 76)),
        ),
    )
]
BAD_DATA_URIS = [
    *[
        Download(f"data URI {source!r}", [], DownloadFailed, source=source, connections=0)
        for source in (
            "data:", "data:,", "data:image/png,AAAA", "data:image/svg+xml;utf8,<svg/>",
            "data:image/png;base64", "data:image/png;base64,", "data:image/png;base64,====",
            "data:image/png;base64,A", "data:image/png;base64,AA=A", "data:image/png;base64,AA!A",
            "data:image/png;base64,AAAA!!!!", "data:image/png;base64,AAAÄ",
            "data:image/png;base64,\ud800",
        )
    ],
    *[
        Download(
            f"data URI {name}",
            [],
            TooLarge,
            source="data:image/png;base64," + payload,
            connections=0,
        )
        for name, payload in (
            ("a byte too large", base64.b64encode(bytes(MAX_BYTES + 1)).decode()),
            ("too large", "A" * 9_000_000),
            ("of white space", " " * 9_000_000),
        )
    ],
]  # fmt: skip

FILES = table(WHOLE, BROKEN, SLOW, REDIRECTS, ADDRESSES, GOOD_DATA_URIS, BAD_DATA_URIS)


def data_uri(content: bytes, mime: str = "image/png") -> str:
    return f"data:{mime};base64,{base64.b64encode(content).decode()}"


IMAGES = table(
    [
        *[
            Download(
                f"a {kind} called text",
                says(200, partial(image_bytes, kind), Content_Type="text/plain"),
                ImageInfo(f"image/{kind.lower()}", 64, 48),
            )
            for kind in ("PNG", "JPEG", "WEBP", "GIF", "AVIF")
        ],
        Download(
            "a JPEG called PNG",
            says(200, JPEG, Content_Type="image/png"),
            ImageInfo("image/jpeg", 64, 48),
        ),
        Download("with junk behind it", says(200, IMAGE + b"junk" * 99), PNG_FACTS),
        # Kept as they are: asking again brings the same bytes.
        Download(
            "more pixels than are decoded",
            says(200, LARGE),
            ImageInfo("image/png", 7_100, 7_100),
        ),
        Download("a data URI of an image", [], PNG_FACTS, source=data_uri(IMAGE)),
        Download(
            "a data URI of more pixels than are decoded",
            [],
            ImageInfo("image/png", 7_100, 7_100),
            source=data_uri(LARGE),
        ),
    ],
    [
        Download(name, script, NotAnImage)
        for name, script in (
            ("HTML as PNG", says(200, HTML, Content_Type="image/png")),
            ("JSON as PNG", says(200, '{"error":"expired"}', Content_Type="image/png")),
            ("fewer rows than it says", says(200, pixel_bomb(1_000, 64))),
            ("a header of more pixels than are decoded", says(200, pixel_bomb(30_000, 64))),
            ("SVG", says(200, SVG, Content_Type="image/svg+xml")),
            ("a PNG's first bytes", says(200, IMAGE[:8])),
            ("half a PNG", says(200, IMAGE[: len(IMAGE) // 2])),
            ("half a JPEG", says(200, JPEG[: len(JPEG) // 2])),
            (
                "a PNG with zeros in the middle",
                says(200, IMAGE[:60] + bytes(40) + IMAGE[100:]),
            ),
            ("zeros", says(200, bytes(5_000))),
            ("a length too short", says(200, IMAGE, Content_Length="99")),
        )
    ],
    [
        Download(f"a {kind}", says(200, partial(image_bytes, kind)), NotAnImage)
        for kind in ("BMP", "TIFF", "ICO", "PDF")
    ],
    [
        Download("a data URI of HTML", [], NotAnImage, source=data_uri(HTML.encode())),
        Download(
            "a data URI of half a PNG",
            [],
            NotAnImage,
            source=data_uri(IMAGE[: len(IMAGE) // 2]),
        ),
    ],
)
DOWNLOAD = FILES | IMAGES
