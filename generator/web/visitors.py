"""Where a request comes from: the visitor's address, also behind reverse proxies.

`X-Forwarded-For` is a list to which each proxy adds the address that it saw. Only what a trusted
proxy has added is believed, so it is read from the right; what is further left may be invented.
"""

from __future__ import annotations

import ipaddress
import re

from django.conf import settings
from django.http import HttpRequest

UNKNOWN = "unknown"
# Some proxies add the port.
WITH_PORT = re.compile(r"\[([0-9a-fA-F:.]+)\](?::\d{1,5})?|([0-9.]+):\d{1,5}")
IPV6_SITE_BITS = 64

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def address_of(request: HttpRequest) -> str:
    """Return the visitor's address: the peer's, or what the trusted proxies report.

    A list that is too short or malformed did not pass all of them: then it is the peer's.
    """
    peer = _parse(request.META.get("REMOTE_ADDR", ""))
    if peer is None:
        return UNKNOWN
    proxies = _trusted_proxies(request, peer)
    if not proxies:
        return str(peer)
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")[-proxies:]
    addresses = [_parse(entry) for entry in forwarded]
    if len(addresses) < proxies or None in addresses:
        return str(peer)
    return str(addresses[0])


def site_of(request: HttpRequest) -> str:
    """Return what attempts are counted by: the address, or its network of an IPv6 customer, who
    has 2^64 addresses."""
    address = _parse(address_of(request))
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, IPV6_SITE_BITS), strict=False))
    return str(address or UNKNOWN)


def _trusted_proxies(request: HttpRequest, peer: Address) -> int:
    """Return the setting. Without one: a public URL with https has a proxy in front, for gunicorn
    speaks http. It is one, on this machine or network, and says that it is a proxy."""
    configured: int = settings.GEMPIX_TRUSTED_PROXIES
    if configured != settings.AUTOMATIC_PROXIES:
        return configured
    says_so = "HTTP_X_FORWARDED_FOR" in request.META and "HTTP_X_FORWARDED_PROTO" in request.META
    is_near = peer.is_loopback or peer.is_private
    return int(settings.SESSION_COOKIE_SECURE and says_so and is_near)


def _parse(text: str) -> Address | None:
    """Return the address, None if it is none; IPv4 inside IPv6 as IPv4."""
    text = text.strip()
    if match := WITH_PORT.fullmatch(text):
        text = match[1] or match[2]
    if "%" in text:
        return None
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
