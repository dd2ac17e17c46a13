"""Queries against a peer that does everything wrong: none of it may fail a job."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

import pytest

from generator.upstream.client import Client
from generator.upstream.errors import Delivered, UpstreamError
from generator.upstream.wire import Phase
from tests.peer import Serve

from .deadlines import LONG_SECONDS, SHORT_SECONDS, deadline_seconds, ends_in_time
from .tables.query import ANSWERED, FAULTS, PENDING
from .tables.rows import HTML, Row, play, says


def make(url: str, seconds: float = LONG_SECONDS) -> Client:
    return Client(
        url, "dk-test-key", query_deadline_seconds=seconds, connect_timeout_seconds=LONG_SECONDS
    )


@play(ANSWERED)
def test_good_answer_is_read_whole(serve: Serve, row: Row) -> None:
    peer = serve(row.script)
    client = make(peer.url)
    state = client.query("ta-1")
    client.close()
    images = tuple(peer.filled(url) for url in row.outcome.images)
    assert state == dataclasses.replace(row.outcome, images=images)


@play(FAULTS)
def test_bad_answer_says_nothing_about_the_task(serve: Serve, row: Row) -> None:
    peer = serve(row.script)
    client = make(peer.url, deadline_seconds(row))
    with ends_in_time(), pytest.raises(UpstreamError) as caught:
        client.query("ta-1")
    client.close()
    error = caught.value
    assert type(error) is row.outcome, error
    assert error.retry_after_seconds == row.retry_after_seconds
    if row.kind in {"Transient", "TaskNotFound"}:
        # Nobody may take it for a licence to submit again.
        assert error.delivered is Delivered.YES
        assert error.retry
    assert peer.connections == 1
    assert peer.posts == 0


def test_id_is_sent_as_data_not_as_syntax(serve: Serve) -> None:
    peer = serve([("answer", 200, '{"code":0,"data":{}}')])
    assert make(peer.url + "/prefix/").query("a&b=/../#c d").task_id == "a&b=/../#c d"
    assert peer.requests[0][0] == (
        "GET /prefix/api/task/query?task_id=a%26b%3D%2F..%2F%23c+d HTTP/1.1"
    )


def test_kept_connection_that_died_is_replaced_once(serve: Serve) -> None:
    # Closed only when the second request arrives: the pool cannot have noticed before.
    dies = [("answer", 200, PENDING), "once more"]
    peer = serve(dies, [("answer", 200, PENDING)])
    client = make(peer.url)
    assert client.query("ta-1").phase is Phase.PENDING
    assert client.query("ta-1").phase is Phase.PENDING
    assert (peer.connections, len(peer.requests)) == (2, 3)


def test_fresh_connection_that_dies_is_not_repeated(serve: Serve) -> None:
    peer = serve(["close"], [("answer", 200, PENDING)])
    with pytest.raises(UpstreamError):
        make(peer.url).query("ta-1")
    assert len(peer.requests) == 1


def test_kept_connection_that_falls_silent_costs_one_deadline(serve: Serve) -> None:
    peer = serve([("answer", 200, PENDING), "hang"])
    client = make(peer.url, SHORT_SECONDS)
    client.query("ta-1")
    with ends_in_time(), pytest.raises(UpstreamError, match="deadline"):
        client.query("ta-1")
    assert peer.connections == 1


@pytest.mark.parametrize(
    ("data", "credit"),
    [
        ('{"credit":12.5}', Decimal("12.5")),
        ('{"credit":"7"}', Decimal(7)),
        ('{"credit":"-0.25"}', Decimal("-0.25")),
        ('{"credit":null}', None),
        ("null", None),
        ("[]", None),
    ],
)
def test_balance_is_read_from_number_or_text(
    serve: Serve, data: str, credit: Decimal | None
) -> None:
    peer = serve([("answer", 200, f'{{"code":0,"data":{data}}}')])
    assert make(peer.url).account().credit == credit
    assert peer.requests[0][0] == "GET /api/user HTTP/1.1"


@pytest.mark.parametrize(
    ("status", "expected"), [(401, "KeyRefused"), (404, "Transient"), (500, "Transient")]
)
def test_balance_that_cannot_be_had_is_an_error_of_the_tree(
    serve: Serve, status: int, expected: str
) -> None:
    with pytest.raises(UpstreamError) as caught:
        make(serve(says(status, HTML)).url).account()
    assert type(caught.value).__name__ == expected
