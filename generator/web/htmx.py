"""HTMX's protocol headers: their only reader and writer.

Everything else asks `wanted(request)` and answers with the helpers here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import resolve_url
from django.utils.cache import patch_vary_headers
from django_htmx.http import (
    HttpResponseClientRedirect,
    reswap,
    retarget,
    trigger_client_event,
)
from django_htmx.middleware import HtmxDetails


def wanted(request: HttpRequest) -> bool:
    """Whether a fragment is asked for. Restoring history asks for the whole page."""
    details: HtmxDetails = request.htmx  # type: ignore[attr-defined]
    return bool(details) and not details.history_restore_request


def varying(response: HttpResponse, fragment: bool) -> HttpResponse:
    """Mark an address that answers both a page and a fragment: neither may stand in for the other.

    Browsers take what they keep for a history step without asking, so a fragment is not kept.
    """
    patch_vary_headers(response, ["HX-Request", "HX-History-Restore-Request"])
    if fragment:
        response["Cache-Control"] = "no-store"
    return response


def replacing(response: HttpResponse, selector: str) -> HttpResponse:
    """Put this answer in the place of `selector` instead of where the request pointed."""
    return retarget(reswap(response, "outerHTML"), selector)


def adding(response: HttpResponse, selector: str) -> HttpResponse:
    """Put this answer at the end of `selector` instead of where the request pointed."""
    return retarget(reswap(response, "beforeend"), selector)


def announcing(response: HttpResponse, event: str, detail: dict[str, Any]) -> HttpResponse:
    """Let the page's scripts hear of it: an event that bubbles up from what asked."""
    trigger_client_event(response, event, detail)
    return response


class SessionEndedMiddleware:
    """A fragment request of a session that has ended leads the whole page to the log-in, and back.

    Otherwise htmx would follow the redirect and put the log-in page into a card.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        details: HtmxDetails = request.htmx  # type: ignore[attr-defined]
        if details and response.status_code == 302:
            return HttpResponseClientRedirect(self._back_to_the_page(response["Location"], details))
        return response

    def _back_to_the_page(self, location: str, details: HtmxDetails) -> str:
        """The log-in's address with the page that asked as its `next`, not the fragment; `ended`
        has it say why one stands there."""
        if not location.startswith(resolve_url(settings.LOGIN_URL)):
            return location
        page = details.current_url_abs_path or resolve_url(settings.LOGIN_REDIRECT_URL)
        return f"{location.partition('?')[0]}?{urlencode({'next': page, 'ended': 1})}"
