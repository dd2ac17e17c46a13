"""Counts for the statistics, and how often a counted fault has struck."""

from collections import Counter
from threading import Lock


class Counters:
    """Named counts, safe to share between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counts: Counter[str] = Counter()

    def add(self, name: str) -> int:
        """One more; gives the new count."""
        with self._lock:
            self._counts[name] += 1
            return self._counts[name]

    def __getitem__(self, name: str) -> int:
        with self._lock:
            return self._counts[name]

    def reset(self) -> None:
        """Back to zero."""
        with self._lock:
            self._counts.clear()


class FaultMemory:
    """How often a counted fault has struck, per key. Lapses, so that a prompt works again later."""

    LAPSE_SECONDS = 300.0
    KEEP = 20_000

    def __init__(self) -> None:
        self._lock = Lock()
        self._struck: dict[str, tuple[int, float, float]] = {}

    def strike(self, key: str, now: float, times: int | None) -> bool:
        """Whether a fault strikes once more, for one that strikes ``times`` (None: always)."""
        if times is None:
            return True
        with self._lock:
            count, first, _ = self._recall(key, now, self.LAPSE_SECONDS)
            self._struck[key] = (min(count + 1, times), first, now)
            self._trim()
            return count < times

    def window(self, key: str, now: float, seconds: float) -> float:
        """Seconds left of a fault that lasts ``seconds`` from its first strike; 0 once over."""
        with self._lock:
            count, first, _ = self._recall(key, now, seconds + self.LAPSE_SECONDS)
            self._struck[key] = (count + 1, first, now)
            self._trim()
            return max(0.0, first + seconds - now)

    def _recall(self, key: str, now: float, lapse_seconds: float) -> tuple[int, float, float]:
        have = self._struck.pop(key, (0, now, now))
        return have if now - have[2] < lapse_seconds else (0, now, now)

    def _trim(self) -> None:
        if len(self._struck) > self.KEEP:
            del self._struck[next(iter(self._struck))]

    def reset(self) -> None:
        """Forget all."""
        with self._lock:
            self._struck.clear()
