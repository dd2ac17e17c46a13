"""The visitor's address: the peer's, or what trusted proxies add from the right."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import RequestFactory

from generator.web import visitors

PROXY = "127.0.0.1"


def address(peer: str, forwarded: str | None = None, proto: str | None = "https") -> str:
    headers = {"X-Forwarded-For": forwarded, "X-Forwarded-Proto": proto}
    given = {name: value for name, value in headers.items() if value is not None}
    request = RequestFactory().get("/", headers=given, REMOTE_ADDR=peer)
    return visitors.address_of(request)


@pytest.mark.parametrize(
    ("proxies", "peer", "forwarded", "expected"),
    [
        (0, "203.0.113.7", "198.51.100.1", "203.0.113.7"),
        (1, PROXY, "198.51.100.1", "198.51.100.1"),
        (1, PROXY, "1.1.1.1, 198.51.100.1", "198.51.100.1"),
        (1, PROXY, "junk, , 198.51.100.1 ", "198.51.100.1"),
        (2, PROXY, "1.1.1.1,198.51.100.1, 10.0.0.2", "198.51.100.1"),
        # Too short for the proxies that it should have passed.
        (2, "10.0.0.9", "198.51.100.1", "10.0.0.9"),
        (1, PROXY, None, PROXY),
        (1, PROXY, "", PROXY),
        # Malformed where it matters.
        (1, PROXY, "198.51.100.1, unknown", PROXY),
        (1, PROXY, "198.51.100.1,", PROXY),
        (2, PROXY, "198.51.100.1, x", PROXY),
        (1, PROXY, "198.51.100.1\n", "198.51.100.1"),
        (1, PROXY, "198.51.100.999", PROXY),
        (1, PROXY, "0x7f.1", PROXY),
        (1, PROXY, "fe80::1%eth0", PROXY),
        # As some proxies write them.
        (1, PROXY, "198.51.100.1:4711", "198.51.100.1"),
        (1, PROXY, "[2001:DB8::1]:4711", "2001:db8::1"),
        (1, PROXY, "[2001:db8::1]", "2001:db8::1"),
        (1, PROXY, "::ffff:198.51.100.1", "198.51.100.1"),
        (1, "", "198.51.100.1", "unknown"),
    ],
)
def test_address_with_a_number_of_proxies(
    settings: Any, proxies: int, peer: str, forwarded: str | None, expected: str
) -> None:
    settings.GEMPIX_TRUSTED_PROXIES = proxies
    assert address(peer, forwarded) == expected


@pytest.mark.parametrize(
    ("https", "peer", "proto", "is_trusted"),
    [
        (True, PROXY, "https", True),
        (True, "::1", "https", True),
        (True, "172.18.0.3", "https", True),
        (True, "8.8.8.8", "https", False),
        (True, PROXY, None, False),
        (False, PROXY, "https", False),
    ],
)
def test_without_the_setting_a_proxy_has_to_say_so(
    settings: Any, https: bool, peer: str, proto: str | None, is_trusted: bool
) -> None:
    settings.SESSION_COOKIE_SECURE = https
    seen = address(peer, "1.1.1.1, 198.51.100.1", proto)
    assert seen == ("198.51.100.1" if is_trusted else peer)


def test_ipv6_customers_are_counted_by_their_network() -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="2001:db8:1:2:3:4:5:6")
    assert visitors.site_of(request) == "2001:db8:1:2::/64"
