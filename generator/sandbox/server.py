"""The sandbox as one object, for the command and for tests in the same process.

with Sandbox(duration_seconds=0.3) as sandbox:
    client = Client(sandbox.url, key="dk-anything")
"""

from decimal import Decimal
from functools import partial
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Any, Self

from generator.sandbox.control import configure, stats_of
from generator.sandbox.routes import respond
from generator.sandbox.transport import Server
from generator.sandbox.world import Settings, World

START_CREDITS = Decimal(1000)
ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104


class Sandbox:
    """A stand-in upstream on its own thread.

    ``port`` 0 takes a free one. ``duration_seconds``: how long a task takes; ``exact``: without
    variation. ``credits``: the initial balance. ``public_url``: the base of the result files'
    URLs, by default the bound address. ``state_file``: preserves tasks over a restart.
    ``image_scale``: scales the sides of every image, below 1 for tests.
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        duration_seconds: float = 6.0,
        exact: bool = True,
        credits: Decimal = START_CREDITS,
        public_url: str = "",
        state_file: Path | None = None,
        image_scale: float = 1.0,
        verbose: bool = False,
    ) -> None:
        self._address = (host, port)
        self._public_url = public_url.rstrip("/")
        self._verbose = verbose
        self._server: Server | None = None
        self._world = World(
            Settings(duration_seconds, Decimal(credits), exact, state_file, image_scale)
        )
        self.url = ""

    def start(self) -> Self:
        """Bind and serve. Raise OSError if the address is in use, `journal.JournalError`."""
        # Bind first: without the address, this sandbox must not touch another one's state file.
        server = Server(*self._address, partial(respond, self._world), self._verbose)
        host, port = self._address[0], server.server_port
        host = ANYWHERE.get(host, host)
        self.url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        try:
            self._world.start(self._public_url or self.url)
        except BaseException:
            server.server_close()
            raise
        self._server = server
        Thread(
            target=server.serve_forever,
            kwargs={"poll_interval": 0.05},
            name="sandbox-server",
            daemon=True,
        ).start()
        return self

    def stop(self) -> None:
        """Stop at once and drop open connections. Harmless the second time."""
        server, self._server = self._server, None
        if server:
            server.stop()
            self._world.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def submits(self) -> int:
        """The number of submits received, including refused ones."""
        return self._world.counters["submits"]

    @property
    def accepted(self) -> int:
        """The number of submits that became a task."""
        return self._world.counters["accepted"]

    @property
    def queries(self) -> int:
        """The number of queries received."""
        return self._world.counters["queries"]

    @property
    def callbacks_sent(self) -> int:
        """The number of callbacks that were answered, with any status."""
        return self._world.counters["callbacks_sent"]

    @property
    def files(self) -> int:
        """The number of requests for result files."""
        return self._world.counters["files"]

    @property
    def by_prompt(self) -> dict[str, int]:
        """The number of accepted submits by prompt."""
        return dict(self.stats()["by_prompt"])

    @property
    def tasks(self) -> dict[str, dict[str, Any]]:
        """Every stored task by id, as in `stats`, oldest first."""
        return dict(self.stats()["tasks"])

    def stats(self) -> dict[str, Any]:
        """Return what ``GET /sandbox/stats`` answers."""
        return stats_of(self._world)

    def configure(
        self,
        *,
        duration_seconds: float | None = None,
        credits: Decimal | float | None = None,
        down: bool | None = None,
        reject_keys: bool | None = None,
        hold: list[str] | None = None,
        hold_answers: list[str] | None = None,
    ) -> None:
        """Do what ``POST /sandbox/config`` does, see `control.configure`. Raise ValueError."""
        configure(
            self._world,
            duration_seconds=duration_seconds,
            credits=credits,
            down=down,
            reject_keys=reject_keys,
            hold=hold,
            hold_answers=hold_answers,
        )

    def reset(self) -> None:
        """Do what ``POST /sandbox/reset`` does: no tasks, zero counters, the initial settings."""
        self._world.reset()
