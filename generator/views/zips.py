"""Downloading many images at once."""

from __future__ import annotations

from collections.abc import Iterator
from threading import BoundedSemaphore

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from generator.services import zips
from generator.views.bulk import Unusable, led_back, selection_of
from generator.web import access

# A slow connection holds a thread of the server for minutes; the others are for the pages.
AT_ONCE = 2
_places = BoundedSemaphore(AT_ONCE)


class Sending:
    """The bytes of a zip; gives its place back when it is through, or given up."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self.parts = parts
        self.open = True

    def __iter__(self) -> Iterator[bytes]:
        return self.parts

    def close(self) -> None:
        if self.open:
            self.open = False
            _places.release()


@require_http_methods(["GET", "POST"])
def download(request: HttpRequest) -> HttpResponseBase:
    """A zip of the chosen images: `image` as often as it comes, or `all` with `filters`."""
    try:
        selection = selection_of(request.POST if request.method == "POST" else request.GET)
    except Unusable as refusal:
        return led_back(request, refusal)
    if not _places.acquire(blocking=False):
        text = _("Several downloads are under way already. Try again when one of them is through.")
        return led_back(request, text)
    try:
        found = zips.make(access.member_of(request), selection)
    except BaseException:
        _places.release()
        raise
    response = StreamingHttpResponse(Sending(found.parts), content_type="application/zip")
    name = zips.file_name(found.count, timezone.localdate().isoformat())
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Cache-Control"] = "private, no-store"
    if found.size is not None:
        response["Content-Length"] = str(found.size)
    return response
