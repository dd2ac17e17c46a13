"""A row, and the parts that scripts of `tests.peer` are made of."""

from __future__ import annotations

import io
import json
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, TypeVar
from urllib.parse import quote

import pytest
from PIL import Image as Pillow

from generator.media.decoding import ImageInfo
from generator.upstream.callback import CallbackHint
from generator.upstream.wire import Phase, TaskState
from tests.peer import Script

HTML = "<html><body><h1>Bad gateway</h1></body></html>"
HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
CREDITS = "0.500000"
FILE_URL = "@URL@/files/a.png"
TEN_MINUTES = pytest.approx(600, abs=60)


@dataclass(frozen=True)
class Row:
    """One script of the other side and what a call must make of it.

    outcome   the class of the error that is raised, or what is returned
    by_deadline  nothing but the call's deadline ends it
    unread    the other side does not read the request, so that it can count none
    retry_after_seconds  the wish to wait that the error carries
    """

    name: str
    script: Script
    outcome: Any
    by_deadline: bool = False
    unread: bool = False
    retry_after_seconds: Any = None

    @property
    def kind(self) -> str:
        """Name what the outcome means to a job; all rows of one kind mean the same."""
        return kind_of(self.outcome)


def kind_of(outcome: object) -> str:
    match outcome:
        case type():
            return outcome.__name__
        case str():
            return "accepted"
        case bytes() | ImageInfo():
            return "fetched"
        case CallbackHint():
            return "taken"
        case int():
            return f"answered {outcome}"
        case TaskState(phase=Phase.SUCCESS):
            return "done" if outcome.images else "done without an image"
        case TaskState(phase=Phase.FAILED):
            return "failed"
        case TaskState(phase=Phase.UNKNOWN):
            return "unknown status"
        case TaskState():
            return "under way"
    raise AssertionError(f"no kind for {outcome!r}")


AnyRow = TypeVar("AnyRow", bound=Row)


def table(*parts: Iterable[AnyRow]) -> dict[str, AnyRow]:
    """Return the rows by their names, which must differ."""
    rows = [row for part in parts for row in part]
    by_name = {row.name: row for row in rows}
    assert len(by_name) == len(rows), sorted(row.name for row in rows)
    return by_name


def play(rows: Mapping[str, Row]) -> pytest.MarkDecorator:
    """Run a test once for each row, which it gets as `row`."""
    return pytest.mark.parametrize("row", rows.values(), ids=rows.keys())


# Parts of scripts.


def says(status: int, body: str | bytes | Callable[[], bytes], **headers: str) -> Script:
    """Return the script of one answer; a header's name is written with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return [("answer", status, body, named)]


def packed(body: bytes | Callable[[], bytes], coding: str) -> Script:
    return says(200, body, Content_Encoding=coding)


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def bomb(
    coding: str, megabytes: int, byte: bytes = b" ", start: bytes = b""
) -> Callable[[], bytes]:
    """Return a function that makes a small body which unpacks to so many megabytes."""
    return partial(_bomb, coding, megabytes, byte, start)


@cache
def _bomb(coding: str, megabytes: int, byte: bytes, start: bytes) -> bytes:
    """One compressed megabyte, repeated: what compressing them all would take is seconds."""
    deflate = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    block = byte * 1_000_000
    first = deflate.compress(start) + deflate.flush(zlib.Z_FULL_FLUSH)
    again = deflate.compress(block) + deflate.flush(zlib.Z_FULL_FLUSH)
    packed_bytes = first + again * megabytes + deflate.flush(zlib.Z_FINISH)
    check = zlib.crc32 if coding == "gzip" else zlib.adler32
    total = check(start)
    for _ in range(megabytes):
        total = check(block, total)
    if coding == "deflate":
        return b"\x78\x9c" + packed_bytes + total.to_bytes(4, "big")
    size = len(start) + len(block) * megabytes
    tail = total.to_bytes(4, "little") + size.to_bytes(4, "little")
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + packed_bytes + tail


def envelope(data: Any, code: int = 0) -> str:
    return json.dumps({"code": code, "message": "ok", "data": data}, separators=(",", ":"))


def task(status: str = "success", task_id: str = "ta-1", **more: Any) -> str:
    """Return a query's answer about the first task; a success has its image unless told else."""
    fields: dict[str, Any] = {"task_id": task_id, "status": status, "consumed": CREDITS}
    if status == "success":
        fields["result"] = [{"image": f"@URL@/files/{quote(task_id, safe='')}.png"}]
    return envelope(fields | more)


def image_bytes(kind: str = "PNG", width: int = 64, height: int = 48) -> bytes:
    """Return a whole image of this kind."""
    out = io.BytesIO()
    Pillow.linear_gradient("L").resize((width, height)).convert("RGB").save(out, kind)
    return out.getvalue()


def pixel_bomb(side: int, rows: int) -> bytes:
    """Return a small PNG that asks for `side` times `side` gray pixels, and has the data of so
    many rows."""
    size = side.to_bytes(4, "big") * 2
    data = zlib.compress(bytes(1 + side) * rows)
    head = b"\x89PNG\r\n\x1a\n" + _png_chunk(b"IHDR", size + b"\x08\0\0\0\0")
    return head + _png_chunk(b"IDAT", data) + _png_chunk(b"IEND", b"")


def _png_chunk(tag: bytes, data: bytes) -> bytes:
    check = zlib.crc32(tag + data)
    return len(data).to_bytes(4, "big") + tag + data + check.to_bytes(4, "big")


IMAGE = image_bytes()
