"""Page addresses: the cursor of a list, read and written."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest


def cursor(request: HttpRequest, name: str = "before") -> uuid.UUID | None:
    """The boundary in the query string; None on a first page. Raises `Http404` for nonsense."""
    raw = request.GET.get(name, "")
    try:
        return uuid.UUID(raw) if raw else None
    except ValueError:
        raise Http404 from None


def url(path: str, boundary: uuid.UUID | None, name: str = "before") -> str:
    """The address of the page behind this boundary; empty when there is none."""
    return f"{path}?{name}={boundary.hex}" if boundary else ""


def older_url(request: HttpRequest, boundary: uuid.UUID | None) -> str:
    """The same for the page that is asked for now, with all else that its address asks for."""
    if boundary is None:
        return ""
    query = request.GET.copy()
    query["before"] = boundary.hex
    return f"{request.path}?{query.urlencode()}"
