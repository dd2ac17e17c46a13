"""A cache whose server is away, mute or wrong behaves like an empty one, and quickly."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from generator import redis_cache
from generator.redis_cache import CacheAway, CacheRefuses, Outage, TolerantCache
from generator.supervisor import preflight
from generator.supervisor.locks import CannotStart


class FakeRedis:
    """Says the same to everybody, or nothing."""

    def __init__(self, answer: bytes) -> None:
        self.answer = answer
        self.connections = 0
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"redis://127.0.0.1:{self.socket.getsockname()[1]}/0"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        held = []
        with suppress(OSError):
            while True:
                peer, _ = self.socket.accept()
                self.connections += 1
                held.append(peer)
                threading.Thread(target=self._answer, args=[peer], daemon=True).start()

    def _answer(self, peer: socket.socket) -> None:
        with suppress(OSError):
            while peer.recv(65536):
                peer.sendall(self.answer)


@pytest.fixture(autouse=True)
def outage(monkeypatch: pytest.MonkeyPatch) -> Outage:
    outage = Outage()
    monkeypatch.setattr(redis_cache, "outage", outage)
    return outage


@pytest.fixture
def mute() -> Iterator[FakeRedis]:
    server = FakeRedis(b"")
    yield server
    server.socket.close()


def use(cache: TolerantCache) -> list[object]:
    """Call everything that a cache can do."""
    cache.set("a", 1)
    cache.set_many({"a": 1})
    cache.delete_many(["a"])
    cache.clear()
    with pytest.raises(ValueError, match="not found"):
        cache.incr("a")
    return [
        cache.get("a"),
        cache.get("a", 7),
        cache.get_many(["a", "b"]),
        cache.add("a", 1),
        cache.touch("a"),
        cache.delete("a"),
        cache.has_key("a"),
        cache.get_or_set("a", 5),
    ]


EMPTY: list[object] = [None, 7, {}, False, False, False, False, 5]


def test_every_call_without_a_server_is_one_to_an_empty_cache(
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert use(TolerantCache(["redis://127.0.0.1:1/0"], {})) == EMPTY
    (line,) = caplog.messages
    assert "Redis is away (REDIS_URL)" in line


def test_mute_server_is_waited_for_once(mute: FakeRedis) -> None:
    cache, began = TolerantCache([mute.url], {}), time.monotonic()
    assert use(cache) == EMPTY
    assert use(cache) == EMPTY
    assert time.monotonic() - began < 4 * redis_cache.TIMEOUT_SECONDS
    assert mute.connections <= 2


def test_it_is_asked_again_after_a_while_by_one_caller(
    outage: Outage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    clock = [100.0]
    monkeypatch.setattr("generator.redis_cache.time.monotonic", lambda: clock[0])
    outage.begins(OSError("gone"))
    assert not outage.may_ask()
    clock[0] += redis_cache.PAUSE_SECONDS
    assert [outage.may_ask(), outage.may_ask()] == [True, False]
    outage.ends()
    assert [outage.may_ask(), outage.may_ask()] == [True, True]
    assert len(caplog.messages) == 2


def test_what_another_version_wrote_is_missing() -> None:
    serializer = redis_cache.TolerantSerializer()
    assert serializer.loads(b"\x80\x04garbage") is None
    assert serializer.loads(serializer.dumps({"a": 1})) == {"a": 1}


@pytest.mark.parametrize(
    "answer",
    [
        b"-NOAUTH Authentication required.\r\n",
        b"-WRONGPASS invalid username-password pair\r\n",
        b"-ERR DB index is out of range\r\n",
        b"-READONLY You can't write against a read only replica.\r\n",
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
    ],
)
def test_server_that_refuses_stops_the_start(
    answer: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = FakeRedis(answer)
    cache = TolerantCache([server.url], {})
    with pytest.raises(CacheRefuses):
        cache.check()
    monkeypatch.setattr(redis_cache, "caches", {"default": cache})
    with pytest.raises(CannotStart, match="REDIS_URL"):
        preflight.cache()
    assert use(cache) == EMPTY
    server.socket.close()


def test_server_that_is_away_is_told_at_the_start(
    mute: FakeRedis, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for url in ("redis://127.0.0.1:1/0", mute.url, "redis://no-such-host.invalid/0"):
        cache = TolerantCache([url], {})
        with pytest.raises(CacheAway):
            cache.check()
        monkeypatch.setattr(redis_cache, "caches", {"default": cache})
        preflight.cache()
        assert "Redis cannot be reached (REDIS_URL)" in caplog.messages[-1]
