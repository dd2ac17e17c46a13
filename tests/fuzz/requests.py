"""How a hostile request is made: routes from the URL resolver, parameters from the source."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID, uuid4

from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(__file__).parents[2]
# Wherever a template or a view names a field.
NAMED = re.compile(
    r"""\bname=["']([a-z]\w*)["']|\b(?:GET|POST|FILES|fields|params)\b[^"'\n]{0,20}["']([a-z]\w*)["']"""
)
METHODS = ("GET", "GET", "GET", "POST", "POST", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS")
DIGITS = "9" * 5_000
MOMENTS = (
    "0001-01-01", "9999-12-31", "9999-12", "0000-00", "2026-02-30", "2026-W01-1", "20260101",
    "0001-01", "2999-12-31", "1971-01-01", "2026-01-01T00:00:00", "2026-01-01T00:00:00Z_",
    "0001-01-01T00:00:00+23:59_00000000000000000000000000000000",
    "9999-12-31T23:59:59-23:59_00000000000000000000000000000000",
    "2026-01-01T00:00:00+00:00_" + "f" * 32, "ffffffffffffffffffffffffffffffff",
)  # fmt: skip
VALUES = (
    "", " ", "0", "1", "-1", "1.5", "nan", "1e400", "²", "٣", DIGITS, "-" + DIGITS, str(2**63),
    str(2**31), "foo", "on", "null", "\x00", "a\x00b", "\r\nX-Injected: 1", "\ud800", "🦊" * 300,
    "a" * 9_000, "%00", "%ff", "%", "{a|b} fox", "{{{{", "{" + "a|" * 400 + "}", "}{", "\\",
    "/", "//evil.example", "/\\evil.example", "///", "http://[", "http://[::1", "javascript:1",
    "https://evil.example/%zz", "http://a:99999/", "generator:studio", "/gallery/?a=%ff", "?",
    *MOMENTS, "rate:5", "rate:99", "trash", "collect", "[]", "{}",
    '"unclosed', "a OR b NEAR(c)", "col:*", "' OR 1=1 --", "雪" * 450, "\u202e", "--", "-", ",",
    ",,,", "a:0", ":::", "<script>", "first", "after", "team", "all", "favourites", "private",
)  # fmt: skip
CHARSETS = ("utf-8", "latin-1", "utf-16", "utf-7", "rot13", "base64", "hex", "zlib", "idna",
            "punycode", "undefined", "unicode_escape", "none", "", "\x00", "a" * 999)  # fmt: skip
# What decides which way a request takes.
USUAL = (
    "next",
    "before",
    "above",
    "image",
    "kind",
    "all",
    "filters",
    "q",
    "count",
    "prompt",
    "step",
)
CURSORS = ("before", "above", "since", "until", "month")
CSRF_TOKEN = "a" * 32
BOUNDARIES = ("", "\x00", "é", "a" * 300)
FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
HEADERS = ("HX-Current-URL", "HX-Target", "HX-Trigger", "Accept", "Accept-Language", "Range",
           "If-Modified-Since", "If-None-Match", "If-Range", "Cookie", "Referer", "Origin", "Host",
           "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-CSRFToken", "User-Agent",
           "HX-Prompt", "Accept-Encoding",
           "X-Requested-With")  # fmt: skip
HEADER_VALUES = (*VALUES, "bytes=0-", "bytes=5-1", "bytes=-0", "bytes=a-b", "bytes=" + DIGITS,
                 "text/html", "application/json", "*/*;q=x", "de-" * 200, "W/\"", "chunked",
                 "Thu, 01 Jan 1970 00:00:00 GMT", "Thu, 99 Foo 99999 99:99:99 GMT", "testserver",
                 "testserver:", "[", "a_b:1", "sessionid=x; csrftoken=\"; theme=x",
                 "XMLHttpRequest", "https", "true")  # fmt: skip


@dataclass
class Hostile:
    """One request, as the test client takes it."""

    role: str
    method: str
    path: str
    route: str
    query: str = ""
    body: bytes = b""
    content_type: str = FORM
    headers: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        where = f"{self.path}?{self.query}" if self.query else self.path
        shown = f"{self.role} {self.method} {where[:300]!r} {self.headers}"[:700]
        return f"{shown} {self.content_type[:80]!r} {self.body[:300]!r}"


def routes(resolver: URLResolver | None = None, before: str = "/") -> list[str]:
    """Return every route, as `/images/<uuid:pk>/`."""
    found = []
    for pattern in (resolver or get_resolver()).url_patterns:
        route = before + str(pattern.pattern)
        found += [route] if isinstance(pattern, URLPattern) else routes(pattern, route)
    return found


def parameters() -> list[str]:
    """Return the name of every field that a page sends or a view reads."""
    names = {"image", "have", "wait", "before", "above", "next", "csrfmiddlewaretoken"}
    for folder, kind in (("templates", "*.html"), ("generator", "*.py")):
        for path in (ROOT / folder).rglob(kind):
            for one, other in NAMED.findall(path.read_text(encoding="utf-8")):
                names.add(one or other)
    return sorted(names)


class Maker:
    """Makes requests from a seed. `known` are ids and names of what exists."""

    def __init__(self, random: Random, roles: Sequence[str], known: Sequence[str]) -> None:
        self.random = random
        self.roles = roles
        self.known = known
        self.routes = routes()
        self.parameters = parameters()
        self.refused: set[tuple[str, str]] = set()

    def learn(self, hostile: Hostile, status: int) -> None:
        """Waste few requests on a method that a route does not take."""
        if status == 405:
            self.refused.add((hostile.route, hostile.method))

    def request(self) -> Hostile:
        chance, choice = self.random.random, self.random.choice
        route, method = choice(self.routes), choice(METHODS)
        if (route, method) in self.refused and chance() < 0.9:
            method = "POST" if method == "GET" else "GET"
        hostile = Hostile(choice(self.roles), method, self._path(route), route)
        fields = self._fields()
        if hostile.method in ("GET", "HEAD") or chance() < 0.2:
            hostile.query = urlencode(fields, errors="surrogatepass")
        if hostile.method not in ("GET", "HEAD"):
            hostile.content_type, hostile.body = self._body(fields)
        if chance() < 0.9:
            hostile.headers["X-CSRFToken"] = CSRF_TOKEN
        if chance() < 0.4:
            hostile.headers["HX-Request"] = "true"
        while chance() < 0.3:
            value = choice(HEADER_VALUES)
            # What gunicorn itself would refuse, and what no connection can carry.
            if value.isprintable() and value.isascii() and len(value) < 8_000:
                hostile.headers[choice(HEADERS)] = value
        return hostile

    def _path(self, route: str) -> str:
        path = re.sub(r"<(?:(\w+):)?\w+>", lambda match: self._part(match[1] or "str"), route)
        while self.random.random() < 0.05:
            place = self.random.randrange(len(path) + 1)
            path = (
                path[:place]
                + self.random.choice(("/", "%", "\x00", "é", "..", "\n"))
                + path[place:]
            )
        return path

    def _part(self, kind: str) -> str:
        if kind == "int":
            return self.random.choice(("320", "640", "0", DIGITS[:5], DIGITS))
        if kind == "uuid":
            ids = [one for one in self.known if _is_id(one)]
            return self.random.choice((*ids, str(uuid4()), str(UUID(int=0))))
        return self.random.choice((*self.known, *VALUES)).replace("/", "") or "x"

    def _value(self, name: str) -> str:
        if name in CURSORS and self.random.random() < 0.6:
            return self.random.choice(MOMENTS)
        if self.random.random() < 0.35:
            return self.random.choice(self.known)
        if self.random.random() < 0.1:
            return "".join(self.random.choice(VALUES) for _ in range(2))
        return self.random.choice(VALUES)

    def _fields(self) -> list[tuple[str, str]]:
        places = self.random.randrange(7)
        names = self.random.choices(self.parameters, k=places)
        names += self.random.choices(USUAL, k=places)
        return [(name, self._value(name)) for name in names]

    def _body(self, fields: list[tuple[str, str]]) -> tuple[str, bytes]:
        encoded = urlencode(fields, errors="surrogatepass").encode()
        ways: list[Callable[[], tuple[str, bytes]]] = [
            lambda: (FORM, encoded),
            lambda: (FORM, encoded),
            lambda: (f"{FORM}; charset={self.random.choice(CHARSETS)}", encoded),
            lambda: (f"application/json; charset={self.random.choice(CHARSETS)}", b'{"task_id": 1'),
            lambda: self._multipart(fields),
            lambda: self._multipart(fields),
            lambda: (MULTIPART, encoded),
            lambda: (f"{MULTIPART}; boundary={self.random.choice(BOUNDARIES)}", b"x"),
            lambda: (self.random.choice(("", ";", "text/plain", "a/b; c", "\x00")), encoded),
            lambda: (FORM, bytes(self.random.randrange(256) for _ in range(40))),
        ]
        return self.random.choice(ways)()

    def _multipart(self, fields: list[tuple[str, str]]) -> tuple[str, bytes]:
        charset = self.random.choice(("", "", f"; charset={self.random.choice(CHARSETS)}"))
        parts = [f'--edge\r\nContent-Disposition: form-data; name="{quote(n)}"\r\n\r\n{v}\r\n'
                 for n, v in fields]  # fmt: skip
        name = self.random.choice(("a.png", "", "../../x", "a" * 500, "\x00", "é\u202e.png"))
        transfer = self.random.choice(("", "Content-Transfer-Encoding: base64\r\n", "X: \x00\r\n"))
        parts.append(
            f'--edge\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
            f"Content-Type: image/png\r\n{transfer}\r\n\x89PNG not\r\n"
        )
        body = "".join(parts).encode(errors="surrogatepass")
        end = self.random.choice((b"--edge--\r\n", b"--edge--\r\n", b"--edge", b""))
        return f"{MULTIPART}; boundary=edge{charset}", body + end


def _is_id(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False


class Environs(RequestFactory):
    """Makes what a web server hands over, not a request, which may already be impossible."""

    def request(self, **environ: Any) -> Any:
        return self._base_environ(**environ)  # type: ignore[attr-defined]


def send(application: Any, hostile: Hostile, cookies: dict[str, str]) -> int:
    """Send it, read the whole answer, and return its status."""
    environs = Environs()
    environs.cookies.load(cookies)
    environ: Any = environs.generic(
        hostile.method,
        quote(hostile.path, safe="/%", errors="surrogatepass"),
        hostile.body,
        hostile.content_type,
        headers=hostile.headers,
        QUERY_STRING=hostile.query,
    )
    started: list[str] = []
    # As in the test client: the connection is the test's own.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        answer = application(environ, lambda status, *_: started.append(status))
        b"".join(answer)
        answer.close()
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)
    return int(started[0].split()[0])
