"""Regenerate: generate one more image like another one, and cancel it again."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from decimal import Decimal

from django.contrib.messages import info, warning
from django.http import HttpRequest, HttpResponse, QueryDict
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

# One toast reports and cancels this many presses; the next press starts a new one.
MOST_PRESSES = 50


@require_POST
@access.require(Permission.GENERATE)
def create(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Generate one more image like this one, without the compose box. As with Generate, a form
    token is good for one press; the new image of a private one is private, too.

    The page sends the batches that its toast lists (`batch`): the answer is one toast for all."""
    image, member = access.image(request, pk), access.member_of(request)
    data = QueryDict(mutable=True)
    for name, value in compose.fields_of(image.job.batch, 1).items():
        data.setlist(name, value if isinstance(value, list) else [value])
    data["form_token"] = request.POST.get("form_token", "")
    data["private"] = "on" if image.private else ""
    form = ComposeForm(member, data)
    if not form.is_valid():
        return _cannot_regenerate(request, image)
    (batch,), _created = batches.create_all(
        member, form.requests(), form.cleaned_data["form_token"]
    )
    if not htmx.wanted(request):
        return redirect(batch)
    jobs = _own_jobs(request, [*_named(request), batch.pk])
    price = sum((job.price_credits for job in jobs), Decimal())
    context = {
        "batches": list({job.batch_id: job.batch for job in jobs}.values()),
        "text": messages.regenerated(len(jobs), price),
        "form_token": new_form_token(),
    }
    answer = render(request, "generator/fragments/regenerated.html", context, status=201)
    return htmx.adding(answer, "#toasts")


def _named(request: HttpRequest) -> list[uuid.UUID]:
    """Return the batches that a form names, once each; skip what is not an id."""
    pks = []
    for raw in request.POST.getlist("batch")[-MOST_PRESSES:]:
        try:
            pks.append(uuid.UUID(raw))
        except ValueError:
            continue
    return list(dict.fromkeys(pks))


def _own_jobs(request: HttpRequest, pks: Sequence[uuid.UUID]) -> list[Job]:
    """Return the member's own jobs of these batches, except those canceled since."""
    member = access.member_of(request)
    jobs = job_queries.of_batches(member, pks)
    return [
        job for job in jobs if permissions.owns(member, job.batch) and job.status != Status.CANCELED
    ]


def _cannot_regenerate(request: HttpRequest, image: Image) -> HttpResponse:
    """Refuse: the model or a reference is no longer available. The compose box says which."""
    text = _("This image cannot be regenerated as it was. Press Reuse to see why and to change it.")
    if not htmx.wanted(request):
        warning(request, text)
        return redirect(image)
    answer = render(request, "generator/fragments/toast.html", {"text": text}, status=422)
    return htmx.adding(answer, "#toasts")


@require_POST
def cancel(request: HttpRequest) -> HttpResponse:
    """Cancel the unsent jobs of these batches, and say which ones continue and are charged."""
    named, member = _named(request), access.member_of(request)
    batches = [access.own_batch(request, pk) for pk in named]
    canceled = sum(jobs.cancel_unsent(batch, member) for batch in batches)
    message = messages.canceled(canceled, job_queries.of_batches(member, named))
    if not htmx.wanted(request):
        info(request, message)
        return redirect("generator:studio")
    return render(request, "generator/includes/toast.html", {"text": message, "tone": "info"})
