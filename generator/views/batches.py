"""The studio: the compose box and my latest batches under it."""

from __future__ import annotations

from typing import Any

from csp.decorators import csp_update
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST, require_safe

from generator.catalog import MAX_REFERENCES
from generator.forms.compose import ComposeForm
from generator.forms.tokens import new_form_token
from generator.models import Batch
from generator.permissions import Permission
from generator.queries import compose, history
from generator.queries.paging import Page
from generator.services import batches, drafts, uploads
from generator.views import prefill
from generator.web import access, htmx, paging
from generator.web.requests import MemberRequest

# The compose box shows the reference images whose URLs its own member has typed.
references_shown = csp_update({"img-src": ["https:", "http:"]})


@require_safe
@gzip_page
@references_shown  # type: ignore[arg-type] # it knows Django's request alone
def studio(request: MemberRequest) -> HttpResponse:
    """Show the compose box with the member's draft, overlaid with what the URL asks for
    (`prefill`). The draft stays as it is until the member changes something, so that they can go
    back. Redirect members who may not generate to the gallery."""
    member = request.user
    if not member.can(Permission.GENERATE):
        return redirect("generator:gallery")
    page = history.own_page(member)
    draft = compose.draft(member)
    if not draft and not page.rows:
        draft = {"prompt": _("A red fox asleep in fresh snow, soft morning light")}
    filled = prefill.asked_for(request, member, draft)
    form = ComposeForm(member, initial=draft | filled.fields)
    return _page(request, form, page, filled=filled, replaced=draft)


def _page(
    request: MemberRequest,
    form: ComposeForm,
    page: Page[Batch],
    *,
    filled: prefill.Prefill | None = None,
    replaced: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        # What the URL filled in, and what it replaced, for *Undo*.
        "filled": filled,
        "replaced": replaced,
        "batches": page.rows,
        "history_url": paging.url(reverse("generator:history"), page.next_cursor),
    }
    return render(request, "generator/studio.html", context, status=status)


@require_POST
@references_shown
@access.require(Permission.GENERATE)
def create(request: MemberRequest) -> HttpResponse:
    """Handle a press of Generate. Posting the same form token again returns the same batches."""
    member = request.user
    # One file too many is enough for the refusal.
    files = request.FILES.getlist("images")[: MAX_REFERENCES + 1]
    attached = uploads.attach(member, files)
    form = ComposeForm(member, request.POST, attached, host=request.get_host())
    if not form.is_valid():
        return _form_again(request, form, status=422)
    if _must_confirm(request, form):
        return _form_again(request, form)
    values = form.cleaned_data
    requests = batches.requests_for(values)
    new_batches, created = batches.create_all(member, requests, values["form_token"])
    if created:
        drafts.save(member, request.POST, [slot.value for slot in form.slots])
    if not htmx.wanted(request):
        return redirect("generator:studio")
    context = {
        "batches": [access.batch(request, batch.pk) for batch in new_batches],
        "form_token": new_form_token(),
    }
    return render(request, "generator/fragments/batch_created.html", context, status=201)


def _must_confirm(request: MemberRequest, form: ComposeForm) -> bool:
    """Return whether a page without scripts, which cannot show variants as they are typed, must
    show these before generating."""
    shown = request.POST.get("shown", "")
    return "show_first" in request.POST and form.images_differ(shown)


def _form_again(request: MemberRequest, form: ComposeForm, status: int = 200) -> HttpResponse:
    """Return the same compose box with its errors."""
    if not htmx.wanted(request):
        page = history.own_page(request.user)
        return _page(request, form, page, status=status)
    fragment = render(request, "generator/fragments/compose.html", {"form": form}, status=status)
    return htmx.replacing(fragment, "#compose")
