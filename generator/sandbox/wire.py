"""Requests and replies, independent of sockets."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from generator.sandbox.behavior import Answer

BAD_GATEWAY = (
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n"
    b"<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n"
)


@dataclass(frozen=True)
class Request:
    """What a handler needs to know; header names are in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True)
class Reply:
    """What is sent back, and how."""

    status: int
    body: bytes
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    answer: Answer = Answer.SEND


def request_of(method: str, target: str, headers: Mapping[str, str], body: bytes) -> Request:
    """Return the request for a request line's target."""
    parts = urlsplit(target)
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return Request(method, parts.path, query, {k.lower(): v for k, v in headers.items()}, body)


def json_reply(status: int, content: object, headers: Mapping[str, str] | None = None) -> Reply:
    """Return a JSON reply."""
    return Reply(status, json.dumps(content).encode(), headers=headers or {})


def ok(data: Mapping[str, Any]) -> Reply:
    """Return a success in the vendor's envelope."""
    return json_reply(200, {"code": 0, "message": "ok", "data": data})


def failure(status: int, message: str, detail: str = "", code: int = 1) -> Reply:
    """Return an error in the vendor's envelope."""
    content: dict[str, object] = {"code": code, "message": message}
    if detail:
        content["detail"] = detail
    return json_reply(status, content)


def bad_gateway() -> Reply:
    """Return what a proxy answers in place of the vendor."""
    return Reply(502, BAD_GATEWAY, "text/html")
