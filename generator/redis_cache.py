"""The Redis cache, whose loss costs speed and nothing else.

Only what can be computed again is cached; sessions and limits are in the database. If Redis does
not answer, every call does what it would do with an empty cache. After an error nobody asks it for
a while, so that a page with several calls does not wait for each of them.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

import redis
from django.core.cache import caches
from django.core.cache.backends.redis import RedisCache, RedisCacheClient, RedisSerializer
from redis.backoff import NoBackoff
from redis.retry import Retry

log = logging.getLogger(__name__)

# Redis on the same network answers within a millisecond.
TIMEOUT_SECONDS = 0.5
PAUSE_SECONDS = 10.0
# One retry, at once: after a restart of Redis, every open connection is a dead one.
CONNECTION: dict[str, Any] = {
    "socket_connect_timeout": TIMEOUT_SECONDS,
    "socket_timeout": TIMEOUT_SECONDS,
    "retry": Retry(NoBackoff(), 1),
}
# What Redis says when it is there and will never do as asked: a wrong password or database.
REFUSALS = (redis.AuthenticationError, redis.ResponseError, redis.InvalidResponse)


class CacheAway(Exception):
    """Redis did not answer; the text says why."""


class CacheRefuses(CacheAway):
    """Redis answered, and the setting is wrong."""


class Outage:
    """Whether Redis is away, for all threads of this process: each has connections of its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ask_again_at: float | None = None

    def may_ask(self) -> bool:
        """Return whether to ask Redis; in an outage, one call in each pause does so for all."""
        with self._lock:
            if self._ask_again_at is None:
                return True
            if time.monotonic() < self._ask_again_at:
                return False
            self._ask_again_at = time.monotonic() + PAUSE_SECONDS
            return True

    def begins(self, error: Exception) -> None:
        with self._lock:
            is_new, self._ask_again_at = (
                self._ask_again_at is None,
                time.monotonic() + PAUSE_SECONDS,
            )
        if is_new:
            log.warning("Redis is away (REDIS_URL), pages are computed without it: %s", error)

    def ends(self) -> None:
        if self._ask_again_at is not None:
            with self._lock:
                self._ask_again_at = None
            log.warning("Redis answers again (REDIS_URL)")


outage = Outage()


class TolerantSerializer(RedisSerializer):
    """Takes what cannot be read, such as another version's, for missing."""

    def loads(self, data: Any) -> Any:
        try:
            return super().loads(data)
        except Exception:  # whatever unpickling foreign bytes raises
            return None


class TolerantClient(RedisCacheClient):
    """Does what an empty cache would do while Redis is away."""

    def __init__(self, servers: list[str], **options: Any) -> None:
        super().__init__(servers, serializer=TolerantSerializer, **(CONNECTION | options))

    def _ask(self, call: Callable[..., Any], *arguments: Any, otherwise: Any) -> Any:
        if not outage.may_ask():
            return otherwise
        try:
            answer = call(*arguments)
        except (redis.RedisError, OSError) as error:
            outage.begins(error)
            return otherwise
        outage.ends()
        return answer

    def add(self, key: Any, value: Any, timeout: Any) -> Any:
        return self._ask(super().add, key, value, timeout, otherwise=False)

    def get(self, key: Any, default: Any) -> Any:
        value = self._ask(super().get, key, None, otherwise=None)
        return default if value is None else value

    def set(self, key: Any, value: Any, timeout: Any) -> None:
        self._ask(super().set, key, value, timeout, otherwise=None)

    def touch(self, key: Any, timeout: Any) -> Any:
        return self._ask(super().touch, key, timeout, otherwise=False)

    def delete(self, key: Any) -> Any:
        return self._ask(super().delete, key, otherwise=False)

    def get_many(self, keys: Any) -> dict[Any, Any]:
        values = self._ask(super().get_many, keys, otherwise={})
        return {key: value for key, value in values.items() if value is not None}

    def has_key(self, key: Any) -> Any:
        return self._ask(super().has_key, key, otherwise=False)

    def incr(self, key: Any, delta: int) -> Any:
        value = self._ask(super().incr, key, delta, otherwise=None)
        if value is None:
            raise ValueError(f"Key {key!r} not found.")  # as Django's does for a missing one
        return value

    def set_many(self, data: Any, timeout: Any) -> None:
        self._ask(super().set_many, data, timeout, otherwise=None)

    def delete_many(self, keys: Any) -> None:
        self._ask(super().delete_many, keys, otherwise=None)

    def clear(self) -> Any:
        return self._ask(super().clear, otherwise=False)


class TolerantCache(RedisCache):
    """Named in the settings if `REDIS_URL` is set."""

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = TolerantClient

    def check(self) -> None:
        """Ask Redis, also during an outage. Raise `CacheAway`, or `CacheRefuses` if the setting
        must be wrong."""
        try:
            # A write, which a replica or an account that may only read refuses.
            self._cache.get_client(None, write=True).set(self.make_key("check"), 1, ex=1)
        except REFUSALS as error:
            raise CacheRefuses(str(error)) from None
        except (redis.RedisError, OSError) as error:
            raise CacheAway(str(error)) from None


def check() -> None:
    """Do so for the configured cache. Without Redis it is memory, which is always there."""
    cache = caches["default"]
    if isinstance(cache, TolerantCache):
        cache.check()
