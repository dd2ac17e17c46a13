"""The notices above a page: whether they have changed since it was loaded."""

from __future__ import annotations

from generator.queries import studio_status
from generator.web.requests import MemberRequest


def have_changed(request: MemberRequest) -> bool:
    """Return whether they differ from `notices=`, what the page says it has."""
    shown = request.GET.get("notices")
    return shown is not None and shown != studio_status.read().notices
