"""Django's WSGI handler, with requests that can be made of anything that arrives."""

from __future__ import annotations

from typing import Any

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.utils.http import parse_header_parameters


class Request(WSGIRequest):
    """Ignores the charset that a request names: browsers send UTF-8.

    Python has "charsets" that are none, such as rot13. With one of them Django fails in making the
    request, where no error page can be shown; with others, wherever a parameter is read first.
    """

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        try:
            kind, parameters = parse_header_parameters(meta.get("CONTENT_TYPE", ""))
        except (ValueError, LookupError):
            kind, parameters = "", {}
        self.content_type, self.content_params = kind, parameters


class Handler(WSGIHandler):
    request_class = Request
