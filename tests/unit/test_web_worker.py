"""The web server's deadlines: which connections end, and which are left alone."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from gempix_site.web_worker import CONNECTIONS, Channel, Server

HEAD = SimpleNamespace(headers_finished=False)
BODY = SimpleNamespace(headers_finished=True)
NOW = 10_000.0


def channel(quiet: float = 0, since: float = 0, **state: Any) -> Channel:
    """Return a connection without a byte for `quiet` seconds, whose request began `since` ago."""
    made = Channel.__new__(Channel)
    made.requests, made.last_activity, made.received_from = [], NOW - quiet, NOW - since
    for name, value in state.items():
        setattr(made, name, value)
    return made


@pytest.mark.parametrize(
    ("each", "overdue"),
    [
        (channel(quiet=14), False),
        (channel(quiet=16), True),
        (channel(since=9, request=HEAD), False),
        (channel(since=11, request=HEAD), True),
        (channel(quiet=29, since=800, request=BODY), False),
        (channel(quiet=31, since=31, request=BODY), True),
        (channel(quiet=0, since=901, request=BODY), True),
        (channel(quiet=500, since=500, requests=[BODY]), False),
        (channel(quiet=29, requests=[BODY], total_outbufs_len=1), False),
        (channel(quiet=31, requests=[BODY], total_outbufs_len=1), True),
        (channel(quiet=31, total_outbufs_len=1), True),
    ],
    ids=lambda value: None if isinstance(value, Channel) else str(value),
)
def test_connection_has_deadlines(each: Channel, overdue: bool) -> None:
    assert each.is_overdue(NOW) is overdue


def test_longest_idle_connections_make_room() -> None:
    server = Server.__new__(Server)
    busy = channel(requests=[BODY], quiet=14)
    idle = [channel(quiet=number / CONNECTIONS) for number in range(CONNECTIONS)]
    server.active_channels = dict(enumerate([busy, *idle]))
    server.maintenance(NOW)
    assert not busy.will_close
    assert [each.will_close for each in idle] == [False] * (CONNECTIONS - 201) + [True] * 201


def test_quiet_server_closes_nothing() -> None:
    server = Server.__new__(Server)
    server.active_channels = dict(enumerate(channel() for _ in range(CONNECTIONS // 2)))
    server.maintenance(NOW)
    assert not any(each.will_close for each in server.active_channels.values())
