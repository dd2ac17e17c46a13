"""Downloads against a store that does everything wrong, and data URIs in every condition."""

from __future__ import annotations

import hashlib
import io
import ssl
import tracemalloc
from typing import Any

import pytest

from generator.media import storage
from generator.media.decoding import NotAnImage
from generator.models import Job
from generator.services.connections import Connection
from generator.upstream.download import Downloaded, fetch
from generator.upstream.errors import Delivered, DownloadFailed, TooLarge
from generator.worker import results
from tests.peer import Peer, Serve

from .deadlines import LONG_SECONDS, deadline_seconds, ends_in_time
from .tables.download import FILES, IMAGES, MAX_BYTES, Download
from .tables.rows import IMAGE, bomb, packed, play, says

GOOD = {name: row for name, row in FILES.items() if row.kind == "fetched"}
FAULTS = {name: row for name, row in FILES.items() if name not in GOOD}


def get(source: str, *hosts: str, into: Any = None, **options: Any) -> Downloaded:
    settings: dict[str, Any] = {
        "user_agent": "Studio/1",
        "max_bytes": MAX_BYTES,
        "deadline_seconds": LONG_SECONDS,
    }
    into = io.BytesIO() if into is None else into
    return fetch(source, into, allowed_private_hosts=frozenset(hosts), **(settings | options))


def serve_row(serve: Serve, row: Download) -> Peer:
    scripts = [row.script or ["unread"], row.then]
    return serve(*[script for script in scripts if script is not None])


def source_of(row: Download, peer: Peer) -> str:
    """Return where the row says that the file is; a data URI as it stands."""
    return row.source if row.source[:5].lower() == "data:" else peer.filled(row.source)


@play(GOOD)
def test_file_is_written_and_digested(serve: Serve, row: Download) -> None:
    peer = serve_row(serve, row)
    into = io.BytesIO()
    fetched = get(source_of(row, peer), peer.host, into=into)
    assert into.getvalue() == row.outcome
    assert fetched == Downloaded(len(IMAGE), hashlib.sha256(IMAGE).hexdigest())
    assert peer.connections == row.connections


@pytest.mark.usefixtures("resolver")
@play(FAULTS)
def test_bad_answer_is_a_failed_download(serve: Serve, row: Download) -> None:
    peer = serve_row(serve, row)
    into = io.BytesIO()
    with ends_in_time(), pytest.raises(DownloadFailed) as caught:
        get(
            source_of(row, peer),
            peer.host,
            into=into,
            deadline_seconds=deadline_seconds(row),
        )
    error = caught.value
    assert type(error) is row.outcome, error
    assert error.delivered is Delivered.YES  # never a licence to submit again
    assert error.retry_after_seconds == row.retry_after_seconds
    assert len(into.getvalue()) <= MAX_BYTES
    assert row.http_status in (None, error.http_status)
    assert row.connections in (None, peer.connections)


# The job's URLs are known already.
UNUSED = Connection("sandbox", "http://127.0.0.1:9", "")


@play(IMAGES)
def test_bytes_decide_whether_it_is_an_image(serve: Serve, row: Download, settings: Any) -> None:
    peer = serve_row(serve, row)
    settings.GEMPIX_ALLOWED_PRIVATE_HOSTS = frozenset({peer.host})
    settings.GEMPIX_DOWNLOAD_MAX_BYTES = MAX_BYTES
    job = Job(result_urls=[source_of(row, peer)])
    if row.outcome is NotAnImage:
        with pytest.raises(NotAnImage):
            results.fetch(job, UNUSED)
        kept = []
    else:
        (stored,) = results.fetch(job, UNUSED)
        assert stored.info == row.outcome
        content = storage.path(stored.name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == stored.sha256
        kept = [storage.path(stored.name)]
        kept += [storage.thumbnail_path(stored.name, width) for width in stored.copies.widths]
    files = [path for path in storage.images_dir().rglob("*") if path.is_file()]
    assert sorted(files) == sorted(kept)


def test_only_what_a_store_needs_is_sent(serve: Serve) -> None:
    peer = serve(says(302, "", Location="/b.png"), says(200, IMAGE))
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
def test_redirects_are_followed_up_to_the_bound(serve: Serve, status: int) -> None:
    hop = says(status, "moved", Location="/next", Set_Cookie="a=b")
    peer = serve(hop, hop, says(200, IMAGE))
    assert get(peer.url, peer.host, max_redirects=2).bytes == len(IMAGE)
    peer = serve(hop, hop, says(200, IMAGE))
    with pytest.raises(DownloadFailed, match="redirects"):
        get(peer.url, peer.host, max_redirects=1)
    assert peer.connections == 2
    assert "cookie" not in "".join(head for _, head, _ in peer.requests).lower()


@pytest.mark.usefixtures("trusted")
def test_file_comes_over_tls(serve: Serve, server_tls: ssl.SSLContext) -> None:
    peer = serve(says(200, IMAGE), tls=server_tls)
    name = f"localhost:{peer.port}"
    assert get(f"https://{name}/", name).bytes == len(IMAGE)
    with pytest.raises(DownloadFailed, match="certificate"):
        get(f"https://{peer.host}/", peer.host)


def test_full_disk_is_no_fault_of_the_store(serve: Serve) -> None:
    class Full(io.BytesIO):
        def write(self, data: Any) -> int:
            raise OSError(28, "No space left on device")

    peer = serve(says(200, IMAGE))
    with pytest.raises(OSError, match="No space"):
        get(peer.url, peer.host, into=Full())


def test_bomb_takes_no_more_memory_than_its_cap(serve: Serve) -> None:
    make = bomb("gzip", 200)
    make()  # not to be counted
    peer = serve(packed(make, "gzip"))
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge):
            get(peer.url, peer.host, max_bytes=20_000_000, into=NullWriter())
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


class NullWriter(io.BytesIO):
    def write(self, data: Any) -> int:
        return len(data)
