"""Where downloads may go: addresses, URLs, redirects, names that point inside."""

import io
import ipaddress
import socket
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.outbound import errors as outbound_errors
from generator.outbound.deadline import CallBudget
from generator.outbound.exchange import send
from generator.outbound.transport import GuardedAdapter
from generator.outbound.urlguard import is_public, read_redirect, read_url
from generator.upstream.download import fetch
from generator.upstream.errors import BlockedURL, DownloadFailed
from tests.peer import Serve

PUBLIC = ["8.8.8.8", "1.1.1.1", "93.184.216.34", "172.15.0.1", "172.32.0.1", "100.63.0.1",
          "192.169.0.1", "223.255.255.255", "2606:4700:4700::1111", "2a00:1450:4001::1",
          "2001:4860:4860::8888", "2400:cb00::1"]  # fmt: skip
CLOSED = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200",
    "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1", "172.31.255.255",
    "192.0.0.1", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1",
    "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1",
    "255.255.255.255", "168.63.129.16",
    "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "::8.8.8.8",
    "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1", "100::1", "2001::1", "2001:0:4136::1",
    "2001:db8::1", "2001:10::1", "2001:20::1", "2002:7f00:1::", "2002:808:808::1", "3fff::1",
    "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "feff::1", "ff02::1",
    "ff0e::1", "4000::1", "5f00::1", "not an address", "", "8.8.8.8%eth0", "2606:4700::1%1",
]  # fmt: skip

# Each reaches 127.0.0.1 or another place inside, in the eyes of one parser or another. What all
# parsers agree about is among the rows of `tables.download`.
HOSTILE = [
    "http://LOCALHOST./",
    "http://2130706433/", "http://0x7f000001/", "http://0x7f.1/",
    "http://017700000001/", "http://0/", "http://[::]/",
    "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/", "http://[::127.0.0.1]/",
    "http://[fe80::1%25lo]/",
    "http://[fe80::1%lo]/",
    "http://192.168.0.1:8080/", "https://127.0.0.1/", "https://[::1]:443/",
    "http://user@127.0.0.1/", "http://8.8.8.8@127.0.0.1/", "http://8.8.8.8:80@127.0.0.1/",
    "http://127.0.0.1\\@8.8.8.8/", "http://8.8.8.8\\@127.0.0.1/", "http:\\\\127.0.0.1\\",
    "http://8.8.8.8/a\\b",
    "http://127.0.0.1%2f@8.8.8.8/", "http://%31%32%37.0.0.1/", "http://127.0.0.1%00.example/",
    "http://127.0.0.1#@8.8.8.8/", "http://127.0.0.1?@8.8.8.8/", "http://8.8.8.8 @127.0.0.1/",
    " http://127.0.0.1/", "http://127.0.0.1/\r\nHost: x", "http://127.0.0.1\t/",
    "http://127.0.0.1\n/", "http:///127.0.0.1/", "http:127.0.0.1/", "//127.0.0.1/",
    "http://①②⑦.⓪.⓪.①/", "http://127。0。0。1/", "http://ⓛocalhost/", "http://[127.0.0.1]/",
    "http://[::1/", "http://::1/", "http://127.0.0.1:80:80/", "http://127.0.0.1:/x",
    "http://127.0.0.1:0x50/", "http://127.0.0.1:99999/", "http://127.0.0.1:0/", "http://.../",
    "http://./", "http://-/", "http://a..b/", "http://:80/", "http://",
    "ftp://127.0.0.1/", "file:///etc/passwd", "gopher://127.0.0.1/", "javascript:alert(1)",
    "ftp+http://127.0.0.1/", "unix:///run/x", "", "/etc/passwd", "http://[v1.fe80::a]/",
    "http://[::1]x/", "http://[::1]%40/", "http://8.8.8.8/\x7f", "http://\u202e8.8.8.8/",
]  # fmt: skip


def get(url: str, allowed: frozenset[str] = frozenset()) -> bytes:
    into = io.BytesIO()
    fetch(
        url,
        into,
        allowed_private_hosts=allowed,
        user_agent="test",
        max_bytes=1000,
        deadline_seconds=2,
    )
    return into.getvalue()


