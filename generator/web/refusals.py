"""Why a form was refused before any view saw it, and which setting is the cause."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

EXPIRED = ""


def cause_of(request: HttpRequest) -> str:
    """Return the cause in a sentence for whoever runs the studio; `EXPIRED` if it is no setting:
    the page is old, or the browser takes no cookies."""
    public = settings.GEMPIX_PUBLIC_URL
    origin = request.headers.get("Origin", "")
    if settings.SESSION_COOKIE_SECURE and not request.is_secure():
        return _(
            "The request did not arrive as https, although GEMPIX_PUBLIC_URL is %(url)s. Open the "
            "studio there; the reverse proxy must send the header X-Forwarded-Proto: https."
        ) % {"url": public}
    if origin in ("", "null"):
        return EXPIRED
    try:
        parts = urlsplit(origin)
    except ValueError:
        return EXPIRED
    if parts.netloc == request.get_host() and parts.scheme != request.scheme:
        return _(
            "The page was opened at %(origin)s, but the studio does not know that it is served by "
            "%(scheme)s. Set GEMPIX_PUBLIC_URL to %(origin)s."
        ) % {"origin": origin, "scheme": parts.scheme}
    if parts.netloc != request.get_host() and origin != public:
        return _(
            "The page was opened at %(origin)s, but the request arrived for %(host)s. Set "
            "GEMPIX_PUBLIC_URL to where members open the studio; the reverse proxy must pass on "
            "the header Host."
        ) % {"origin": origin, "host": request.get_host()}
    return EXPIRED
