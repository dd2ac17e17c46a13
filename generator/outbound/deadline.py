"""One call's budget of time and bytes, and sockets that keep to it.

A read timeout is not a deadline: it restarts with every byte. Here each operation of a socket has
only what is left of the whole call's time, so a status line sent byte by byte, a flood of `100
Continue` or an endless chunked body all stop at the same instant, in the thread that waits, with no
timer thread and nothing to clean up. The call in progress is a context variable (so one per
thread), because http.client reads through files that it creates itself.
"""

from __future__ import annotations

import contextlib
import contextvars
import queue
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

AddressInfo = tuple[int, int, int, str, tuple[Any, ...]]


class DeadlineExceeded(TimeoutError):
    """The call's time is over."""


class TooManyBytes(OSError):
    """The call's answer is longer than any usable one."""


class CallBudget:
    """The budget of one call, and what decides the meaning of a failure.

    `connect_timeout_seconds` covers name resolution, TCP and TLS together; `max_wire_bytes` is
    everything received, headers included, over all hops. `connected`: a connection was established,
    so bytes of the request may have left. `reused`: it came from the pool. `overrun`: too many
    bytes.
    """

    def __init__(
        self, *, deadline_seconds: float, connect_timeout_seconds: float, max_wire_bytes: int
    ) -> None:
        self._deadline = time.monotonic() + deadline_seconds
        self._connect_timeout_seconds = connect_timeout_seconds
        self._connect_by = self._deadline
        self._max_wire_bytes = max_wire_bytes
        self._wire_bytes = 0
        self.overrun = False
        self.connected = False
        self.reused = False

    def start_hop(self) -> None:
        """Begin one request of the call: a redirect's or a retry's."""
        self.connected = self.reused = False
        self._connect_by = time.monotonic() + self._connect_timeout_seconds

    @contextlib.contextmanager
    def in_progress(self) -> Iterator[None]:
        """Make this the thread's call in progress; required around any use of its sockets."""
        token = _current.set(self)
        try:
            yield
        finally:
            _current.reset(token)

    @property
    def answered(self) -> bool:
        """Return whether any byte of an answer was received."""
        return self._wire_bytes > 0

    @property
    def expired(self) -> bool:
        """Return whether the call's time is over."""
        return time.monotonic() >= self._deadline

    def seconds_left(self) -> float:
        """Return the seconds to the deadline, above zero. Raise DeadlineExceeded."""
        seconds = self._deadline - time.monotonic()
        if seconds <= 0:
            raise DeadlineExceeded("the call's deadline passed")
        return seconds

    def connect_seconds_left(self) -> float:
        """Return the seconds left for connecting, above zero. Raise DeadlineExceeded."""
        seconds = min(self._connect_by, self._deadline) - time.monotonic()
        if seconds <= 0:
            raise DeadlineExceeded("no connection in time")
        return seconds

    def count(self, size: int) -> int:
        """Count `size` received bytes and return them. Raise TooManyBytes."""
        self._wire_bytes += size
        if self._wire_bytes > self._max_wire_bytes:
            self.overrun = True
            raise TooManyBytes(f"more than {self._max_wire_bytes} bytes received")
        return size


_current: contextvars.ContextVar[CallBudget] = contextvars.ContextVar("outbound_call")


def current() -> CallBudget:
    """Return the thread's call in progress. Raise LookupError if there is none: no socket without a
    budget."""
    return _current.get()


class BoundedSocket(socket.socket):
    """A TCP socket whose every operation ends by the deadline of the call in progress.

    It overrides only the operations that http.client uses. `sendall` of a plain socket already
    treats its timeout as a total, and so do a TLS socket's handshake and single read in OpenSSL's
    wrapper.
    """

    def recv_into(self, buffer: WriteableBuffer, nbytes: int = 0, flags: int = 0) -> int:
        """Receive within the call's time and byte budget."""
        call = current()
        self.settimeout(call.seconds_left())
        return call.count(super().recv_into(buffer, nbytes, flags))

    def sendall(self, data: ReadableBuffer, flags: int = 0) -> None:
        """Send within the call's time."""
        self.settimeout(current().seconds_left())
        super().sendall(data, flags)


class BoundedTLSSocket(ssl.SSLSocket):
    """The same over TLS; set it as the `sslsocket_class` of a context."""

    def do_handshake(self, block: bool = False) -> None:
        """Shake hands within the time for connecting."""
        self.settimeout(current().connect_seconds_left())
        super().do_handshake(block)

    def recv_into(self, buffer: WriteableBuffer, nbytes: int | None = None, flags: int = 0) -> int:
        """Receive within the call's time and byte budget."""
        call = current()
        self.settimeout(call.seconds_left())
        return call.count(super().recv_into(buffer, nbytes, flags))

    def send(self, data: ReadableBuffer, flags: int = 0) -> int:
        """Send within the call's time; `sendall` calls this."""
        self.settimeout(current().seconds_left())
        return super().send(data, flags)


def resolve(host: str, port: int, seconds: float) -> list[AddressInfo]:
    """Return the IP addresses of `host`, in getaddrinfo's form, within `seconds`.

    getaddrinfo cannot be interrupted, so it runs in its own thread, which is left behind if it
    takes too long; the system's resolver ends it. Raise OSError (DeadlineExceeded is one).
    """
    box: queue.SimpleQueue[list[Any] | Exception] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            box.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except Exception as error:
            box.put(error)

    threading.Thread(target=look_up, name="upstream-resolve", daemon=True).start()
    try:
        result = box.get(timeout=seconds)
    except queue.Empty:
        raise DeadlineExceeded(f"the name {host} was not resolved in time") from None
    if isinstance(result, UnicodeError):  # raised by the codec for an overlong label
        raise OSError(f"{host[:100]!r} is no host name") from result
    if isinstance(result, Exception):
        raise result
    return result
