"""A peer on loopback that answers by script, byte for byte, and remembers what it was sent.

A script is a list of steps for one connection; the last script given serves all further
connections. The request is read first, unless the script begins with "unread".

b"…"                              send these bytes
("answer", status, body, headers) send a proper answer; headers (a dict) may be left out
("drip", bytes, seconds)          send byte by byte with that pause, over and over
("flood", bytes)                  send over and over, as fast as it is taken
"echo"                            answer with a pending task of the id that was asked after
"touch"                           wait for the first byte without reading it
"hang"                            stay silent, reading, until the other side goes away
"idle"                            stay silent without reading, until the test is over
"reset"                           close with a TCP reset
"again"                           read the next request and begin the script anew
"once more"                       read the next request and go on with the next step

A body that is costly to make may be a function of no arguments that returns it. In all that is
sent, `@URL@`, `@HOST@` and `@PORT@` stand for the peer's own, `@ELSEWHERE@` and `@OTHER_PORT@` for
another host that must not be asked, and its port, `@IN_TEN_MINUTES@` for a date of HTTP.
"""

import contextlib
import email.utils
import select
import shutil
import socket
import ssl
import struct
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest

Script = list[Any]

PENDING = '{"code":0,"data":{"task_id":"%s","status":"pending"}}'
# However patient the other side is: by then a drip, a flood or a silence is over, and the test
# fails instead of hanging.
PATIENCE_SECONDS = 30


class Peer:
    """The listening side. `requests` holds (request line, head, body) of all that was read.

    `elsewhere` is the `host:port` that scripts call `@ELSEWHERE@`.
    """

    def __init__(
        self, scripts: tuple[Script, ...], tls: ssl.SSLContext | None = None, elsewhere: str = ""
    ) -> None:
        self.scripts = scripts
        self.tls = tls
        self.elsewhere = elsewhere
        self.requests: list[tuple[str, str, bytes]] = []
        self.connections = 0
        self.stopped = threading.Event()
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """The peer's URL; over TLS by the name that its certificate has."""
        return f"https://localhost:{self.port}" if self.tls else f"http://{self.host}"

    @property
    def posts(self) -> int:
        return sum(line.startswith("POST") for line, _, _ in self.requests)

    def filled(self, text: str) -> str:
        """Return the text with the names of the scripts replaced."""
        return self._fill(text.encode()).decode()

    def stop(self) -> None:
        """Close the listener and every connection. May be called twice."""
        self.stopped.set()
        with contextlib.suppress(OSError), socket.socket() as waker:
            waker.connect(("127.0.0.1", self.port))
        for thread in self._threads:
            thread.join(5)
        self._listener.close()

    def _accept(self) -> None:
        while not self.stopped.is_set():
            conn, _ = self._listener.accept()
            if self.stopped.is_set():  # it is the connection that `stop` makes
                conn.close()
                return
            with self._lock:
                script = self.scripts[min(self.connections, len(self.scripts) - 1)]
                self.connections += 1
            thread = threading.Thread(target=self._serve, args=(conn, script), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, conn: socket.socket, script: Script) -> None:
        with contextlib.suppress(OSError, ValueError), contextlib.ExitStack() as stack:
            stack.callback(conn.close)
            conn.settimeout(0.05)
            if self.tls:
                conn.settimeout(5)
                conn = self.tls.wrap_socket(conn, server_side=True)
                stack.callback(conn.close)
                conn.settimeout(0.05)
            while self._play(conn, script):
                pass

    def _play(self, conn: socket.socket, script: Script) -> bool:
        """Run the script once; return True if it wants to go on."""
        line = "" if script[0] == "unread" else self._read_request(conn)
        if script[0] != "unread" and not line:
            return False
        for step in script:
            if isinstance(step, bytes):
                self._send(conn, self._fill(step))
            elif isinstance(step, tuple):
                self._play_tuple(conn, step)
            elif step == "echo":
                task_id = line.split(" ")[1].partition("task_id=")[2]
                self._send(conn, answer_bytes(200, PENDING % task_id))
            elif step == "touch":
                select.select([conn], [], [], 10)
            elif step == "hang":
                while self._receive(conn):
                    pass
            elif step == "idle":
                self.stopped.wait(PATIENCE_SECONDS)
            elif step == "reset":
                conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            elif step == "once more":
                self._read_request(conn)
            elif step == "again":
                return True
        return False

    def _play_tuple(self, conn: socket.socket, step: tuple[Any, ...]) -> None:
        ends = time.monotonic() + PATIENCE_SECONDS
        if step[0] == "answer":
            self._send(conn, self._answer(*step[1:]))
        while step[0] == "drip" and not self._is_over(ends):
            for byte in self._fill(step[1]):
                conn.sendall(bytes([byte]))
                self.stopped.wait(step[2])
        while step[0] == "flood" and not self._is_over(ends):
            self._send(conn, step[1])

    def _is_over(self, ends: float) -> bool:
        return self.stopped.is_set() or time.monotonic() > ends

    def _fill(self, data: bytes) -> bytes:
        if b"@" not in data:
            return data
        names = {"URL": self.url, "HOST": self.host, "PORT": str(self.port)}
        other_port = self.elsewhere.rpartition(":")[2]
        later = email.utils.formatdate(time.time() + 600, usegmt=True)
        names |= {"ELSEWHERE": self.elsewhere, "OTHER_PORT": other_port, "IN_TEN_MINUTES": later}
        for name, value in names.items():
            data = data.replace(f"@{name}@".encode(), value.encode())
        return data

    def _answer(
        self,
        status: int,
        body: str | bytes | Callable[[], bytes],
        headers: dict[str, str] | None = None,
    ) -> bytes:
        content = body() if callable(body) else body
        content = self._fill(content.encode() if isinstance(content, str) else content)
        values = {
            name: self._fill(value.encode("latin-1")).decode("latin-1")
            for name, value in (headers or {}).items()
        }
        return answer_bytes(status, content, values)

    def _send(self, conn: socket.socket, data: bytes) -> None:
        view = memoryview(data)
        while view and not self.stopped.is_set():
            with contextlib.suppress(TimeoutError):
                view = view[conn.send(view[:65536]) :]

    def _receive(self, conn: socket.socket) -> bytes:
        ends = time.monotonic() + PATIENCE_SECONDS
        while not self._is_over(ends):
            with contextlib.suppress(TimeoutError):
                return conn.recv(65536)
        return b""

    def _read_request(self, conn: socket.socket) -> str:
        """Read one request and note it; return its first line, or "" if there was none."""
        data = b""
        while b"\r\n\r\n" not in data:
            piece = self._receive(conn)
            if not piece:
                return ""
            data += piece
        head, _, body = data.partition(b"\r\n\r\n")
        line, _, headers = head.decode("latin-1").partition("\r\n")
        with self._lock:
            index = len(self.requests)
            self.requests.append((line, headers, body))
        length = 0
        for header in headers.lower().split("\r\n"):
            if header.startswith("content-length:"):
                length = int(header.split(":")[1])
        while len(body) < length:
            piece = self._receive(conn)
            if not piece:
                return ""
            body += piece
        self.requests[index] = (line, headers, body)
        return line


