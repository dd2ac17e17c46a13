"""Submit against a peer that does everything wrong: the outcome says whether a task may exist."""

from __future__ import annotations

import ssl

import pytest

from generator.upstream.client import Client
from generator.upstream.errors import Delivered, Unclear, UpstreamError
from generator.upstream.wire import Submission
from tests.peer import Peer, Serve
from tests.stack import until

from .deadlines import LONG_SECONDS, SHORT_SECONDS, deadline_seconds, ends_in_time
from .tables.rows import HTML, Row, play, says
from .tables.submit import ACCEPTED, FAULTS, PROMPT, SUBMIT

NOT_DELIVERED_BY_ANSWER = {"Refused", "KeyRefused", "OutOfCredits", "RateLimited"}
OVER_TLS = {
    name: SUBMIT[name]
    for name in ("200", "400", "502 as HTML", "closed without an answer", "reset without an answer",
                 "head cut within a line", "a length too long", "silence")
}  # fmt: skip


def submit(peer: Peer, seconds: float) -> str:
    client = Client(
        peer.url, "dk-test-key", submit_deadline_seconds=seconds, connect_timeout_seconds=seconds
    )
    return client.submit(Submission("m", PROMPT))


def check_fault(peer: Peer, row: Row) -> None:
    with ends_in_time(), pytest.raises(UpstreamError) as caught:
        submit(peer, deadline_seconds(row))
    error = caught.value
    assert type(error) is row.outcome, error
    delivered = Delivered.NO if row.kind in NOT_DELIVERED_BY_ANSWER else Delivered.MAYBE
    assert error.delivered is delivered
    assert error.sentence
    assert error.retry_after_seconds == row.retry_after_seconds
    until(lambda: peer.posts == (0 if row.unread else 1), "the peer has read the request")
    assert peer.connections == 1


@play(ACCEPTED)
def test_accepted_submit_returns_the_task_id(serve: Serve, row: Row) -> None:
    peer = serve(row.script)
    assert submit(peer, LONG_SECONDS) == row.outcome
    assert peer.connections == 1


@play(FAULTS)
def test_failed_submit_tells_whether_a_task_may_exist(serve: Serve, row: Row) -> None:
    check_fault(serve(row.script), row)


@pytest.mark.usefixtures("trusted")
@play(OVER_TLS)
def test_over_tls_it_comes_to_the_same(serve: Serve, server_tls: ssl.SSLContext, row: Row) -> None:
    peer = serve(row.script, tls=server_tls)
    if row.name in ACCEPTED:
        assert submit(peer, LONG_SECONDS) == row.outcome
    else:
        check_fault(peer, row)


def test_large_upload_refused_half_way_is_told_by_its_answer(serve: Serve) -> None:
    peer = serve(["unread", *says(413, HTML), "hang"])
    image = "data:image/png;base64," + "A" * 4_000_000
    client = Client(peer.url, "dk-test-key", submit_deadline_seconds=LONG_SECONDS)
    with pytest.raises(UpstreamError) as caught:
        client.submit(Submission("m", "a cat", (image,)))
    assert type(caught.value).__name__ in {"Refused", "Unclear"}


def test_upload_that_nobody_reads_ends_by_the_deadline(serve: Serve) -> None:
    peer = serve(["unread", "idle"])
    image = "data:image/png;base64," + "A" * 20_000_000
    client = Client(peer.url, "dk-test-key", submit_deadline_seconds=SHORT_SECONDS)
    with ends_in_time(), pytest.raises(Unclear):
        client.submit(Submission("m", "a cat", (image,)))
