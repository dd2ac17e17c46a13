"""Faults on the way of the submit: what certainly did not arrive is sent again, once it can be;
what may have arrived never is."""

from __future__ import annotations

import socket
import ssl
from typing import Any

import pytest

from generator.models import Job
from generator.state import Status

from .stage import DONE, End, Stage
from .test_submit import AGAIN, BUSY, NO, OK, UNCLEAR
from .vendor import HEAD, HTML, WELL, envelope, says

pytestmark = pytest.mark.django_db

NEVER_LEFT = End(Status.QUEUED, "NotDelivered", posts=0)
TLS, PLAIN = "https://localhost:{port}", "{url}"

# What the studio is pointed to, and what happens there to a connection.
UNREACHABLE: list[tuple[str, str, list[Any]]] = [
    ("a refused connection", "http://127.0.0.1:@CLOSED@", WELL),
    ("a refused connection for TLS", "https://127.0.0.1:@CLOSED@", WELL),
    ("a connection that nobody takes", "http://127.0.0.1:@HOLE@", WELL),
    ("an unknown name", "http://unknown.invalid", WELL),
    ("a name server that fails", "https://failing.invalid", WELL),
    ("a name server that is silent", "https://silent.invalid", WELL),
    ("a name that can be none", f"http://{'a' * 64}.invalid", WELL),
    ("a port that can be none", "http://127.0.0.1:99999", WELL),
    ("a user name in the address", "http://me@127.0.0.1", WELL),
    ("a query in the address", "http://127.0.0.1/?x=1", WELL),
    ("a handshake that hangs", TLS, ["unread", "idle"]),
    ("a handshake byte by byte", TLS, ["unread", "touch", ("drip", b"\x16\x03\x03\x40\x00", 0.1)]),
    ("plain HTTP where TLS is spoken", TLS,
     ["unread", "touch", b"HTTP/1.1 400 Bad Request\r\n\r\n"]),
    ("a handshake that is refused", TLS, ["unread", "touch", b"\x15\x03\x03\x00\x02\x02\x28"]),
    ("a handshake that is closed", TLS, ["unread", "touch"]),
    ("a handshake that is reset", TLS, ["unread", "touch", "reset"]),
]  # fmt: skip

# The same over TLS that stands: from there on, nobody knows.
OVER_TLS: list[tuple[str, list[Any], End]] = [
    ("200", says(200, OK), DONE),
    ("400", says(400, NO), End(Status.FAILED, "Refused", settled="0.000000")),
    ("closed without an answer", ["close"], UNCLEAR),
    ("reset without an answer", ["reset"], UNCLEAR),
    ("cut within the head", [HEAD + b"Content-Ty"], UNCLEAR),
    ("cut within the body", [HEAD + b"Content-Length: 99\r\n\r\n{"], UNCLEAR),
    ("502 as HTML", says(502, HTML), UNCLEAR),
    ("silence", ["hang"], UNCLEAR),
]

