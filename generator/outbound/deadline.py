"""One call's budget of time and bytes, and sockets that keep to it.

A read timeout is no deadline: it starts anew with every byte. Here each single operation of a
socket gets what is left of the whole call, so a status line dripped byte by byte, a flood of
`100 Continue` or a chunked body without end all stop at the same instant, in the thread that
waits, with no timer thread and nothing to clean up. The call in progress is a context variable
(so: one per thread), because http.client reads through files that it makes itself.
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
    """The call's answer is longer than any it could use."""


class CallBudget:
    """Budget of one call, and the facts about it that decide what a failure means.

    `connect_timeout_seconds` covers name look-up, TCP and TLS together; `max_wire_bytes` is
    everything received, heads included, over all hops. Facts: `connected`, a connection stood, so
    bytes of the request may have left; `reused`, it came from the pool; `overrun`, too many bytes.
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
        """Begin one request of the call: a redirect's or a second try's."""
        self.connected = self.reused = False
        self._connect_by = time.monotonic() + self._connect_timeout_seconds

    @contextlib.contextmanager
    def in_progress(self) -> Iterator[None]:
        """Make this the thread's call in progress; needed around whatever touches its sockets."""
        token = _current.set(self)
        try:
            yield
        finally:
            _current.reset(token)

    @property
    def answered(self) -> bool:
        """True once a byte of an answer has come."""
        return self._wire_bytes > 0

    @property
    def expired(self) -> bool:
        """True once the call's time is over."""
        return time.monotonic() >= self._deadline

    def seconds_left(self) -> float:
        """Seconds to the deadline, above zero. Raises DeadlineExceeded."""
        seconds = self._deadline - time.monotonic()
        if seconds <= 0:
            raise DeadlineExceeded("the call's deadline passed")
        return seconds

    def connect_seconds_left(self) -> float:
        """Seconds left for connecting, above zero. Raises DeadlineExceeded."""
        seconds = min(self._connect_by, self._deadline) - time.monotonic()
        if seconds <= 0:
            raise DeadlineExceeded("no connection in time")
        return seconds

    def count(self, size: int) -> int:
        """Book `size` received bytes and return them. Raises TooManyBytes."""
        self._wire_bytes += size
        if self._wire_bytes > self._max_wire_bytes:
            self.overrun = True
            raise TooManyBytes(f"more than {self._max_wire_bytes} bytes received")
        return size


_current: contextvars.ContextVar[CallBudget] = contextvars.ContextVar("outbound_call")


def current() -> CallBudget:
    """The thread's call in progress. Raises LookupError if none is: no socket without a budget."""
    return _current.get()


class BoundedSocket(socket.socket):
    """A TCP socket whose every operation ends by the deadline of the call in progress.

    Only the operations that http.client uses. `sendall` of a plain socket takes its timeout as a
    total already, and so do a TLS socket's handshake and single read in OpenSSL's wrapper.
    """

    def recv_into(self, buffer: WriteableBuffer, nbytes: int = 0, flags: int = 0) -> int:
        """As the base's, within the call's time and byte budget."""
        call = current()
        self.settimeout(call.seconds_left())
        return call.count(super().recv_into(buffer, nbytes, flags))

    def sendall(self, data: ReadableBuffer, flags: int = 0) -> None:
        """As the base's, within the call's time."""
        self.settimeout(current().seconds_left())
        super().sendall(data, flags)


class BoundedTLSSocket(ssl.SSLSocket):
    """The same over TLS; made by a context whose `sslsocket_class` it is."""

    def do_handshake(self, block: bool = False) -> None:
        """As the base's, within the time for connecting."""
        self.settimeout(current().connect_seconds_left())
        super().do_handshake(block)

    def recv_into(self, buffer: WriteableBuffer, nbytes: int | None = None, flags: int = 0) -> int:
        """As the base's, within the call's time and byte budget."""
        call = current()
        self.settimeout(call.seconds_left())
        return call.count(super().recv_into(buffer, nbytes, flags))

    def send(self, data: ReadableBuffer, flags: int = 0) -> int:
        """As the base's, within the call's time; `sendall` is made of these."""
        self.settimeout(current().seconds_left())
        return super().send(data, flags)


def resolve(host: str, port: int, seconds: float) -> list[AddressInfo]:
    """The addresses of `host`, as getaddrinfo gives them, within `seconds`.

    getaddrinfo cannot be interrupted, so it runs in a thread of its own that is left behind when
    it takes too long; the system's resolver ends it. Raises OSError (DeadlineExceeded is one).
    """
    box: queue.SimpleQueue[list[Any] | Exception] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            box.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except Exception as error:
            box.put(error)

    threading.Thread(target=look_up, name="upstream-resolve", daemon=True).start()
    try:
        found = box.get(timeout=seconds)
    except queue.Empty:
        raise DeadlineExceeded(f"the name {host} was not resolved in time") from None
    if isinstance(found, UnicodeError):  # the codec's complaint about an overlong label
        raise OSError(f"{host[:100]!r} is no host name") from found
    if isinstance(found, Exception):
        raise found
    return found
