"""*Again*: one image more as another one was made, and the way back from it."""

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

# One notice tells of so many presses and takes them back; its sentence begins anew after them.
MOST_PRESSES = 50


@require_POST
@access.require(Permission.GENERATE)
def create(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One image more as this one was made, without a look at the box. As with a press of
    Generate, a form token is good for one; a private image's next one is private, too.

    The page names the batches of which its notice tells already (`batch`): the answer is one
    notice of all of them."""
    image, member = access.image(request, pk), access.member_of(request)
    data = QueryDict(mutable=True)
    for name, value in compose.fields_of(image.job.batch, 1).items():
        data.setlist(name, value if isinstance(value, list) else [value])
    data["form_token"] = request.POST.get("form_token", "")
    data["private"] = "on" if image.private else ""
    form = ComposeForm(member, data)
    if not form.is_valid():
        return _no_more(request, image)
    (batch,), _created = batches.create_all(member, form.orders(), form.cleaned_data["form_token"])
    if not htmx.wanted(request):
        return redirect(batch)
    jobs = _asked_for(request, [*_named(request), batch.pk])
    price = sum((job.price_credits for job in jobs), Decimal())
    context = {
        "batches": list({job.batch_id: job.batch for job in jobs}.values()),
        "text": messages.regenerated(len(jobs), price),
        "form_token": new_form_token(),
    }
    answer = render(request, "generator/fragments/regenerated.html", context, status=201)
    return htmx.adding(answer, "#toasts")


def _named(request: HttpRequest) -> list[uuid.UUID]:
    """The batches that a form names, once each; what is no id is left out."""
    found = []
    for raw in request.POST.getlist("batch")[-MOST_PRESSES:]:
        try:
            found.append(uuid.UUID(raw))
        except ValueError:
            continue
    return list(dict.fromkeys(found))


def _asked_for(request: HttpRequest, pks: Sequence[uuid.UUID]) -> list[Job]:
    """The member's own jobs of these batches, without those that were canceled since."""
    member = access.member_of(request)
    jobs = job_queries.of_batches(member, pks)
    return [
        job for job in jobs if permissions.owns(member, job.batch) and job.status != Status.CANCELED
    ]


def _no_more(request: HttpRequest, image: Image) -> HttpResponse:
    """Its model is not offered any more, or a reference is gone: the box says which."""
    text = _("This cannot be made again as it was. Press Reuse to see why, and to change it.")
    if not htmx.wanted(request):
        warning(request, text)
        return redirect(image)
    answer = render(request, "generator/fragments/toast.html", {"text": text}, status=422)
    return htmx.adding(answer, "#toasts")


@require_POST
def cancel(request: HttpRequest) -> HttpResponse:
    """Cancel what of these batches is not sent yet, and say what goes on and is charged."""
    named, member = _named(request), access.member_of(request)
    found = [access.own_batch(request, pk) for pk in named]
    canceled = sum(jobs.cancel_unsent(batch, member) for batch in found)
    said = messages.canceled(canceled, job_queries.of_batches(member, named))
    if not htmx.wanted(request):
        info(request, said)
        return redirect("generator:studio")
    return render(request, "generator/includes/toast.html", {"text": said, "tone": "info"})
