"""Counters for the statistics, and how often counted faults have occurred."""

from collections import Counter
from threading import Lock


class Counters:
    """Named counters, safe to share between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counts: Counter[str] = Counter()

    def add(self, name: str) -> int:
        """Increment a counter and return its new value."""
        with self._lock:
            self._counts[name] += 1
            return self._counts[name]

    def __getitem__(self, name: str) -> int:
        with self._lock:
            return self._counts[name]

    def reset(self) -> None:
        """Set every counter to zero."""
        with self._lock:
            self._counts.clear()


class FaultMemory:
    """How often a counted fault has occurred, per key; forgotten after a while, so that a prompt
    fails again later."""

    LAPSE_SECONDS = 300.0
    MAX_KEYS = 20_000

    def __init__(self) -> None:
        self._lock = Lock()
        self._strikes: dict[str, tuple[int, float, float]] = {}

    def strike(self, key: str, now: float, times: int | None) -> bool:
        """Return whether a fault that occurs ``times`` (None: always) occurs now, and count it."""
        if times is None:
            return True
        with self._lock:
            count, first, _ = self._recall(key, now, self.LAPSE_SECONDS)
            self._strikes[key] = (min(count + 1, times), first, now)
            self._trim()
            return count < times

    def seconds_left(self, key: str, now: float, seconds: float) -> float:
        """Return how much longer a fault lasts that began with the first call for this key."""
        with self._lock:
            count, first, _ = self._recall(key, now, seconds + self.LAPSE_SECONDS)
            self._strikes[key] = (count + 1, first, now)
            self._trim()
            return max(0.0, first + seconds - now)

    def _recall(self, key: str, now: float, lapse_seconds: float) -> tuple[int, float, float]:
        entry = self._strikes.pop(key, (0, now, now))
        return entry if now - entry[2] < lapse_seconds else (0, now, now)

    def _trim(self) -> None:
        if len(self._strikes) > self.MAX_KEYS:
            del self._strikes[next(iter(self._strikes))]

    def reset(self) -> None:
        """Forget every fault."""
        with self._lock:
            self._strikes.clear()
