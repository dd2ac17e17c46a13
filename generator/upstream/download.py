"""The bytes of a result, from a URL or a data URI.

The store is a third party's with several hosts (vendor's document), so any public host is accepted
and none is trusted: guarded IP addresses, bounded bytes, time and redirects, and never our API key.
The caller determines the file's type from its bytes.
"""

import base64
import binascii
import dataclasses
import hashlib
import re
import time
from collections.abc import Iterator
from typing import BinaryIO
from urllib.parse import unquote

import requests

from generator.outbound import errors as outbound_errors
from generator.outbound.deadline import CallBudget
from generator.outbound.errors import ExchangeError
from generator.outbound.exchange import CHUNK_BYTES, read_body, send
from generator.outbound.transport import GuardedAdapter
from generator.outbound.urlguard import normal_hosts, read_redirect, read_url
from generator.upstream.errors import BlockedURL, DownloadFailed, TooLarge
from generator.upstream.responses import retry_after_seconds

CONNECT_TIMEOUT_SECONDS = 10.0
_FRAMING_BYTES = 2 * 1024 * 1024
_REDIRECTS = (301, 302, 303, 307, 308)
# The outbound reason for ending a request, as an error of the download.
KINDS: dict[type[Exception | None], type[DownloadFailed]] = {
    outbound_errors.BlockedURL: BlockedURL,
    outbound_errors.TooLarge: TooLarge,
}


@dataclasses.dataclass(frozen=True, slots=True)
class Downloaded:
    """The number of bytes written, and their SHA-256 in hexadecimal."""

    bytes: int
    sha256: str


def fetch(
    source: str,
    into: BinaryIO,
    *,
    allowed_private_hosts: frozenset[str],
    user_agent: str,
    max_bytes: int,
    deadline_seconds: float,
    max_redirects: int = 5,
) -> Downloaded:
    """Write the content of `source` (http(s) URL or base64 data URI) to `into`.

    allowed_private_hosts  `host:port` entries that may be in a private network (the sandbox's)
    user_agent             not Python's default: the store answers that with 403 (seen)
    max_bytes              of the decoded file
    deadline_seconds       for everything, redirects included

    Redirects are followed to http(s) only, each checked like the first URL; from https to http
    only to an allowed host. Only 200 counts, and only with a body. After an error, discard the
    content of `into`. Raise DownloadFailed or its kinds BlockedURL and TooLarge; an OSError of
    `into` itself passes through.
    """
    if source[:5].lower() == "data:":
        return _write(_data_uri_pieces(source, max_bytes), into)
    adapter = GuardedAdapter(allowed_private_hosts)
    call = CallBudget(
        deadline_seconds=deadline_seconds,
        connect_timeout_seconds=CONNECT_TIMEOUT_SECONDS,
        max_wire_bytes=max_bytes + _FRAMING_BYTES,
    )
    response: requests.Response | None = None
    try:
        response = _open(
            adapter, call, source, user_agent, normal_hosts(allowed_private_hosts), max_redirects
        )
        _check_length(response, max_bytes)
        return _write(read_body(response, call, max_bytes), into)
    except outbound_errors.BlockedURL as error:
        raise BlockedURL(str(error)) from error
    except ExchangeError as error:
        kind = KINDS.get(type(error.cause), DownloadFailed)
        raise kind(str(error.cause or error)) from error
    finally:
        if response is not None:
            response.close()
        adapter.close()


def _open(
    adapter: GuardedAdapter,
    call: CallBudget,
    source: str,
    user_agent: str,
    allowed: frozenset[str],
    max_redirects: int,
) -> requests.Response:
    """Return the 200 at the end of the redirects, its body unread.

    Raise ExchangeError, the outbound BlockedURL, and DownloadFailed.
    """
    headers = {"User-Agent": user_agent, "Accept": "image/*"}
    target = read_url(source)
    for _ in range(max_redirects + 1):
        response = send(adapter, call, "GET", target.url, headers)
        if response.status_code == 200:
            return response
        response.close()
        location = response.headers.get("Location")
        if response.status_code not in _REDIRECTS or not location:
            raise DownloadFailed(
                f"HTTP {response.status_code} from {target.url}",
                http_status=response.status_code,
                retry_after_seconds=retry_after_seconds(response.headers, time.time()),
            )
        target = read_redirect(target, location, allowed)
    raise DownloadFailed(f"more than {max_redirects} redirects")


def _check_length(response: requests.Response, max_bytes: int) -> None:
    """Reject by the announced length what would be rejected by its bytes anyway."""
    announced = response.headers.get("Content-Length", "")
    if re.fullmatch(r"[0-9]{1,19}", announced) and int(announced) > max_bytes:
        raise TooLarge(f"{announced} bytes announced, {max_bytes} allowed", http_status=200)


def _write(pieces: Iterator[bytes], into: BinaryIO) -> Downloaded:
    digest, size = hashlib.sha256(), 0
    for piece in pieces:
        into.write(piece)
        digest.update(piece)
        size += len(piece)
    if not size:
        raise DownloadFailed("the file is empty")
    return Downloaded(size, digest.hexdigest())


def _data_uri_pieces(source: str, max_bytes: int) -> Iterator[bytes]:
    """Yield the bytes of a base64 data URI, in pieces. Raise DownloadFailed or TooLarge.

    Parameters before `;base64` are skipped; white space, percent escapes, the URL-safe alphabet and
    missing padding are accepted.
    """
    head, comma, payload = source.partition(",")
    if not comma or not head.lower().rstrip().endswith(";base64"):
        raise DownloadFailed("a data URI that is not base64")
    # 4 characters encode 3 bytes; escaped ones take three times the space.
    if len(payload) > (max_bytes // 3 + 2) * 4 * 3:
        raise TooLarge(f"a data URI of {len(payload)} characters")
    if "%" in payload:
        payload = unquote(payload)
    payload = "".join(payload.split()).replace("-", "+").replace("_", "/").rstrip("=")
    if len(payload) * 3 // 4 > max_bytes:
        raise TooLarge(f"a data URI of {len(payload) * 3 // 4} bytes, {max_bytes} allowed")
    try:
        content = base64.b64decode(payload + "=" * (-len(payload) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise DownloadFailed(f"a data URI that is no base64: {error}") from error
    for start in range(0, len(content), CHUNK_BYTES):
        yield content[start : start + CHUNK_BYTES]