def resolve_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Let every name have these addresses, all at the port asked for."""

    def found(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        return [
            (socket.AF_INET6, socket.SOCK_STREAM, 6, "", (address, port, 0, 0))
            if ":" in address
            else (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in addresses
        ]

    monkeypatch.setattr(socket, "getaddrinfo", found)


@pytest.mark.parametrize("address", PUBLIC)
def test_an_ordinary_address_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", CLOSED)
def test_a_special_address_is_not_public(address: str) -> None:
    assert not is_public(address)


@given(st.ip_addresses())
def test_nothing_that_python_calls_special_is_public(
    ip: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    special = ip.is_private or ip.is_multicast or ip.is_reserved or ip.is_loopback
    assert not (is_public(str(ip)) and (special or ip.is_link_local or ip.is_unspecified))


@pytest.mark.parametrize("url", HOSTILE)
def test_a_hostile_url_is_never_opened(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(self: socket.socket, address: Any) -> None:
        raise AssertionError(f"connected to {address}")

    monkeypatch.setattr("generator.outbound.deadline.BoundedSocket.connect", connect)
    with pytest.raises(DownloadFailed) as caught:
        get(url)
    # A name that the resolver here does not take for an address is merely unknown.
    assert isinstance(caught.value, BlockedURL) or "AssertionError" not in caught.value.detail


@pytest.mark.parametrize(
    "addresses",
    [("127.0.0.1",), ("8.8.8.8", "127.0.0.1"), ("10.0.0.1", "8.8.8.8"), ("::1",),
     ("8.8.8.8", "64:ff9b::7f00:1"), ("8.8.8.8",) * 20 + ("10.0.0.1",)],
)  # fmt: skip
def test_a_name_that_points_inside_is_blocked(
    addresses: tuple[str, ...], serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    peer = serve([("answer", 200, "secret")])
    resolve_to(monkeypatch, *addresses)
    with pytest.raises(BlockedURL):
        get(f"http://images.example:{peer.port}/a.png")
    assert peer.connections == 0


def test_the_address_that_was_checked_is_the_one_connected_to(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name server that answers differently the second time gets no second time."""
    peer = serve([("answer", 200, "secret")])
    asked: list[str] = []
    connected: list[Any] = []

    def rebind(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        asked.append(host)
        address = "8.8.8.8" if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    def connect(self: socket.socket, address: Any) -> None:
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", rebind)
    monkeypatch.setattr("generator.outbound.deadline.BoundedSocket.connect", connect)
    with pytest.raises(DownloadFailed):
        get(f"http://images.example:{peer.port}/")
    assert asked == ["images.example"]
    assert connected == [("8.8.8.8", peer.port)]


def test_host_header_keeps_the_name(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    peer = serve([("answer", 200, "image")])
    resolve_to(monkeypatch, "127.0.0.1")
    name = f"images.example:{peer.port}"
    assert get(f"http://{name}/a.png", frozenset({name})) == b"image"
    assert f"Host: {name}\r\n" in peer.requests[0][1]


@pytest.mark.parametrize("entry", ["127.0.0.1:{port}", " 127.0.0.1:{port} "])
def test_an_allowed_host_may_be_private(serve: Serve, entry: str) -> None:
    peer = serve([("answer", 200, "image")])
    assert get(peer.url, frozenset({entry.format(port=peer.port)})) == b"image"


@pytest.mark.parametrize("entry", ["127.0.0.1", "127.0.0.1:1", "localhost:{port}", "*", ":{port}"])
def test_only_that_host_at_that_port_may_be_private(serve: Serve, entry: str) -> None:
    peer = serve([("answer", 200, "secret")])
    with pytest.raises(BlockedURL):
        get(peer.url, frozenset({entry.format(port=peer.port)}))
    assert peer.connections == 0


def test_a_redirect_from_https_to_http_goes_to_allowed_hosts_only() -> None:
    origin = read_url("https://images.example/a")
    with pytest.raises(outbound_errors.BlockedURL):
        read_redirect(origin, "http://images.example/b", frozenset())
    allowed = frozenset({"images.example:80"})
    assert read_redirect(origin, "http://images.example/b", allowed).scheme == "http"
    assert read_redirect(origin, "/ü?q#f".encode().decode("latin-1"), frozenset()).url == (
        "https://images.example/ü?q"
    )
    plain = read_url("http://images.example/a")
    assert read_redirect(plain, "https://x.example", frozenset()).url == "https://x.example/"


@pytest.mark.parametrize(
    ("url", "host_port"),
    [("http://Example.ORG/a", "example.org:80"), ("HTTPS://e.org", "e.org:443"),
     ("http://[2606:4700::1]:81/", "2606:4700::1:81"), ("http://e_1.org:8/", "e_1.org:8")],
)  # fmt: skip
def test_an_ordinary_url_is_read(url: str, host_port: str) -> None:
    assert read_url(url).host_port == host_port


def test_a_url_of_nine_thousand_characters_is_refused() -> None:
    with pytest.raises(outbound_errors.BlockedURL):
        read_url("http://e.org/" + "a" * 9_000)


def test_the_adapter_opens_nothing_without_a_budget(serve: Serve) -> None:
    import requests

    peer = serve([("answer", 200, "x")])
    adapter = GuardedAdapter(frozenset({peer.host}))
    with pytest.raises(LookupError):
        adapter.send(requests.Request("GET", peer.url).prepare())
    call = CallBudget(deadline_seconds=2, connect_timeout_seconds=1, max_wire_bytes=1000)
    response = send(adapter, call, "GET", peer.url, {})
    assert response.status_code == 200
    response.close()
    adapter.close()
