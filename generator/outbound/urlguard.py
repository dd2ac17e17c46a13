"""Which IP addresses and URLs may be opened at all. No I/O.

`transport` checks an IP address when the socket connects: checking a URL first and fetching it
later would check something else.
"""

import dataclasses
import ipaddress
import re
import socket
import unicodedata
from urllib.parse import urljoin, urlsplit

from generator.outbound.errors import BlockedURL

MAX_URL_CHARS = 8_192

# IANA's special-purpose registry, spelled out: `is_global` of Python 3.11 says True for multicast
# and for several ranges that embed an IPv4 address, and differs between patch releases.
_CLOSED_IPV4 = [
    ipaddress.IPv4Network("0.0.0.0/8"),
    ipaddress.IPv4Network("10.0.0.0/8"),
    ipaddress.IPv4Network("100.64.0.0/10"),
    ipaddress.IPv4Network("127.0.0.0/8"),
    ipaddress.IPv4Network("169.254.0.0/16"),
    ipaddress.IPv4Network("172.16.0.0/12"),
    ipaddress.IPv4Network("192.0.0.0/24"),
    ipaddress.IPv4Network("192.0.2.0/24"),
    ipaddress.IPv4Network("192.31.196.0/24"),
    ipaddress.IPv4Network("192.52.193.0/24"),
    ipaddress.IPv4Network("192.88.99.0/24"),
    ipaddress.IPv4Network("192.168.0.0/16"),
    ipaddress.IPv4Network("192.175.48.0/24"),
    ipaddress.IPv4Network("198.18.0.0/15"),
    ipaddress.IPv4Network("198.51.100.0/24"),
    ipaddress.IPv4Network("203.0.113.0/24"),
    ipaddress.IPv4Network("224.0.0.0/4"),
    ipaddress.IPv4Network("240.0.0.0/4"),
    # A public IP address, but answered by the host of an Azure virtual machine.
    ipaddress.IPv4Network("168.63.129.16/32"),
]
# Everything outside 2000::/3 is closed: loopback, unspecified, IPv4-mapped and -compatible, NAT64
# (64:ff9b::/96, 64:ff9b:1::/48), discard, unique local, link-local, site-local, multicast.
_OPEN_IPV6 = ipaddress.IPv6Network("2000::/3")
_CLOSED_IPV6 = [
    ipaddress.IPv6Network("2001::/23"),  # protocol assignments, Teredo (2001::/32) among them
    ipaddress.IPv6Network("2001:db8::/32"),  # documentation
    ipaddress.IPv6Network("2002::/16"),  # 6to4
    ipaddress.IPv6Network("2620:4f:8000::/48"),  # AS112
    ipaddress.IPv6Network("3fff::/20"),  # documentation
]
# Names that only resolve on the machine itself or in a private network: reserved, or never
# delegated.
_LOCAL_NAMES = re.compile(
    r"[^.]*|(?:.*\.)?(?:localhost|localdomain|local|internal|intranet|private|lan|home|corp|home\.arpa)"
)
_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9_.])?")
_PORT = re.compile(r"[0-9]{1,5}")


def is_public(address: str) -> bool:
    """Return whether a numeric IP address is an ordinary one of the public internet."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv4Address):
        return ip.is_global and not any(ip in network for network in _CLOSED_IPV4)
    if ip.scope_id is not None or ip not in _OPEN_IPV6:
        return False
    return ip.is_global and not any(ip in network for network in _CLOSED_IPV6)


def is_local(host: str) -> bool:
    """Return whether a URL's host is unreachable from the public internet, as far as that shows
    without name resolution.

    True for an IP address that is not public, however it is written, a name without a dot, or a
    well-known local name. This does not guard a download: a name may resolve to anything.
    """
    plain = unicodedata.normalize("NFKC", host).lower().rstrip(".")
    try:
        # Everything that C libraries accept as an IP address: 127.1, 0x7f000001 …
        return not is_public(socket.inet_ntoa(socket.inet_aton(plain)))
    except (OSError, ValueError):
        return not is_public(plain) if ":" in plain else bool(_LOCAL_NAMES.fullmatch(plain))


def leads_local(url: str) -> bool:
    """Return the same for a URL's host."""
    return is_local(urlsplit(url).hostname or "")


