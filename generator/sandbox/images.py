"""The result files: painted ahead on a thread of their own, kept in memory up to a limit.

Painting is a function of the task alone, so an image that fell out of the cache, or was lost by
a restart, comes back as the same bytes.
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


class ImageShop:
    """Gives the bytes of result files. ``scale`` shrinks every image, for load tests."""

    def __init__(self, find_task: FindTask, scale: float = 1.0) -> None:
        self._find_task = find_task
        self._scale = scale
        self._lock = Lock()
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._kept_bytes = 0
        self._underway: dict[str, Event] = {}
        self._easels = BoundedSemaphore(PAINTERS)
        self._ahead: SimpleQueue[tuple[Task, str] | None] = SimpleQueue()

    def start(self) -> None:
        """Begin to paint ahead."""
        Thread(target=self._work, name="sandbox-painter", daemon=True).start()

    def stop(self) -> None:
        """Paint ahead no more."""
        self._ahead.put(None)

    def reset(self) -> None:
        """Empty the cache."""
        with self._lock:
            self._kept.clear()
            self._kept_bytes = 0

    def expect(self, task: Task) -> None:
        """Paint the images of an accepted task before they are asked for."""
        for name in task.file_names:
            self._ahead.put((task, name))

    def find(self, path: str, now: float) -> tuple[Task, str] | None:
        """The task and file name behind a URL's path, if that file exists at ``now``."""
        name = path.removeprefix(FILES)
        task = self._find_task(name.removeprefix("forged_").rpartition("_")[0])
        if task is None or not path.startswith(FILES):
            return None
        exists = name in task.file_names and task.is_final(now)
        return (task, name) if exists or name == forged_name(task) else None

    def read(self, task: Task, name: str) -> bytes:
        """The PNG of that name; paints it if it is not there yet."""
        while True:
            with self._lock:
                if name in self._kept:
                    self._kept.move_to_end(name)
                    return self._kept[name]
                busy = self._underway.get(name)
                if busy is None:
                    self._underway[name] = Event()
                    break
            busy.wait()
        png = b""
        try:
            with self._easels:
                png = paint(self._order(task, name))
        finally:
            self._keep(name, png)
        return png

    def _keep(self, name: str, png: bytes) -> None:
        with self._lock:
            if png:
                self._kept[name] = png
                self._kept_bytes += len(png)
            # The newest stays even alone above the limit: somebody is about to fetch it.
            while self._kept_bytes > CACHE_BYTES and len(self._kept) > 1:
                _, dropped = self._kept.popitem(last=False)
                self._kept_bytes -= len(dropped)
            self._underway.pop(name).set()

    def _order(self, task: Task, name: str) -> Order:
        side = task.scenario.side
        size = (side, side) if side else size_for(task.model, task.aspect_ratio, task.image_size)
        width, height = (max(64, round(pixels * self._scale)) for pixels in size)
        prompt = "a forged image" if name.startswith("forged_") else task.prompt
        return Order(prompt, task.model, name, width, height, task.tints)

    def _work(self) -> None:
        while (item := self._ahead.get()) is not None:
            task, name = item
            # A reset may have dropped it meanwhile.
            if self._find_task(task.task_id) is None:
                continue
            try:
                self.read(task, name)
            except Exception:  # the next image must not suffer
                traceback.print_exc()
