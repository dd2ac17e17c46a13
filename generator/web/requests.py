"""Requests as the middleware hands them to the views."""

from __future__ import annotations

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from generator.models import User


class Request(HttpRequest):
    """Anybody's request."""

    htmx: HtmxDetails


class MemberRequest(Request):
    """A signed-in member's request: every view's, unless it is marked `login_not_required`."""

    user: User
