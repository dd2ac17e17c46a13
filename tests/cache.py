"""The Redis cache of a test runner that shares its database with others."""

from generator.redis_cache import TolerantCache


class OwnKeysCache(TolerantCache):
    """Clears what carries its own prefix; Django's empties the whole database, others' too."""

    def clear(self) -> None:
        client = self._cache.get_client(None, write=True)
        for key in client.scan_iter(f"{self.key_prefix}:*"):
            client.delete(key)
