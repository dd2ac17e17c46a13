"""The upstream's callback: authenticate by the token, note, answer, believe nothing.

Nothing that it could send is waited for long: who calls has a deadline of its own, and the poller
finds the same truth later.
"""

from __future__ import annotations

import hmac
import logging
import uuid

from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from generator.models import Job, lock_wait
from generator.services import callbacks
from generator.services.callbacks import BadCallback, CallbackHint
from generator.web import visitors

log = logging.getLogger(__name__)

# Documented bodies have a few hundred bytes. One may contain an image as a data URI, which is
# never read, so it need not be accepted either.
MAX_BODY_BYTES = 256 * 1024
# For a lock in the database, at most twice in one callback.
MAX_LOCK_SECONDS = 2


@csrf_exempt
@login_not_required
@require_POST
def callback(request: HttpRequest, pk: uuid.UUID, token: str) -> HttpResponse:
    """Return 204 for a report taken as a hint, 404 for a wrong token, 409 for another task, 503
    while the database is locked or down."""
    try:
        with lock_wait.at_most(MAX_LOCK_SECONDS):
            return _answer(request, pk, token)
    except (OperationalError, InterfaceError) as error:
        log.warning("a callback for job %s could not be recorded: %s", pk, error)
        return HttpResponse(status=503, headers={"Retry-After": "10"})


def _answer(request: HttpRequest, pk: uuid.UUID, token: str) -> HttpResponse:
    job = Job.objects.filter(pk=pk).first()
    # Always compared, so that an unknown job takes as long as a wrong token.
    expected = job.callback_token if job else "no such job"
    if not hmac.compare_digest(expected.encode(), token.encode()) or job is None:
        log.warning(
            "a callback for job %s from %s had a wrong token", pk, visitors.address_of(request)
        )
        raise Http404
    hint = read_hint(request, job)
    if isinstance(hint, HttpResponse):
        return hint
    return HttpResponse(status=204 if callbacks.report(job, hint) else 409)


def read_hint(request: HttpRequest, sender: object) -> CallbackHint | HttpResponse:
    """Return what the body names, or the response that refuses it. Touches no database.

    The log names `sender` if its callback could not be read.
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
    """Return the body, or one byte more than allowed; empty, hence no JSON, if it breaks off."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or len(length) > 9 or int(length) > MAX_BODY_BYTES:
        return bytes(MAX_BODY_BYTES + 1)  # too long; reading it would occupy a thread
    # Django treats a body without a length as empty, but a sender may stream its JSON in chunks.
    chunked = "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower()
    source = request.META["wsgi.input"] if chunked else request
    try:
        return bytes(source.read(MAX_BODY_BYTES + 1))
    except Exception:  # a broken connection or invalid chunks: errors differ by server
        return b""