def normal_hosts(hosts: frozenset[str]) -> frozenset[str]:
    """Return an allow-list of `host:port` in the form that `host_port` returns."""
    return frozenset(host.strip().lower().replace("[", "").replace("]", "") for host in hosts)


def host_port(host: str, port: int | None, scheme: str) -> str:
    """Return `host:port` in lower case without brackets, with the scheme's port if none is
    named."""
    return f"{host.strip('[]').lower()}:{port or (443 if scheme == 'https' else 80)}"


@dataclasses.dataclass(frozen=True, slots=True)
class WebURL:
    """A URL that every parser reads alike. `url` is reassembled, without its fragment."""

    scheme: str
    host_port: str
    url: str


def read_url(text: str) -> WebURL:
    """Parse a URL to download from. Raise BlockedURL for whatever parsers disagree about.

    Rejected: schemes other than http and https, user names, backslashes, white space and control
    characters, percent signs or anything but ASCII letters, digits, `-._` in the host, IPv6 zones.
    """
    if len(text) > MAX_URL_CHARS or not text.isprintable() or " " in text or "\\" in text:
        raise BlockedURL(f"malformed URL {text[:200]!r}")
    try:
        parts = urlsplit(text)
    except ValueError as error:
        raise BlockedURL(f"malformed URL {text[:200]!r}") from error
    scheme, authority = parts.scheme, parts.netloc
    if scheme not in ("http", "https") or not text[len(scheme) :].startswith("://"):
        raise BlockedURL(f"no http(s) URL {text[:200]!r}")
    host, port = _split(authority)
    path = parts.path or "/"
    query = f"?{parts.query}" if parts.query else ""
    shown = f"[{host}]" if ":" in host else host
    url = f"{scheme}://{shown}{f':{port}' if port else ''}{path}{query}"
    return WebURL(scheme, host_port(host, port, scheme), url)


def _split(authority: str) -> tuple[str, int | None]:
    """Return host and port of a URL's authority. Raise BlockedURL."""
    if authority.startswith("["):
        host, bracket, rest = authority[1:].partition("]")
        try:
            valid = bool(bracket) and ipaddress.IPv6Address(host).scope_id is None
        except ValueError:
            valid = False
        colon, port = rest[:1], rest[1:]
    else:
        host, colon, port = authority.partition(":")
        valid = _NAME.fullmatch(host) is not None and ".." not in host
    if not valid or colon not in ("", ":") or (colon and not _PORT.fullmatch(port)):
        raise BlockedURL(f"malformed host {authority[:200]!r}")
    number = int(port) if port else None
    if number is not None and not 0 < number < 65_536:
        raise BlockedURL(f"malformed port {authority[:200]!r}")
    return host, number


def read_redirect(origin: WebURL, location: str, allowed: frozenset[str]) -> WebURL:
    """Return the target of a redirect from `origin`. Raise BlockedURL as `read_url` does.

    Also raise it for a downgrade from https to http, unless the new host is on the allow-list: a
    file fetched over http could be replaced on its way.
    """
    try:
        # http.client decodes headers as Latin-1; servers send UTF-8 or, properly, ASCII.
        target = read_url(urljoin(origin.url, location.encode("latin-1").decode()))
    except ValueError as error:
        raise BlockedURL(f"malformed redirect {location[:200]!r}") from error
    if origin.scheme == "https" and target.scheme == "http" and target.host_port not in allowed:
        raise BlockedURL(f"redirect from https to {target.url[:200]!r}")
    return target
