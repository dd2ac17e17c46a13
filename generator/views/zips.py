"""Downloading many images at once."""

from __future__ import annotations

from collections.abc import Iterator
from threading import BoundedSemaphore

from django.http import HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from generator.services import zips
from generator.web.requests import MemberRequest
from generator.web.responses import redirect_with_message, safe_next
from generator.web.selection import InvalidSelection, selection_in

# A slow connection occupies a server thread for minutes; the other threads serve pages.
AT_ONCE = 2
_slots = BoundedSemaphore(AT_ONCE)


class Sending:
    """The bytes of a zip. Releases its slot when it is finished or abandoned."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self.parts = parts
        self.open = True

    def __iter__(self) -> Iterator[bytes]:
        return self.parts

    def close(self) -> None:
        if self.open:
            self.open = False
            _slots.release()


@require_http_methods(["GET", "POST"])
def download(request: MemberRequest) -> HttpResponseBase:
    """Return a zip of the selected images: every `image`, or `all` with `filters`."""
    try:
        selection = selection_in(request.POST if request.method == "POST" else request.GET)
    except InvalidSelection as refusal:
        return redirect_with_message(request, str(refusal), safe_next(request), tone="warning")
    if not _slots.acquire(blocking=False):
        text = _("Too many downloads are in progress. Try again when one of them has finished.")
        return redirect_with_message(request, text, safe_next(request), tone="warning")
    try:
        archive = zips.make(request.user, selection)
    except BaseException:
        _slots.release()
        raise
    response = StreamingHttpResponse(Sending(archive.parts), content_type="application/zip")
    name = zips.file_name(archive.count, timezone.localdate().isoformat())
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Cache-Control"] = "private, no-store"
    if archive.size is not None:
        response["Content-Length"] = str(archive.size)
    return response
