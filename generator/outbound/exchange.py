"""One exchange: send a request through the guarded adapter, read the answer within its limits.

No requests.Session anywhere: a prepared request goes straight to the adapter, so there are no
proxies, no `.netrc`, no cookies and no redirects to switch off, and threads share nothing but the
connection pool, which urllib3 locks.
"""

import dataclasses
import zlib
from collections.abc import Iterator, Mapping

import requests

from generator.outbound.deadline import CallBudget
from generator.outbound.errors import BlockedURL, ExchangeError, TooLarge
from generator.outbound.transport import GuardedAdapter

CHUNK_BYTES = 65_536


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers and body. `flaw` says why the body is not whole; "" if it is."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    flaw: str = ""


def send(
    adapter: GuardedAdapter,
    call: CallBudget,
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes | None = None,
) -> requests.Response:
    """Send one request; read the answer's headers but not its body. Close the response.

    `Accept-Encoding: identity` is added. Raise ExchangeError, and no other error of the network.
    """
    call.start_hop()
    try:
        request = requests.Request(
            method, url, headers={"Accept-Encoding": "identity", **headers}, data=body
        ).prepare()
        with call.in_progress():
            return adapter.send(request, stream=True, timeout=None)
    except Exception as error:
        # Catch everything: the errors of the libraries are no closed list, and only one thing
        # matters: whether the connection was established.
        raise _exchange_error(error, call) from error


def _exchange_error(error: Exception, call: CallBudget) -> ExchangeError:
    cause: BlockedURL | TooLarge | None = None
    if isinstance(error, BlockedURL | TooLarge):
        cause = error
    elif call.overrun:
        cause = TooLarge("the answer is larger than any it could be")
    text = "the deadline passed" if call.expired else f"{type(error).__name__}: {error}"
    return ExchangeError(text[:500], sent=call.connected, cause=cause)


def read_body(response: requests.Response, call: CallBudget, max_bytes: int) -> Iterator[bytes]:
    """Yield the body in pieces of at most 64 KiB, decoded, at most `max_bytes` in all.

    A server that compresses although asked not to is understood (gzip, deflate). Raise
    ExchangeError: cut short, too long (`cause` is TooLarge), undecodable, out of time. A body with
    neither length nor chunks ends with the connection, so only its content can show whether it is
    whole.
    """
    try:
        pieces = response.raw.stream(CHUNK_BYTES, decode_content=False)
        decoder = _decoder(response.headers.get("Content-Encoding", ""))
        total = 0
        while (piece := _next(pieces, call)) is not None:
            for part in _decoded(decoder, piece):
                total += len(part)
                if total > max_bytes:
                    raise TooLarge(f"more than {max_bytes} bytes")
                yield part
        if decoder is not None and not decoder.eof:
            raise zlib.error("the compressed body was cut short")
    except Exception as error:
        raise _exchange_error(error, call) from error


def _next(pieces: Iterator[bytes], call: CallBudget) -> bytes | None:
    call.seconds_left()
    with call.in_progress():
        return next(pieces, None)


def _decoder(encoding: str) -> "zlib._Decompress | None":
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        return None
    if encoding in ("gzip", "x-gzip", "deflate"):
        return zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)  # 32: detect gzip or zlib
    raise zlib.error(f"unknown Content-Encoding {encoding[:80]!r}")


def _decoded(decoder: "zlib._Decompress | None", piece: bytes) -> Iterator[bytes]:
    """Yield `piece` decoded in bounded parts: a kilobyte can expand to a megabyte."""
    if decoder is None:
        yield piece
        return
    while piece and not decoder.eof:
        yield decoder.decompress(piece, CHUNK_BYTES)
        piece = decoder.unconsumed_tail


def ask(
    adapter: GuardedAdapter,
    call: CallBudget,
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes | None = None,
    *,
    max_bytes: int,
) -> Answer:
    """Send one request and read its whole answer.

    Raise ExchangeError if no headers arrive. A body that breaks off is reported in `Answer.flaw`,
    since some statuses are clear without one.
    """
    response = send(adapter, call, method, url, headers, body)
    content, flaw = bytearray(), ""
    try:
        for part in read_body(response, call, max_bytes):
            content += part
    except ExchangeError as error:
        flaw = str(error)
    finally:
        response.close()
    return Answer(response.status_code, response.headers, bytes(content), flaw)
