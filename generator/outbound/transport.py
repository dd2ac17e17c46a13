"""The guarded adapter: connections that check their destination, and headers that must be whole.

The check is made when the socket connects, on the IP address that is used. Every connection works
within the `CallBudget` in progress, and records there that it was established.
"""

import functools
import http.client
import socket
import ssl
from collections.abc import Iterable
from typing import Any

from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.poolmanager import PoolManager

from generator.outbound.deadline import BoundedSocket, BoundedTLSSocket, current, resolve
from generator.outbound.errors import BlockedURL
from generator.outbound.urlguard import host_port, is_public, normal_hosts

MAX_HEAD_BYTES = 131_072  # all lines before the body, interim answers included
MAX_ADDRESSES = 8


class _Head:
    """Replaces the socket's file while the headers of an answer are read.

    http.client takes a connection that ends among the headers for the end of the headers, and so
    for a 200 with an empty body; and it skips `100 Continue` without counting.
    """

    def __init__(self, file: Any) -> None:
        self.file = file
        self._bytes = 0

    def readline(self, limit: int) -> bytes:
        line: bytes = self.file.readline(limit)
        # If not even a first line arrives, leave it to http.client, which raises
        # RemoteDisconnected.
        if not line.endswith(b"\n") and len(line) < limit and (line or self._bytes):
            raise http.client.HTTPException("the answer's head was cut short")
        self._bytes += len(line)
        if self._bytes > MAX_HEAD_BYTES:
            raise http.client.HTTPException(f"the answer's head is over {MAX_HEAD_BYTES} bytes")
        return line

    def close(self) -> None:
        self.file.close()


class _WholeHeadResponse(http.client.HTTPResponse):
    """http.client's response, except that its headers must be whole and of a sane size."""

    fp: Any

    def begin(self, *args: Any, **options: Any) -> None:
        head = _Head(self.fp)
        self.fp = head
        try:
            super().begin(*args, **options)
        finally:
            if self.fp is head:
                self.fp = head.file


class _GuardedHTTPConnection(HTTPConnection):
    """Connects to the IP address it checked, within the time of the call in progress."""

    response_class = _WholeHeadResponse
    private_allowed = False

    def _new_conn(self) -> socket.socket:
        # The name for Host, SNI and the certificate belongs to urllib3 and stays unchanged.
        return _open_socket(self._dns_host, self.port, private_allowed=self.private_allowed)

    def connect(self) -> None:
        super().connect()
        current().connected = True

    def request(self, *args: Any, **kwargs: Any) -> None:
        call = current()
        if self.sock is not None and not call.connected:
            call.connected = call.reused = True
        super().request(*args, **kwargs)


class _GuardedHTTPSConnection(_GuardedHTTPConnection, HTTPSConnection):
    """The same over TLS; certificate and host name are verified as usual."""


def _open_socket(host: str, port: int, *, private_allowed: bool) -> socket.socket:
    """Return a socket connected to one of the host's IP addresses. Raise OSError or BlockedURL."""
    call = current()
    candidates = resolve(host, port, call.connect_seconds_left())
    if not private_allowed:
        # One private address blocks them all: such a name is misconfigured or hostile.
        for *_, address in candidates:
            if not is_public(str(address[0])):
                raise BlockedURL(f"{host[:200]} is at {address[0]}, not a public address")
    candidates = candidates[:MAX_ADDRESSES]
    failure = OSError(f"the name {host[:200]} has no address")
    for index, (family, kind, protocol, _, address) in enumerate(candidates):
        sock = BoundedSocket(family, kind, protocol)
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            # An even share of the time, so that a first address that drops packets leaves time for
            # others.
            sock.settimeout(call.connect_seconds_left() / (len(candidates) - index))
            sock.connect(address)
        except OSError as error:
            sock.close()
            failure = error
        except BaseException:
            sock.close()
            raise
        else:
            return sock
    raise failure


class _SharedContext(ssl.SSLContext):
    """A TLS context that threads may share.

    urllib3 sets the protocols again before each handshake; in OpenSSL this frees memory that a
    handshake in another thread may be copying at that moment.
    """

    def set_alpn_protocols(self, alpn_protocols: Iterable[str]) -> None:
        """Do nothing: `new_tls_context` sets them once."""


def new_tls_context(ca_file: str) -> ssl.SSLContext:
    """Return a TLS context that trusts `ca_file`'s roots, checks host names, and keeps
    deadlines."""
    context = _SharedContext(ssl.PROTOCOL_TLS_CLIENT)  # certificate and host name required
    context.load_verify_locations(ca_file)
    ssl.SSLContext.set_alpn_protocols(context, ["http/1.1"])
    context.sslsocket_class = BoundedTLSSocket
    return context


@functools.cache
def tls_context() -> ssl.SSLContext:
    """Return the one TLS context, with certifi's roots.

    Created once: reading the roots takes some 20 ms, and every submit opens a connection.
    """
    return new_tls_context(DEFAULT_CA_BUNDLE_PATH)


class _GuardedPools(PoolManager):
    def __init__(self, allowed: frozenset[str], **options: Any) -> None:
        super().__init__(**options)
        self._allowed = allowed

    def _new_pool(
        self,
        scheme: str,
        host: str,
        port: int,
        request_context: dict[str, Any] | None = None,
    ) -> HTTPConnectionPool:
        pool = super()._new_pool(scheme, host, port, request_context)
        base = _GuardedHTTPSConnection if scheme == "https" else _GuardedHTTPConnection
        allowed = host_port(host, port, scheme) in self._allowed
        # One class per pool, since the pool's options are a closed list.
        pool.ConnectionCls = type(base.__name__, (base,), {"private_allowed": allowed})
        return pool


class GuardedAdapter(HTTPAdapter):
    """requests' adapter with guarded connections; use it within a `CallBudget` only.

    allowed_private_hosts  `host:port` entries, as written in URLs, that may have any IP address;
                           every other host must have public IP addresses only
    pool_size              connections kept per host; more may be open, none waits

    Never retries, and always verifies certificates, whatever `verify` is passed.
    """

    def __init__(
        self, allowed_private_hosts: frozenset[str] = frozenset(), *, pool_size: int = 1
    ) -> None:
        self._allowed = normal_hosts(allowed_private_hosts)
        super().__init__(pool_connections=4, pool_maxsize=pool_size, max_retries=0)

    def init_poolmanager(
        self, connections: int, maxsize: int, block: bool = False, **pool_kwargs: Any
    ) -> None:
        """Create the pool manager; called by the base's constructor."""
        self.poolmanager = _GuardedPools(
            self._allowed,
            num_pools=connections,
            maxsize=maxsize,
            block=block,
            ssl_context=tls_context(),
            **pool_kwargs,
        )

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        """Do nothing: the TLS context holds the roots, and loading them again per connection into a
        context that threads share is a known race."""
