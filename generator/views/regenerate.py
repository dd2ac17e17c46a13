"""Regenerate: generate one more image like another one, and cancel it again."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from decimal import Decimal

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from generator import permissions
from generator.forms.compose import ComposeForm
from generator.forms.tokens import new_form_token
from generator.models import Image, Job
from generator.permissions import Permission
from generator.queries import compose
from generator.queries import jobs as job_queries
from generator.services import batches, jobs
from generator.state import Status
from generator.views import messages
from generator.web import access, htmx
from generator.web.params import valid_ids_in
from generator.web.requests import MemberRequest
from generator.web.responses import toast

# One toast reports and cancels this many presses; the next press starts a new one.
MOST_PRESSES = 50


@require_POST
@access.require(Permission.GENERATE)
def create(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Generate one more image like this one, without the compose box. As with Generate, a form
    token is good for one press; the new image of a private one is private, too.

    The page sends the batches that its toast lists (`batch`): the answer is one toast for all."""
    image, member = access.image(request, pk), request.user
    data = QueryDict(mutable=True)
    for name, value in compose.fields_of(image.job.batch, 1).items():
        data.setlist(name, value if isinstance(value, list) else [value])
    data["form_token"] = request.POST.get("form_token", "")
    data["private"] = "on" if image.private else ""
    form = ComposeForm(member, data)
    if not form.is_valid():
        return _cannot_regenerate(request, image)
    requests = batches.requests_for(form.cleaned_data)
    (batch,), _created = batches.create_all(member, requests, form.cleaned_data["form_token"])
    if not htmx.wanted(request):
        return redirect(batch)
    jobs = _own_jobs(request, [*_listed(request), batch.pk])
    price = sum((job.price_credits for job in jobs), Decimal())
    context = {
        "batches": list({job.batch_id: job.batch for job in jobs}.values()),
        "text": messages.regenerated(len(jobs), price),
        "form_token": new_form_token(),
    }
    answer = render(request, "generator/fragments/regenerated.html", context, status=201)
    return htmx.adding(answer, "#toasts")


def _listed(request: MemberRequest) -> list[uuid.UUID]:
    """Return the batches that the page's toast lists, once each."""
    return valid_ids_in(request.POST.getlist("batch")[-MOST_PRESSES:])


def _own_jobs(request: MemberRequest, pks: Sequence[uuid.UUID]) -> list[Job]:
    """Return the member's own jobs of these batches, except those canceled since."""
    member = request.user
    jobs = job_queries.of_batches(member, pks)
    return [
        job for job in jobs if permissions.owns(member, job.batch) and job.status != Status.CANCELED
    ]


def _cannot_regenerate(request: MemberRequest, image: Image) -> HttpResponse:
    """Refuse: the model or a reference is no longer available. The compose box says which."""
    text = _("This image cannot be regenerated as it was. Press Reuse to see why and to change it.")
    return toast(request, text, image, tone="warning", status=422)


@require_POST
def cancel(request: MemberRequest) -> HttpResponse:
    """Cancel the unsent jobs of these batches, and say which ones continue and are charged."""
    pks = _listed(request)
    batches = [access.own_batch(request, pk) for pk in pks]
    canceled = sum(jobs.cancel_unsent(batch, request.user) for batch in batches)
    message = messages.canceled(canceled, job_queries.of_batches(request.user, pks))
    return toast(request, message, "generator:studio", tone="info", replaces=True)
