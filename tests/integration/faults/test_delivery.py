"""Faults on the way of the submit: what certainly did not arrive is sent again, once it can be."""

from __future__ import annotations

import ssl

import pytest

from generator.state import Status
from tests.peer import Script, closed_port

from .fake_upstream import WELL
from .stage import DONE, End, Stage

pytestmark = pytest.mark.django_db

NEVER_LEFT = End(Status.QUEUED, "NotDelivered", posts=0)
OVER_TLS = "https://localhost:@PORT@"

# What the studio is pointed to, and what happens there to a connection.
UNREACHABLE: dict[str, tuple[str, Script]] = {
    "a refused connection": ("http://127.0.0.1:@CLOSED@", WELL),
    "a connection that nobody takes": ("http://127.0.0.1:@HOLE@", WELL),
    "an unknown name": ("http://unknown.invalid", WELL),
    "a URL that cannot be used": ("http://127.0.0.1:99999", WELL),
    "a handshake that is closed": (OVER_TLS, ["unread", "touch"]),
    "a handshake that hangs": (OVER_TLS, ["unread", "idle"]),
}


@pytest.mark.usefixtures("resolver")
@pytest.mark.parametrize(("url", "script"), UNREACHABLE.values(), ids=UNREACHABLE.keys())
def test_what_never_left_waits_and_is_sent_once_it_can_be(
    stage: Stage, black_hole: tuple[str, int], url: str, script: Script
) -> None:
    url = url.replace("@CLOSED@", str(closed_port())).replace("@HOLE@", str(black_hole[1]))
    stage.opens(script, url=url)
    stage.allows(submit=0.3)
    stage.presses()
    stage.comes_to(NEVER_LEFT)
    stage.allows()
    stage.opens(WELL)
    stage.goes_on()


def test_certificate_that_is_not_trusted_gets_no_request(
    stage: Stage, server_tls: ssl.SSLContext
) -> None:
    stage.opens(WELL, tls=server_tls)
    stage.presses()
    stage.comes_to(NEVER_LEFT)
    stage.opens(WELL)
    stage.goes_on()


@pytest.mark.usefixtures("trusted")
def test_over_tls_an_image_comes_as_well(stage: Stage, server_tls: ssl.SSLContext) -> None:
    stage.opens(WELL, tls=server_tls)
    stage.presses()
    stage.comes_to(DONE)
