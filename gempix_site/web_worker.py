"""gunicorn's worker: waitress reads requests and sends answers, its threads only run the views.

One loop per process reads every request whole before a thread gets it, and sends what a thread has
answered, files included. So a slow client holds a connection, never a thread. Deadlines end those
connections, too.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from copy import copy
from types import FrameType
from typing import Any

from django.conf import settings
from gunicorn.workers.base import Worker as BaseWorker  # type: ignore[import-untyped]
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

# Between two requests, or before the first byte.
IDLE_SECONDS = 15.0
# For a whole head, and for a whole request.
HEAD_SECONDS = 10.0
REQUEST_SECONDS = 15 * 60.0
# Without a byte of a body sent or of an answer taken.
STALLED_SECONDS = 30.0
# A client may have been about to use a connection that is idle when the stop begins.
LINGER_SECONDS = 0.5
CONNECTIONS = 1000
# Of eight references at their limit (`generator.media.upload_limits`), and of one that is larger,
# which the form answers.
MAX_BODY_BYTES = 256 * 2**20
# Without a session cookie: a callback, or a small form. A body is stored before a view sees it.
MAX_STRANGERS_BODY_BYTES = 256 * 2**10 + 1
MAX_HEAD_BYTES = 32 * 2**10


class Parser(HTTPRequestParser):  # type: ignore[misc]
    """Refuses what a proxy in front could read in another way."""

    adj: Any

    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        is_chunked = self.chunked or "TRANSFER_ENCODING" in self.headers
        if self.version not in ("1.0", "1.1"):
            raise ParsingError("Unknown version of HTTP")
        if is_chunked and (self.version == "1.0" or "CONTENT_LENGTH" in self.headers):
            raise ParsingError("Two lengths")
        if f"{settings.SESSION_COOKIE_NAME}=" not in self.headers.get("COOKIE", ""):
            self.adj = copy(self.adj)
            self.adj.max_request_body_size = MAX_STRANGERS_BODY_BYTES


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection with deadlines."""

    parser_class = Parser
    received_from = 0.0  # when the first byte of the request arrived

    def received(self, data: bytes) -> bool:
        if self.request is None:
            self.received_from = time.time()
        return bool(super().received(data))

    def is_idle(self) -> bool:
        """Return whether there is nothing to finish: no whole head, no view, no answer."""
        is_receiving = self.request is not None and self.request.headers_finished
        return not (is_receiving or self.requests or self.total_outbufs_len)

    def is_overdue(self, now: float) -> bool:
        """Return whether a deadline has passed. A view has none while nothing waits to be sent."""
        if self.total_outbufs_len:
            return bool(now - self.last_activity > STALLED_SECONDS)
        if self.requests:
            return False
        if self.request is None:
            return bool(now - self.last_activity > IDLE_SECONDS)
        if not self.request.headers_finished:
            return now - self.received_from > HEAD_SECONDS
        is_stalled = now - self.last_activity > STALLED_SECONDS
        return is_stalled or now - self.received_from > REQUEST_SECONDS


class Server(TcpWSGIServer):  # type: ignore[misc]
    """One listening socket and its connections."""

    channel_class = Channel

    def maintenance(self, now: float) -> None:
        for channel in self.active_channels.values():
            if channel.is_overdue(now):
                channel.will_close = True
        # When connections are nearly used up, members get those of the longest idle.
        surplus = len(self.active_channels) - CONNECTIONS * 4 // 5
        if surplus > CONNECTIONS // 10:
            idle = [channel for channel in self.active_channels.values() if channel.is_idle()]
            for channel in sorted(idle, key=lambda channel: channel.last_activity)[:surplus]:
                channel.will_close = True


class Worker(BaseWorker):  # type: ignore[misc]
    """Kept alive, replaced and stopped by gunicorn."""

    server: Server | None = None

    def run(self) -> None:
        connections: dict[int, Any] = {}
        self.server = server = self._listen(connections)
        while self.alive and self.ppid == os.getppid():
            self._step(connections)
        server.accepting = False
        _end_waits()
        ends = time.time() + self.cfg.graceful_timeout
        while time.time() < ends and _has_work(server):
            self._step(connections, 0.1)

    def _listen(self, connections: dict[int, Any]) -> Server:
        (listener,) = [listener.sock for listener in self.sockets]
        adjustments = Adjustments(
            sockets=[listener],
            ident="gempix",
            # For a request without a host.
            server_name=listener.getsockname()[0],
            threads=self.cfg.threads,
            connection_limit=CONNECTIONS,
            cleanup_interval=1,
            recv_bytes=2**16,
            max_request_header_size=MAX_HEAD_BYTES,
            max_request_body_size=MAX_BODY_BYTES,
            # An image with its prompt inside is streamed; a reader must not hold its thread.
            outbuf_high_watermark=settings.GEMPIX_DOWNLOAD_MAX_BYTES + 2**20,
            log_socket_errors=False,
            # As gunicorn has it: Django alone decides what to trust.
            clear_untrusted_proxy_headers=False,
        )
        dispatcher = ThreadedTaskDispatcher()
        dispatcher.set_thread_count(self.cfg.threads)
        name = (listener.family, listener.type, listener.proto, listener.getsockname())
        return Server(
            self._application(self.wsgi),
            map=connections,
            _sock=listener,
            dispatcher=dispatcher,
            adj=adjustments,
            sockinfo=name,
            bind_socket=False,
        )

    def _application(self, wsgi: Application) -> Application:
        def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            # Only for the studio behind a proxy on this machine, as gunicorn has it.
            is_forwarded = environ["REMOTE_ADDR"] in ("127.0.0.1", "::1")
            if is_forwarded and environ.get("HTTP_X_FORWARDED_PROTO") == "https":
                environ["wsgi.url_scheme"] = "https"
            self.nr += 1
            if self.nr >= self.max_requests:
                self.alive = False
            return wsgi(environ, start_response)

        return application

    def _step(self, connections: dict[int, Any], seconds: float = 1.0) -> None:
        self.notify()
        wasyncore.loop(timeout=seconds, use_poll=True, map=connections, count=1)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self.alive = False
        if self.server:
            self.server.pull_trigger()

    def handle_quit(self, sig: int, frame: FrameType | None) -> None:
        _end_waits()
        super().handle_quit(sig, frame)


def _has_work(server: Server) -> bool:
    """Return whether a connection has something to finish; close those that have not."""
    now = time.time()
    for channel in server.active_channels.values():
        if channel.is_idle() and now - channel.last_activity > LINGER_SECONDS:
            channel.will_close = True
    return bool(server.active_channels)


def _end_waits() -> None:
    """End waiting requests; else a stop would take as long as the longest (`web.waiting`)."""
    # Not at the top: gunicorn loads this class before Django.
    from generator import changes

    changes.close()
