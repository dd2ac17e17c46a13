"""The product's URLs, but for the callback's view: it knows one job and answers with the hint that
the product's own function reads."""

from __future__ import annotations

import hmac
import uuid

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from gempix_site import urls as site_urls
from generator import urls
from generator.views.callbacks import read_hint

JOB = uuid.UUID("01930000-0000-7000-8000-000000000001")
TOKEN = "zEkjFuTHqa-Token_of-the-one-job"
# Set on every answer to a request that came as far as the product's function.
READ = "X-Read"


@csrf_exempt
@login_not_required
@require_POST
def callback(request: HttpRequest, pk: uuid.UUID, token: str) -> HttpResponse:
    """200 with the hint, or what the product's function refuses it with; 404 for a wrong token."""
    if not hmac.compare_digest(TOKEN.encode(), token.encode()) or pk != JOB:
        raise Http404
    hint = read_hint(request, "the job of the tests")
    if isinstance(hint, HttpResponse):
        response = hint
    else:
        response = JsonResponse({"task_id": hint.task_id, "raw_status": hint.raw_status})
    response[READ] = "yes"
    return response


# The product's pages of errors ask its database.


def handler400(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponse(status=400)


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponse(status=404)


(_theirs,) = (pattern for pattern in urls.urlpatterns if pattern.name == "callback")
urlpatterns = [URLPattern(_theirs.pattern, callback), *site_urls.urlpatterns]
