"""The client beyond single faults: what is sent, connecting, TLS, keys, threads, leaks."""

import contextlib
import gc
import json
import os
import socket
import ssl
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from generator.upstream.client import Client
from generator.upstream.errors import (
    Delivered,
    InvalidSubmission,
    KeyRefused,
    NotDelivered,
    RateLimited,
    Refused,
    Transient,
    Unclear,
    UpstreamError,
)
from generator.upstream.wire import Phase, Submission
from tests.peer import Script, Serve, closed_port

from .deadlines import LONG_SECONDS, SHORT_SECONDS, ends_in_time

OK = '{"code":0,"message":"ok","data":{"task_id":"t-1"}}'
STATE = '{"code":0,"data":{"status":"pending"}}'
CAT = Submission("google/gempix2", "a cat")


def make(url: str, key: str = "dk-test-key", **options: Any) -> Client:
    options = {
        "submit_deadline_seconds": LONG_SECONDS,
        "query_deadline_seconds": LONG_SECONDS,
        "connect_timeout_seconds": LONG_SECONDS,
    } | options
    return Client(url, key, **options)


def make_hasty(url: str) -> Client:
    """Return a client that gives up connecting soon, although its deadline is far."""
    return make(url, connect_timeout_seconds=SHORT_SECONDS)


def test_a_submit_sends_what_is_set_and_nothing_else(serve: Serve) -> None:
    peer = serve([("answer", 200, OK)])
    client = Client(f"{peer.url}/v1/", "  Bearer  dk-k \n", user_agent="Studio/9 (x)")
    client.submit(Submission("m", "Katze 🐈 schläft", ("https://e.org/a.png",), "https://me/cb"))
    line, head, body = peer.requests[0]
    assert line == "POST /v1/api/image/gen HTTP/1.1"
    headers = dict(field.split(": ", 1) for field in head.split("\r\n"))
    assert headers == {
        "Host": peer.host,
        "Authorization": "Bearer dk-k",
        "Accept": "application/json",
        "Accept-Encoding": "identity",
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "Connection": "close",
        "User-Agent": "Studio/9 (x)",
    }
    assert json.loads(body) == {
        "model": "m",
        "prompt": "Katze 🐈 schläft",
        "images": ["https://e.org/a.png"],
        "callback_url": "https://me/cb",
    }
    assert "🐈".encode() in body


