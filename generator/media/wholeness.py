"""Whether a file holds a whole image, read from its container.

Decoders forgive: Pillow shows a PNG whose checksums are wrong or whose end is missing, and a GIF
that breaks off between two frames. What they forgive was damaged on its way, and can be fetched or
chosen again. Each check follows the format's own structure to its end:

    PNG   https://www.w3.org/TR/png-3/: chunks with checksums up to IEND, and all rows
    JPEG  ITU-T T.81, annex B: segments and scans up to EOI
    WebP  https://www.rfc-editor.org/rfc/rfc9649: the size of the RIFF container and of its chunks
    GIF   https://www.w3.org/Graphics/GIF/spec-gif89a.txt: blocks up to the trailer
    AVIF  ISO/IEC 14496-12: boxes that end within the file, one of them with data

What follows the end is allowed: phones add a second image there. Damage within a JPEG's or lossy
WebP's compressed data leaves no trace in the container.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable
from typing import BinaryIO

BLOCK_BYTES = 64 * 1024
PNG_START = b"\x89PNG\r\n\x1a\n"
# Samples per pixel, by color type.
PNG_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
# The passes of an interlaced PNG: first column, first row, column step, row step.
ADAM7 = (
    *((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4)),
    *((0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)),
)
JPEG_END = 0xD9
JPEG_SCAN = 0xDA
# Markers without a segment: TEM, RST0 to RST7 and SOI.
JPEG_ALONE = {0x01, *range(0xD0, 0xD9)}
# In a scan, FF is followed by 00 or by a restart marker; anything else ends it.
JPEG_SCAN_ENDS = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]")


class NotWhole(Exception):
    """The file breaks off, or is damaged, at a place that the text names."""


def check(file: BinaryIO, kind: str) -> None:
    """Check the file, from its beginning. `kind` is Pillow's name of its format. Raise `NotWhole`
    and `OSError`."""
    file.seek(0)
    try:
        CHECKS[kind](file)
    except (struct.error, IndexError) as error:
        raise NotWhole("it breaks off") from error


def _exactly(file: BinaryIO, length: int) -> bytes:
    data = file.read(length)
    if len(data) < length:
        raise NotWhole("it breaks off")
    return data


def _skip(file: BinaryIO, length: int) -> None:
    """Move on by so many bytes, which must be there."""
    if length > 0:
        file.seek(length - 1, 1)
        _exactly(file, 1)


def _png(file: BinaryIO) -> None:
    if _exactly(file, 8) != PNG_START:
        raise NotWhole("no signature")
    header = b""
    rows: _PngRows | None = None
    while True:
        length, name = struct.unpack(">I4s", _exactly(file, 8))
        is_data = name == b"IDAT"
        if is_data and rows is None:
            rows = _PngRows(header)
        checksum = zlib.crc32(name)
        left = length
        while left:
            block = _exactly(file, min(BLOCK_BYTES, left))
            left -= len(block)
            checksum = zlib.crc32(block, checksum)
            if name == b"IHDR":
                header += block
            if is_data and rows is not None:
                rows.add(block)
        stored = struct.unpack(">I", _exactly(file, 4))[0]
        # A lower-case first letter marks what no reader needs, such as a comment.
        if stored != checksum and not name[0] & 0x20:
            raise NotWhole(f"wrong checksum of {name.decode('latin-1')}")
        if name == b"IEND":
            break
    if rows is None or rows.missing > 0:
        raise NotWhole("rows are missing")


class _PngRows:
    """Counts the bytes of rows that are still to come, without keeping any: Pillow takes the end of
    the compressed data for the end of the image."""

    def __init__(self, header: bytes) -> None:
        width, height, depth, color, _compression, _filter, interlaced = struct.unpack(
            ">IIBBBBB", header[:13]
        )
        bits = depth * PNG_CHANNELS.get(color, 1)
        passes = ADAM7 if interlaced else ((0, 0, 1, 1),)
        self.missing = sum(
            -(-(height - top) // down) * (1 + -(-(-(-(width - left) // right) * bits) // 8))
            for left, top, right, down in passes
            if width > left and height > top
        )
        self._inflate = zlib.decompressobj()

    def add(self, data: bytes) -> None:
        # As soon as all rows are there, nothing more needs to be inflated.
        try:
            while data and self.missing > 0 and not self._inflate.eof:
                self.missing -= len(self._inflate.decompress(data, 1_000_000))
                data = self._inflate.unconsumed_tail
        except zlib.error as error:
            raise NotWhole("damaged image data") from error


def _jpeg(file: BinaryIO) -> None:
    if _exactly(file, 2) != b"\xff\xd8":
        raise NotWhole("no start")
    scans = 0
    while True:
        marker = _jpeg_marker(file)
        if marker == JPEG_END:
            break
        if marker not in JPEG_ALONE:
            _skip(file, struct.unpack(">H", _exactly(file, 2))[0] - 2)
        if marker == JPEG_SCAN:
            scans += 1
            _skip_scan(file)
    if not scans:
        raise NotWhole("no image data")


def _jpeg_marker(file: BinaryIO) -> int:
    """Read the next marker; any number of FF may precede it."""
    if _exactly(file, 1) != b"\xff":
        raise NotWhole("a segment has a wrong length")
    marker = 0xFF
    while marker == 0xFF:
        marker = _exactly(file, 1)[0]
    return marker


def _skip_scan(file: BinaryIO) -> None:
    """Move to the marker that ends this scan."""
    begins = file.tell()
    rest = b""
    while block := file.read(BLOCK_BYTES):
        data = rest + block
        if end := JPEG_SCAN_ENDS.search(data):
            file.seek(begins + end.start())
            return
        # What may be the first half of a marker is searched again with what follows.
        rest = data[-1:] if data.endswith(b"\xff") else b""
        begins += len(data) - len(rest)
    raise NotWhole("it breaks off")


def _webp(file: BinaryIO) -> None:
    riff, length, kind = struct.unpack("<4sI4s", _exactly(file, 12))
    if (riff, kind) != (b"RIFF", b"WEBP"):
        raise NotWhole("no signature")
    names, ends = set(), 8 + length
    while file.tell() < ends:
        name, size = struct.unpack("<4sI", _exactly(file, 8))
        names.add(name)
        if name == b"ANMF":
            names.add(_webp_frame(file, size))
        else:
            _skip(file, size)
        # A chunk of odd length has a byte of padding, which some writers omit at the very end.
        if size % 2 and file.tell() < ends:
            _skip(file, 1)
    if not names & {b"VP8 ", b"VP8L"}:
        raise NotWhole("no image data")


def _webp_frame(file: BinaryIO, size: int) -> bytes:
    """Move past a frame of an animation; return the name of its first chunk that is no alpha."""
    begins, name = file.tell(), b""
    _skip(file, 16)
    while file.tell() < begins + size and name in (b"", b"ALPH"):
        name, length = struct.unpack("<4sI", _exactly(file, 8))
        _skip(file, length + length % 2)
    file.seek(begins)
    _skip(file, size)
    return name


def _gif(file: BinaryIO) -> None:
    if _exactly(file, 6) not in (b"GIF87a", b"GIF89a"):
        raise NotWhole("no signature")
    _skip_colors(file, _exactly(file, 7)[4])
    frames = 0
    while (block := _exactly(file, 1)) != b";":
        if block == b"!":
            _skip(file, 1)
        elif block == b",":
            frames += 1
            _skip_colors(file, _exactly(file, 9)[8])
            _skip(file, 1)
        else:
            raise NotWhole("an unknown block")
        while size := _exactly(file, 1)[0]:
            _skip(file, size)
    if not frames:
        raise NotWhole("no image data")


def _skip_colors(file: BinaryIO, flags: int) -> None:
    if flags & 0x80:
        _skip(file, 3 * 2 ** ((flags & 7) + 1))


def _avif(file: BinaryIO) -> None:
    names = set()
    while head := file.read(8):
        if len(head) < 8:
            raise NotWhole("it breaks off")
        size, name = struct.unpack(">I4s", head)
        begins = 8
        if size == 1:
            size, begins = struct.unpack(">Q", _exactly(file, 8))[0], 16
        names.add(name)
        if size == 0:  # up to the end of the file
            break
        if size < begins:
            raise NotWhole("a box has a wrong length")
        _skip(file, size - begins)
    if not {b"ftyp", b"meta", b"mdat"} <= names and b"moov" not in names:
        raise NotWhole("no image data")


CHECKS: dict[str, Callable[[BinaryIO], None]] = {
    "PNG": _png,
    "JPEG": _jpeg,
    "WEBP": _webp,
    "GIF": _gif,
    "AVIF": _avif,
}