def answer_bytes(status: int, body: str | bytes, headers: dict[str, str] | None = None) -> bytes:
    content = body.encode() if isinstance(body, str) else body
    lines = {"Content-Length": str(len(content)), **(headers or {})}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value != "none")
    return f"HTTP/1.1 {status} Word\r\n{head}\r\n".encode("latin-1") + content


class Serve(Protocol):
    def __call__(self, *scripts: Script, tls: ssl.SSLContext | None = None) -> Peer: ...


def closed_port() -> int:
    """Return a port at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def black_hole() -> Iterator[tuple[str, int]]:
    """An address where a connection is neither taken nor refused."""
    with socket.socket() as listener, socket.socket() as first, socket.socket() as second:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for filler in (first, second):  # the queue is full now: further packets are dropped
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        yield listener.getsockname()


@pytest.fixture
def elsewhere() -> Iterator[Peer]:
    """A peer that must not be asked; scripts call it `@ELSEWHERE@`."""
    peer = Peer((["unread"],))
    yield peer
    asked = peer.connections
    peer.stop()
    assert asked == 0


@pytest.fixture
def serve(elsewhere: Peer) -> Iterator[Serve]:
    """`serve(script, …, tls=None)` starts a peer that is stopped after the test."""
    peers: list[Peer] = []

    def start(*scripts: Script, tls: ssl.SSLContext | None = None) -> Peer:
        peers.append(Peer(scripts, tls, elsewhere.host))
        return peers[-1]

    yield start
    for peer in peers:
        peer.stop()


@pytest.fixture
def resolver(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A resolver of the test's own for the names that end in `.invalid`."""
    over = threading.Event()
    system_resolver = socket.getaddrinfo
    addresses = {
        "inside.invalid": ["10.0.0.1"],
        "mixed.invalid": ["93.184.215.14", "10.0.0.1"],
    }

    def look_up(host: str, port: int, *args: Any, **kwargs: Any) -> Any:
        if not host.endswith(".invalid") or len(host) > 64:
            return system_resolver(host, port, *args, **kwargs)
        if host == "silent.invalid":
            over.wait(PATIENCE_SECONDS)
        if host not in addresses:
            code = socket.EAI_AGAIN if host == "failing.invalid" else socket.EAI_NONAME
            raise socket.gaierror(code, "no such name")
        kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        return [(*kind, (address, port)) for address in addresses[host]]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    yield
    over.set()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A PEM file with key and self-signed certificate for `localhost`, made on the spot."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl command to make a certificate with")
    path = tmp_path_factory.mktemp("tls") / "localhost.pem"
    options = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
    command = [
        openssl,
        *options.split(),
        "-subj",
        "/CN=localhost",
        "-addext",
        "subjectAltName=DNS:localhost",
    ]
    files = ["-keyout", str(path), "-out", f"{path}.crt"]
    subprocess.run([*command, *files], check=True, capture_output=True)
    path.write_bytes(path.read_bytes() + Path(f"{path}.crt").read_bytes())
    return path


@pytest.fixture
def server_tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the product trust the certificate of `localhost`."""
    from generator.outbound import transport

    context = transport.new_tls_context(str(certificate))
    monkeypatch.setattr(transport, "tls_context", lambda: context)
