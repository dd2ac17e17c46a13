"""The only reader and writer of HTMX's protocol headers.

Everything else calls `wanted(request)` and answers with the helpers here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import resolve_url
from django.utils.cache import patch_vary_headers
from django_htmx.http import (
    HttpResponseClientRedirect,
    reswap,
    retarget,
    trigger_client_event,
)
from django_htmx.middleware import HtmxDetails

from generator.web.requests import Request


def wanted(request: Request) -> bool:
    """Return whether a fragment is requested. Restoring history requests the whole page."""
    return bool(request.htmx) and not request.htmx.history_restore_request


def replacing(response: HttpResponse, selector: str) -> HttpResponse:
    """Replace `selector` with this answer instead of the request's own target."""
    return retarget(reswap(response, "outerHTML"), selector)


def adding(response: HttpResponse, selector: str) -> HttpResponse:
    """Append this answer to `selector` instead of the request's own target."""
    return retarget(reswap(response, "beforeend"), selector)


def announcing(response: HttpResponse, event: str, detail: dict[str, Any]) -> HttpResponse:
    """Tell the page's scripts with an event that bubbles up from the requesting element."""
    trigger_client_event(response, event, detail)
    return response


def _kept_apart(request: Request, response: HttpResponseBase) -> HttpResponseBase:
    """Let caches keep pages and fragments of one URL apart, whichever URLs have both.

    Browsers reuse cached responses for history steps without asking, so a fragment is not cached.
    """
    is_html = response.get("Content-Type", "").startswith("text/html")
    if is_html:
        patch_vary_headers(response, ["HX-Request", "HX-History-Restore-Request"])
    if wanted(request) and (is_html or response.status_code == 204):
        response.headers["Cache-Control"] = "no-store"
    return response


class SessionEndedMiddleware:
    """Redirect the whole page to the login, and back, when a fragment's session has expired.

    Otherwise HTMX would follow the redirect and put the login page into a card.
    """

    def __init__(self, get_response: Callable[[Request], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        response = self.get_response(request)
        details = request.htmx
        if details and response.status_code == 302:
            target = self._back_to_the_page(response["Location"], details)
            response = HttpResponseClientRedirect(target)
        return _kept_apart(request, response)

    def _back_to_the_page(self, location: str, details: HtmxDetails) -> str:
        """Return the login URL with the requesting page, not the fragment, as `next`; `ended` makes
        the page explain why it is shown."""
        if not location.startswith(resolve_url(settings.LOGIN_URL)):
            return location
        try:
            page = details.current_url_abs_path
        except ValueError:  # no URL at all
            page = None
        page = page or resolve_url(settings.LOGIN_REDIRECT_URL)
        return f"{location.partition('?')[0]}?{urlencode({'next': page, 'ended': 1})}"
