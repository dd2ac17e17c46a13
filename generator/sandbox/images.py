"""The result files: painted ahead on a thread, cached in memory up to a limit.

An image depends on its task alone, so one that left the cache or was lost in a restart is painted
again with the same bytes.
"""

import traceback
from collections import OrderedDict
from collections.abc import Callable
from queue import SimpleQueue
from threading import BoundedSemaphore, Event, Lock, Thread

from generator.sandbox.painter import Order, paint, size_for
from generator.sandbox.results import FILES, forged_name
from generator.sandbox.tasks import Task

CACHE_BYTES = 32_000_000
PAINTERS = 2

FindTask = Callable[[str], Task | None]


class ImageStore:
    """Paints and caches result files. ``scale`` shrinks the sides of every image, for tests."""

    def __init__(self, find_task: FindTask, scale: float = 1.0) -> None:
        self._find_task = find_task
        self._scale = scale
        self._lock = Lock()
        self._cache: OrderedDict[str, bytes] = OrderedDict()
        self._cache_bytes = 0
        self._in_progress: dict[str, Event] = {}
        self._painters = BoundedSemaphore(PAINTERS)
        self._queue: SimpleQueue[tuple[Task, str] | None] = SimpleQueue()

    def start(self) -> None:
        """Start painting ahead."""
        Thread(target=self._work, name="sandbox-painter", daemon=True).start()

    def stop(self) -> None:
        """Stop painting ahead."""
        self._queue.put(None)

    def reset(self) -> None:
        """Empty the cache."""
        with self._lock:
            self._cache.clear()
            self._cache_bytes = 0

    def paint_ahead(self, task: Task) -> None:
        """Paint the images of an accepted task before they are requested."""
        for name in task.file_names:
            self._queue.put((task, name))

    def find(self, path: str, now: float) -> tuple[Task, str] | None:
        """Return the task and the file name for a URL's path, if the file exists at ``now``."""
        name = path.removeprefix(FILES)
        task = self._find_task(name.removeprefix("forged_").rpartition("_")[0])
        if task is None or not path.startswith(FILES):
            return None
        exists = name in task.file_names and task.is_final(now)
        return (task, name) if exists or name == forged_name(task) else None

    def read(self, task: Task, name: str) -> bytes:
        """Return the PNG of that name, painting it if it is not cached."""
        while True:
            with self._lock:
                if name in self._cache:
                    self._cache.move_to_end(name)
                    return self._cache[name]
                painted = self._in_progress.get(name)
                if painted is None:
                    self._in_progress[name] = Event()
                    break
            painted.wait()
        png = b""
        try:
            with self._painters:
                png = paint(self._order(task, name))
        finally:
            self._store(name, png)
        return png

    def _store(self, name: str, png: bytes) -> None:
        with self._lock:
            if png:
                self._cache[name] = png
                self._cache_bytes += len(png)
            # The newest stays even if it alone exceeds the limit: it is about to be fetched.
            while self._cache_bytes > CACHE_BYTES and len(self._cache) > 1:
                _, dropped = self._cache.popitem(last=False)
                self._cache_bytes -= len(dropped)
            self._in_progress.pop(name).set()

    def _order(self, task: Task, name: str) -> Order:
        side = task.scenario.side
        size = (side, side) if side else size_for(task.model, task.aspect_ratio, task.image_size)
        width, height = (max(64, round(pixels * self._scale)) for pixels in size)
        prompt = "a forged image" if name.startswith("forged_") else task.prompt
        return Order(prompt, task.model, name, width, height, task.tints)

    def _work(self) -> None:
        while (item := self._queue.get()) is not None:
            task, name = item
            # A reset may have removed it meanwhile.
            if self._find_task(task.task_id) is None:
                continue
            try:
                self.read(task, name)
            except Exception:  # the next image must still be painted
                traceback.print_exc()
