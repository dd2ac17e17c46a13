"""The Redis cache of a test runner that shares its database with others."""

from django.core.cache.backends.redis import RedisCache


class OwnKeysCache(RedisCache):
    """Clears what carries its own prefix; Django's empties the whole database, others' too."""

    def clear(self) -> None:
        client = self._cache.get_client(None, write=True)
        for key in client.scan_iter(f"{self.key_prefix}:*"):
            client.delete(key)