def test_the_environment_lends_neither_proxy_nor_password(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    peer = serve([("answer", 200, OK)])
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login eve password secret\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{closed_port()}")
    monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{closed_port()}")
    assert make(peer.url).submit(CAT) == "t-1"
    assert "Authorization: Bearer dk-test-key" in peer.requests[0][1]


def test_cookies_are_not_carried_to_the_next_call(serve: Serve) -> None:
    peer = serve([("answer", 200, STATE, {"Set-Cookie": "a=b"}), "again"])
    client = make(peer.url)
    client.query("t-1")
    client.query("t-1")
    assert peer.connections == 1
    assert "cookie" not in peer.requests[1][1].lower()


@pytest.mark.parametrize(
    "key", ["", "   ", "Bearer ", "dk-ä", "dk-\nX: y", "dk-a b", "dk-\x00", "🔑"]
)
def test_a_key_that_no_header_carries_is_refused_unsent(serve: Serve, key: str) -> None:
    peer = serve([("answer", 200, OK)])
    client = make(peer.url, key)
    for call in (lambda: client.submit(CAT), lambda: client.query("t-1"), client.account):
        with pytest.raises(KeyRefused) as caught:
            call()
        assert key.strip() == "" or key.strip() not in str(caught.value)
    assert peer.connections == 0


@pytest.mark.parametrize(
    "url",
    ["", "ftp://x", "http://", "http://a b", "x.org", "http://u@x", "http://x?y=1",
     "http://x:99999"],
)  # fmt: skip
def test_a_base_url_that_cannot_be_used_is_a_mistake_of_the_settings(url: str) -> None:
    with pytest.raises(ValueError, match="base URL"):
        Client(url, "dk-x")


def test_a_user_agent_with_a_line_feed_is_a_mistake_of_the_settings() -> None:
    with pytest.raises(ValueError, match="user agent"):
        Client("http://x", "dk-x", user_agent="a\nb")


def test_an_invalid_submission_leaves_nothing(serve: Serve) -> None:
    peer = serve([("answer", 200, OK)])
    with pytest.raises(InvalidSubmission):
        make(peer.url).submit(Submission("m", "  "))
    assert peer.connections == 0


def test_the_wish_to_wait_is_handed_on(serve: Serve) -> None:
    with pytest.raises(RateLimited) as caught:
        make(serve([("answer", 429, "{}", {"Retry-After": "7"})]).url).submit(CAT)
    assert (caught.value.http_status, caught.value.retry_after_seconds) == (429, 7.0)


def test_a_refusal_carries_the_vendors_words_but_never_our_key(serve: Serve) -> None:
    answer = '{"code":1,"message":"failed","detail":"bad prompt for key-without-prefix"}'
    with pytest.raises(Refused) as caught:
        make(serve([("answer", 400, answer)]).url, "key-without-prefix").submit(CAT)
    assert "bad prompt for" in caught.value.sentence
    assert caught.value.http_status == 400
    for text in (caught.value.sentence, caught.value.detail, str(caught.value)):
        assert "key-without-prefix" not in text


# Connecting: nothing has left yet, so nothing can have happened.


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_refused_connection_is_certainly_not_delivered(scheme: str) -> None:
    url = f"{scheme}://127.0.0.1:{closed_port()}"
    with pytest.raises(NotDelivered) as caught:
        make(url).submit(CAT)
    assert caught.value.delivered is Delivered.NO
    with pytest.raises(Transient):
        make(url).query("t-1")


@pytest.mark.usefixtures("resolver")
@pytest.mark.parametrize(
    "url",
    ["http://unknown.invalid", "https://failing.invalid", "https://silent.invalid",
     f"http://{'x' * 64}.invalid"],
    ids=["unknown", "name server fails", "name server is silent", "no name"],
)  # fmt: skip
def test_a_name_without_an_address_is_certainly_not_delivered(url: str) -> None:
    with ends_in_time(), pytest.raises(NotDelivered):
        make_hasty(url).submit(CAT)


def test_a_name_that_the_system_does_not_know_is_certainly_not_delivered() -> None:
    with pytest.raises(NotDelivered):
        make("http://no-such-host.invalid").submit(CAT)


def test_a_connection_that_is_never_taken_is_certainly_not_delivered(
    black_hole: tuple[str, int],
) -> None:
    with ends_in_time(), pytest.raises(NotDelivered):
        make_hasty(f"http://127.0.0.1:{black_hole[1]}").submit(CAT)


def test_a_first_address_that_is_dead_leaves_time_for_the_second(
    serve: Serve, black_hole: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    peer = serve([("answer", 200, OK)])
    addresses = [black_hole, ("127.0.0.1", peer.port)]
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", address) for address in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    # An even share for each: half of it is lost at the first.
    client = make("http://two.example", connect_timeout_seconds=2 * SHORT_SECONDS)
    assert client.submit(CAT) == "t-1"


ALERT = b"\x15\x03\x03\x00\x02\x02\x28"  # handshake_failure
HANDSHAKES: dict[str, Script] = {
    "silent": ["unread", "hang"],
    "silent without reading": ["unread", "idle"],
    "closed": ["unread"],
    "closed within it": ["unread", "touch"],
    "reset": ["unread", "reset"],
    "reset within it": ["unread", "touch", "reset"],
    "refused": ["unread", "touch", ALERT],
    "plain HTTP": [b"HTTP/1.1 400 Bad\r\n\r\n"],
    "plain HTTP unasked": ["unread", "touch", b"HTTP/1.1 400 Bad Request\r\n\r\n"],
    "dripping": ["unread", ("drip", b"\x16\x03\x03\x0f\xff", 0.05)],
    "dripping one long record": ["unread", "touch", ("drip", b"\x16\x03\x03\x40\x00", 0.1)],
}


@pytest.mark.parametrize("script", HANDSHAKES.values(), ids=HANDSHAKES.keys())
def test_a_failed_tls_handshake_is_certainly_not_delivered(serve: Serve, script: Script) -> None:
    peer = serve(script)
    with ends_in_time(), pytest.raises(NotDelivered):
        make_hasty(f"https://127.0.0.1:{peer.port}").submit(CAT)


def test_plain_text_to_a_port_of_tls_may_have_been_delivered(
    serve: Serve, server_tls: ssl.SSLContext
) -> None:
    peer = serve([("answer", 200, OK)], tls=server_tls)
    with pytest.raises(Unclear):
        make(f"http://{peer.host}").submit(CAT)


def test_a_certificate_nobody_vouches_for_is_certainly_not_delivered(
    serve: Serve, server_tls: ssl.SSLContext
) -> None:
    peer = serve([("answer", 200, OK)], tls=server_tls)
    with pytest.raises(NotDelivered, match="certificate"):
        make(f"https://localhost:{peer.port}").submit(CAT)
    assert peer.posts == 0


@pytest.mark.usefixtures("trusted")
def test_a_certificate_of_another_name_is_certainly_not_delivered(
    serve: Serve, server_tls: ssl.SSLContext
) -> None:
    peer = serve([("answer", 200, OK)], tls=server_tls)
    with pytest.raises(NotDelivered, match="certificate"):
        make(f"https://127.0.0.1:{peer.port}").submit(CAT)
    assert peer.posts == 0


@pytest.mark.usefixtures("trusted")
def test_tls_works_and_keeps_to_the_deadline(serve: Serve, server_tls: ssl.SSLContext) -> None:
    peer = serve([("answer", 200, OK)], ["reset"], [("drip", b"HTTP/1.1 200 OK" + b" " * 99, 0.05)],
                 [("answer", 200, STATE), "again"], tls=server_tls)  # fmt: skip
    client = make(peer.url)
    assert client.submit(CAT) == "t-1"
    with pytest.raises(Unclear):  # a TLS error while reading is no failed handshake
        client.submit(CAT)
    with ends_in_time(), pytest.raises(Unclear, match="deadline"):
        make(peer.url, submit_deadline_seconds=SHORT_SECONDS).submit(CAT)
    assert client.query("t-1").phase is Phase.PENDING
    assert client.query("t-1").phase is Phase.PENDING
    assert (peer.posts, peer.connections) == (3, 4)
    client.close()


def test_many_threads_share_the_pool_and_none_gets_anothers_answer(
    serve: Serve,
) -> None:
    peer = serve(["echo", "again"])
    client = make(peer.url, pool_size=16, query_deadline_seconds=20, connect_timeout_seconds=10)
    with ThreadPoolExecutor(64) as pool:
        states = list(pool.map(client.query, [f"t-{number}" for number in range(400)]))
    assert [state.task_id for state in states] == [f"t-{number}" for number in range(400)]
    assert {state.raw_status for state in states} == {"pending"}
    assert len(peer.requests) == 400
    client.close()


def test_a_forked_process_gets_connections_of_its_own(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    peer = serve([("answer", 200, STATE), "again"])
    client = make(peer.url)
    client.query("t-1")
    monkeypatch.setattr(os, "getpid", lambda: -1)
    client.query("t-1")
    assert peer.connections == 2


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="needs /proc")
def test_faults_leave_neither_file_descriptors_nor_threads(serve: Serve) -> None:
    def count() -> int:
        return len(os.listdir("/proc/self/fd"))

    def run(url: str) -> None:
        client = make(url, submit_deadline_seconds=0.2, query_deadline_seconds=0.2)
        for call in (lambda: client.submit(CAT), lambda: client.query("t-1")):
            with contextlib.suppress(UpstreamError):
                call()
        client.close()

    def resolved() -> None:
        for thread in threading.enumerate():
            if thread.name == "upstream-resolve":
                thread.join(10)
                assert not thread.is_alive()

    head = b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"
    scripts: list[Script] = [
        [("answer", 200, OK)], [("answer", 500, "x")], [("answer", 302, "")], ["close"], ["reset"],
        ["unread"], [head], [head, "hang"], [("drip", b"HTTP/1.1 ", 0.05)],
    ]  # fmt: skip
    run("http://x.invalid")  # whatever the resolver keeps open, it has now
    resolved()
    gc.collect()  # and what earlier tests have left is closed
    before = count()
    peers = [serve(script) for script in scripts]
    urls = [url for peer in peers for url in (peer.url, f"https://{peer.host}")]
    gc.disable()  # closed in time means closed without its help
    try:
        for url in [*urls, f"http://127.0.0.1:{closed_port()}"]:
            run(url)
        for peer in peers:
            peer.stop()
        assert count() == before
    finally:
        gc.enable()
    resolved()