TWICE = says(200, envelope({"task_id": "ta-same"}))
# Scripts of several connections, settings, and the end.
SEVERAL: list[tuple[str, list[list[Any]], dict[str, Any], End]] = [
    ("500 three times", [says(500, BUSY)] * 3 + [WELL], {}, AGAIN.but(posts=4)),
    ("500 without end", [says(500, BUSY)] * 10 + [WELL], {},
     UNCLEAR.but(kind="AnsweredFailed", posts=10)),
    ("500, not to be repeated", [says(500, BUSY), WELL], {"GEMPIX_RETRY_SUBMIT_500": False},
     UNCLEAR.but(kind="AnsweredFailed")),
    ("500, then 429, then taken", [says(500, BUSY), says(429, NO), WELL], {}, AGAIN.but(posts=3)),
    ("500, then HTML", [says(500, BUSY), says(502, HTML), WELL], {}, UNCLEAR.but(posts=2)),
    ("500, then refused", [says(500, BUSY), says(400, NO), WELL], {},
     End(Status.FAILED, "Refused", posts=2, settled="0.000000")),
    ("500, then a bad key", [says(503, BUSY), says(401, NO), WELL], {},
     End(Status.HELD, "KeyRefused", posts=2, hold="key")),
    ("429 twice", [says(429, NO)] * 2 + [WELL], {}, DONE.but(kind="RateLimited", posts=3)),
    ("a key that no header carries", [WELL], {"GEMPIX_API_KEY": "dk-schlüssel-0123456789"},
     End(Status.HELD, "", posts=0, hold="key")),
    ("a user agent that no header carries", [WELL], {"GEMPIX_USER_AGENT": "Mü\r\nX: y"},
     NEVER_LEFT),
]  # fmt: skip


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.usefixtures("names")
@pytest.mark.parametrize(
    ("name", "address", "script"), UNREACHABLE, ids=[row[0] for row in UNREACHABLE]
)
def test_what_never_left_waits_and_is_sent_once_it_can_be(
    stage: Stage, black_hole: tuple[str, int], name: str, address: str, script: list[Any]
) -> None:
    address = address.replace("@CLOSED@", str(closed_port()))
    stage.opens(script, address=address.replace("@HOLE@", str(black_hole[1])))
    stage.allows(submit=0.5)
    stage.presses()
    stage.comes_to(NEVER_LEFT)
    stage.allows()
    stage.opens(WELL)
    stage.goes_on()


@pytest.mark.parametrize("address", [TLS, "https://{host}"], ids=["a stranger", "another name"])
def test_a_certificate_that_is_not_trusted_gets_no_request(
    stage: Stage, server_tls: ssl.SSLContext, address: str, request: pytest.FixtureRequest
) -> None:
    if address != TLS:
        request.getfixturevalue("trusted")  # for localhost, not for the number
    stage.opens(WELL, tls=server_tls, address=address)
    stage.presses()
    stage.comes_to(NEVER_LEFT)
    stage.opens(WELL)
    stage.goes_on()


def test_plain_text_to_a_port_of_tls_is_unclear(stage: Stage, server_tls: ssl.SSLContext) -> None:
    stage.opens(WELL, tls=server_tls, address="http://{host}")
    stage.presses()
    stage.comes_to(UNCLEAR.but(posts=0))
    stage.opens(WELL)
    stage.goes_on()


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize(("name", "script", "end"), OVER_TLS, ids=[row[0] for row in OVER_TLS])
def test_over_tls_it_comes_to_the_same(
    stage: Stage, server_tls: ssl.SSLContext, name: str, script: list[Any], end: End
) -> None:
    stage.opens(script, WELL, tls=server_tls, address=TLS)
    stage.allows(submit=1 if script == ["hang"] else 20)
    stage.presses()
    stage.comes_to(end)
    stage.goes_on()


@pytest.mark.parametrize(
    ("name", "scripts", "more", "end"), SEVERAL, ids=[row[0] for row in SEVERAL]
)
def test_several_faults_in_a_row_come_to_their_end(
    stage: Stage, settings: Any, name: str, scripts: list[Any], more: dict[str, Any], end: End
) -> None:
    usual = {key: getattr(settings, key) for key in more}
    for key, value in more.items():
        setattr(settings, key, value)
    stage.opens(*scripts)
    stage.presses()
    stage.comes_to(end)
    for key, value in usual.items():
        setattr(settings, key, value)
    stage.allows()
    stage.goes_on()


def test_one_task_id_for_two_jobs_is_kept_by_one(stage: Stage) -> None:
    stage.opens(TWICE, TWICE, WELL)
    stage.presses(count=2)
    ends = {Status.SUCCEEDED, Status.UNCONFIRMED}
    stage.until(lambda: set(Job.objects.values_list("status", flat=True)) == ends)
    done, unclear = Job.objects.order_by("status")
    assert (done.task_id, unclear.task_id) == ("ta-same", None)
    assert "another picture" in unclear.reason
    assert (done.images.count(), unclear.images.count(), stage.posts) == (1, 0, 2)
    stage.loses_nothing()
    stage.job_id = unclear.pk
    stage.is_reported()
    stage.until(lambda: stage.job.status == Status.SUCCEEDED)
    assert (stage.job.task_id, stage.posts) == ("ta-late", 2)
    stage.loses_nothing()
