"""Texts in an image's own metadata: written into the container, the pixels untouched.

Knows the containers alone and decodes nothing, so a file of any size costs a few kilobytes and the
image's data passes through byte for byte.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from xml.sax.saxutils import escape

BLOCK_BYTES = 64 * 1024
PNG_START = b"\x89PNG\r\n\x1a\n"
XMP_NAME = b"http://ns.adobe.com/xap/1.0/\0"
# A JPEG segment counts its length in two bytes, and its name and the packet's frame need some.
JPEG_TEXT_BYTES = 60_000
WEBP_HAS_XMP, WEBP_HAS_ALPHA = 0x04, 0x10
NOT_IN_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class CannotCarryText(Exception):
    """This kind of file, or this very file, has no place for texts that we can write."""


@dataclass(frozen=True, slots=True)
class Tagged:
    """A file with texts: `head`, then its own bytes from `start` to `stop`, then `tail`."""

    path: Path
    head: bytes
    start: int
    stop: int
    tail: bytes = b""

    @property
    def size_bytes(self) -> int:
        return len(self.head) + self.stop - self.start + len(self.tail)

    def blocks(self) -> Iterator[bytes]:
        """Yield the whole file in order. Raise `OSError`."""
        yield self.head
        with self.path.open("rb") as file:
            file.seek(self.start)
            left = self.stop - self.start
            while left and (block := file.read(min(BLOCK_BYTES, left))):
                left -= len(block)
                yield block
        yield self.tail


def tag(path: Path, mime: str, texts: Mapping[str, str]) -> Tagged:
    """Return the same image with these named texts in it.

    PNG takes them as text chunks, JPEG and WebP as an XMP packet. Raise `CannotCarryText` and
    `OSError`.
    """
    writer = WRITERS.get(mime)
    if writer is None:
        raise CannotCarryText(mime)
    with path.open("rb") as file:
        try:
            return writer(path, file, texts)
        except (struct.error, IndexError) as error:
            raise CannotCarryText(f"{mime}, cut") from error


def _png(path: Path, file: BinaryIO, texts: Mapping[str, str]) -> Tagged:
    head = file.read(33)  # the start, and the header chunk, which must come first
    if not head.startswith(PNG_START) or head[12:16] != b"IHDR":
        raise CannotCarryText("no PNG")
    for name, text in texts.items():
        # No compression; no language; no translated keyword.
        body = name.encode("latin-1") + b"\0\0\0\0\0" + text.encode()
        head += struct.pack(">I", len(body)) + b"iTXt" + body
        head += struct.pack(">I", zlib.crc32(b"iTXt" + body))
    return Tagged(path, head, 33, path.stat().st_size)


def _jpeg(path: Path, file: BinaryIO, texts: Mapping[str, str]) -> Tagged:
    if file.read(2) != b"\xff\xd8":
        raise CannotCarryText("no JPEG")
    head, start = b"\xff\xd8", 2
    marker, length = struct.unpack(">2sH", file.read(4))
    if marker == b"\xff\xe0":  # JFIF's segment must stay first
        head += marker + struct.pack(">H", length) + file.read(length - 2)
        start += 2 + length
    body = XMP_NAME + _xmp(texts, JPEG_TEXT_BYTES)
    head += b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body
    return Tagged(path, head, start, path.stat().st_size)


def _webp(path: Path, file: BinaryIO, texts: Mapping[str, str]) -> Tagged:
    riff, length, kind, first, first_length = struct.unpack("<4sI4s4sI", file.read(20))
    if (riff, kind) != (b"RIFF", b"WEBP"):
        raise CannotCarryText("no WebP")
    stop = min(length + 8, path.stat().st_size)
    body = file.read(10)
    if first == b"VP8X":
        extended, start = bytes([body[0] | WEBP_HAS_XMP]) + body[1:], 20 + first_length
    else:
        extended, start = _webp_extension(first, body), 12
    packet = _xmp(texts)
    tail = b"XMP " + struct.pack("<I", len(packet)) + packet + b"\0" * (len(packet) % 2)
    chunks = b"WEBPVP8X" + struct.pack("<I", 10) + extended
    size = len(chunks) + stop - start + len(tail)
    return Tagged(path, b"RIFF" + struct.pack("<I", size) + chunks, start, stop, tail)


def _webp_extension(kind: bytes, data: bytes) -> bytes:
    """Return the header of the extended format for a file of the simple one."""
    if kind == b"VP8 ":
        width, height = (side & 0x3FFF for side in struct.unpack("<HH", data[6:10]))
        alpha = 0
    elif kind == b"VP8L":
        bits = struct.unpack("<I", data[1:5])[0]
        alpha, width, height = bits >> 28 & 1, (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    else:
        raise CannotCarryText("unknown WebP")
    flags = WEBP_HAS_XMP | (WEBP_HAS_ALPHA if alpha else 0)
    sides: bytes = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return bytes([flags, 0, 0, 0]) + sides


def _xmp(texts: Mapping[str, str], most_bytes: int | None = None) -> bytes:
    """Return an XMP packet; with `most_bytes`, long texts are cut until it fits."""
    longest = max(map(len, texts.values()), default=0)
    while True:
        properties = "".join(
            f"<gempix:{name}>{escape(NOT_IN_XML.sub('', text[:longest]))}</gempix:{name}>"
            for name, text in texts.items()
        )
        packet = PACKET.format(properties).encode()
        if most_bytes is None or len(packet) <= most_bytes:
            return packet
        longest = longest * 9 // 10


PACKET = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
    '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:gempix="urn:gempix-studio:1.0">{}</rdf:Description>'
    '</rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
)
WRITERS: dict[str, Callable[[Path, BinaryIO, Mapping[str, str]], Tagged]] = {
    "image/png": _png,
    "image/jpeg": _jpeg,
    "image/webp": _webp,
}
