"""Sockets: HTTP/1.1 with keep-alive, a thread per connection, and limits for bad clients."""

import contextlib
import socket
import struct
import sys
import time
import traceback
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from threading import Event, Lock
from typing import Any

from generator.sandbox.behavior import Answer
from generator.sandbox.wire import Reply, Request, failure, request_of

MAX_BODY_BYTES = 64 * 1024 * 1024
IDLE_SECONDS = 75.0
SILENCE_SECONDS = 120.0

Respond = Callable[[Request], Reply]


class Server(ThreadingHTTPServer):
    """Listens from construction on; ``respond`` turns a request into a reply."""

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 1024

    def __init__(self, host: str, port: int, respond: Respond, verbose: bool) -> None:
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.respond = respond
        self.verbose = verbose
        self.stopping = Event()
        self._open: set[socket.socket] = set()
        self._open_lock = Lock()
        super().__init__((host, port), Handler)

    def server_bind(self) -> None:
        # HTTPServer's own method looks up the full host name, which can take seconds.
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._open_lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._open_lock:
            known = request in self._open
            self._open.discard(request)
        if known:
            super().shutdown_request(request)
        else:
            # To be reset: a half-close first would end it normally.
            self.close_request(request)

    def reset_connection(self, connection: socket.socket) -> None:
        """Make the connection end with a reset when it is closed."""
        linger = struct.pack("ii", 1, 0)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        with self._open_lock:
            self._open.discard(connection)

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), OSError):
            traceback.print_exc()

    def stop(self) -> None:
        """Stop listening and drop every connection. ``serve_forever`` must be running."""
        self.stopping.set()
        self.shutdown()
        self.server_close()
        # The threads of keep-alive connections would continue to serve them.
        with self._open_lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: Server
    protocol_version = "HTTP/1.1"
    timeout = IDLE_SECONDS
    disable_nagle_algorithm = True
    wbufsize = -1  # headers and body leave together
    error_content_type = "application/json"
    error_message_format = '{"code": 1, "message": "%(message)s"}'

    def _handle(self) -> None:
        started = time.perf_counter()
        body = self._body()
        if isinstance(body, Reply):
            reply = body
            self.close_connection = True
        else:
            reply = self._respond(body)
        with contextlib.suppress(OSError):
            self._send(reply)
        self._log(reply, time.perf_counter() - started)

    do_GET = do_POST = do_HEAD = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _handle

    def _body(self) -> bytes | Reply:
        if "transfer-encoding" in self.headers:
            return failure(411, "Content-Length is required")
        length = self.headers.get("content-length", "0")
        if not (length.isascii() and length.isdigit()):
            return failure(400, "Content-Length is not a number")
        if int(length) > MAX_BODY_BYTES:
            return failure(413, f"the request body is larger than {MAX_BODY_BYTES} bytes")
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            raise ConnectionAbortedError("the client disconnected in the middle of its body")
        return body

    def _respond(self, body: bytes) -> Reply:
        try:
            request = request_of(self.command, self.path, dict(self.headers.items()), body)
        except ValueError:
            return failure(400, "the request's URL is malformed")
        try:
            return self.server.respond(request)
        except Exception:  # one bad request must not look like a dead server
            traceback.print_exc()
            return failure(500, "internal error in the sandbox, see its terminal")

    def _send(self, reply: Reply) -> None:
        if reply.answer is Answer.SILENT:
            self._stay_silent()
        elif reply.answer is Answer.RESET:
            self.server.reset_connection(self.connection)
            self.close_connection = True
        else:
            self._write(reply)

    def _write(self, reply: Reply) -> None:
        cut = reply.answer is Answer.CUT
        if cut:
            self.close_connection = True
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(reply.body)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if self.close_connection and not cut:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.body[: len(reply.body) // 2] if cut else reply.body)
        self.wfile.flush()

    def _stay_silent(self) -> None:
        """Wait until the client disconnects, or long enough, then close without an answer."""
        self.close_connection = True
        self.connection.settimeout(SILENCE_SECONDS)
        self.connection.recv(1)

    def _log(self, reply: Reply, seconds: float) -> None:
        if self.server.verbose:
            outcome = reply.status if reply.answer is Answer.SEND else reply.answer.value
            line = f"{self.command} {self.path[:120]} {outcome} {seconds * 1000:.0f} ms"
            print(time.strftime("%H:%M:%S"), ascii(line)[1:-1], file=sys.stderr, flush=True)

    def version_string(self) -> str:
        """Return the value of the Server header."""
        return "GemPixSandbox/1.0"

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing: `_log` writes one line per request, and never a header."""
