"""The upstream's callback: authenticate by the token, note, answer, believe nothing."""

from __future__ import annotations

import hmac
import logging
import uuid

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from generator.models import Job
from generator.services import callbacks
from generator.services.callbacks import BadCallback, CallbackHint

log = logging.getLogger(__name__)

# Documented bodies have some hundred bytes; an image as a data URI may come along and is not
# read, so it need not be taken either.
MAX_BODY_BYTES = 256 * 1024


@csrf_exempt
@login_not_required
@require_POST
def callback(request: HttpRequest, pk: uuid.UUID, token: str) -> HttpResponse:
    """204 for a report that was taken as a hint; 404 for a wrong token, 409 for another task."""
    job = Job.objects.filter(pk=pk).first()
    # Compared in any case, so that an unknown job takes as long as a wrong token.
    expected = job.callback_token if job else "no such job"
    if not hmac.compare_digest(expected.encode(), token.encode()) or job is None:
        raise Http404
    hint = read_hint(request, job)
    if isinstance(hint, HttpResponse):
        return hint
    return HttpResponse(status=204 if callbacks.report(job, hint) else 409)


def read_hint(request: HttpRequest, sender: object) -> CallbackHint | HttpResponse:
    """Return what the body names, or the response that refuses it. Touches no database.

    `sender` says in the log whose callback could not be read.
    """
    body = _read(request)
    if len(body) > MAX_BODY_BYTES:
        return HttpResponse(status=413)
    try:
        return callbacks.parse_callback(body)
    except BadCallback as error:
        log.warning("unreadable callback for %s: %s", sender, error)
        return HttpResponse("malformed JSON\n", status=400, content_type="text/plain")


def _read(request: HttpRequest) -> bytes:
    """The body, or a byte more than is taken; empty, hence no JSON, when it breaks off."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or len(length) > 9 or int(length) > MAX_BODY_BYTES:
        return bytes(MAX_BODY_BYTES + 1)  # by its own word; waiting for it would hold a thread
    # Django takes a body without a length for none, but a sender may stream its JSON in chunks.
    chunked = "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower()
    source = request.META["wsgi.input"] if chunked else request
    try:
        return bytes(source.read(MAX_BODY_BYTES + 1))
    except Exception:  # a connection that broke, or chunks that are none: each server's own errors
        return b""
