"""The studio: the compose box and my latest batches under it."""

from __future__ import annotations

from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from generator import access, htmx, queries
from generator.forms import ComposeForm, new_form_token
from generator.models import Batch, Role
from generator.services import batches
from generator.views import paging

# The compose box shows the reference pictures whose addresses its own member has typed.
references_shown = csp_update({"img-src": ["https:", "http:"]})


@require_safe
@references_shown
def studio(request: HttpRequest) -> HttpResponse:
    member = access.member_of(request)
    page = queries.batch_page(member, None)
    initial = (
        {} if page.rows else {"prompt": _("A red fox asleep in fresh snow, soft morning light")}
    )
    return _page(request, ComposeForm(initial=initial), page)


def _page(
    request: HttpRequest, form: ComposeForm, page: queries.Page[Batch], status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "batches": page.rows,
        "history_url": paging.url(reverse("generator:history"), page.next_cursor),
    }
    return render(request, "generator/studio.html", context, status=status)


@require_POST
@references_shown
@access.roles_only(Role.OWNER, Role.ADMIN, Role.MEMBER)
def create(request: HttpRequest) -> HttpResponse:
    """One press of Generate. The same form token posted again answers with the same batch."""
    member = access.member_of(request)
    form = ComposeForm(request.POST)
    if not form.is_valid():
        return _invalid(request, form)
    batch, _created = batches.create(member, form.order(), form.cleaned_data["form_token"])
    if not htmx.wanted(request):
        return redirect("generator:studio")
    context = {"batch": access.batch(request, batch.pk), "form_token": new_form_token()}
    return render(request, "generator/fragments/batch_created.html", context, status=201)


def _invalid(request: HttpRequest, form: ComposeForm) -> HttpResponse:
    if not htmx.wanted(request):
        page = queries.batch_page(access.member_of(request), None)
        return _page(request, form, page, status=422)
    fragment = render(request, "generator/fragments/compose.html", {"form": form}, status=422)
    return htmx.replacing(fragment, "#compose")
