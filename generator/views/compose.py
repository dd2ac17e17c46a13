"""What the compose box requests while in use: uploads, previews, the draft, prompt history."""

from __future__ import annotations

import uuid
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from generator.catalog import MAX_REFERENCES
from generator.permissions import Permission
from generator.queries import compose, gallery
from generator.queries.filters import Filters, filters_of
from generator.services import drafts, stored_files, uploads
from generator.views import files
from generator.web import access, htmx, paging
from generator.web.requests import MemberRequest
from generator.web.responses import redirect_with_message, safe_next
from generator.web.selection import InvalidSelection, selection_in

makers_only = access.require(Permission.GENERATE)


@require_POST
@makers_only
def upload(request: MemberRequest) -> HttpResponse:
    """Store a file as a reference; answer with its slot value, or with why it was refused."""
    file = request.FILES.get("image")
    if file is None:
        return JsonResponse({"error": _("Choose an image first.")}, status=422)
    try:
        stored = uploads.store(request.user, file)
    except uploads.REJECTIONS as refused:
        return JsonResponse({"error": str(refused.sentence)}, status=422)
    return JsonResponse({"value": stored.slot}, status=201)


@require_safe
def upload_file(request: MemberRequest, pk: uuid.UUID) -> HttpResponseBase:
    """Return an uploaded reference as it is sent."""
    return files.answer(request, stored_files.upload(access.upload(request, pk)))


@require_safe
def upload_small(request: MemberRequest, pk: uuid.UUID) -> HttpResponseBase:
    """Return a small copy of an uploaded reference."""
    return files.answer(request, stored_files.small_upload(access.upload(request, pk)))


@require_safe
def preview(request: MemberRequest, pk: uuid.UUID) -> HttpResponseBase:
    """Return a small copy of an image that may be used as a reference."""
    preview = stored_files.preview(access.usable_image(request, pk))
    if preview is None:
        raise Http404
    return files.answer(request, preview)


@require_POST
@makers_only
def draft(request: MemberRequest) -> HttpResponse:
    """Save the contents of the compose box as the draft."""
    drafts.save(request.user, request.POST, request.POST.getlist("image_urls"))
    return HttpResponse(status=204)


@require_safe
@makers_only
def prompts(request: MemberRequest) -> HttpResponse:
    """Search earlier prompts, mine or the team's; the panel gets only the list."""
    member, search = request.user, filters_of(request.GET).q
    of = _whose(request, "me", "team")
    batches = compose.prompts(member, search, team=of == "team")
    context = {"batches": batches, "search": search, "of": of}
    name = "fragments/prompt_history" if htmx.wanted(request) else "prompt_history"
    return render(request, f"generator/{name}.html", context)


@require_safe
@makers_only
def images(request: MemberRequest) -> HttpResponse:
    """Search images for a slot: the team's, mine, or my favorites; the panel gets only the list,
    and further pages of it."""
    member, search = request.user, filters_of(request.GET).q
    of = _whose(request, "team", "me", "favourites")
    mine = member.username if of == "me" else ""
    filters = Filters(q=search, member=mine, favourites=of == "favourites")
    cursor = paging.cursor(request)
    page = gallery.page(member, filters, cursor)
    context = {
        "images": page.rows,
        "next_url": paging.older_url(request, page.next_cursor),
        "search": search,
        "of": of,
    }
    further = "fragments/reference_images_page" if cursor else "fragments/reference_images"
    name = further if htmx.wanted(request) else "reference_images"
    return render(request, f"generator/{name}.html", context)


@require_POST
@makers_only
def add(request: MemberRequest) -> HttpResponse:
    """Redirect a selection's form to the compose box, with its images as references."""
    try:
        selection = selection_in(request.POST)
    except InvalidSelection as refusal:
        return redirect_with_message(request, str(refusal), safe_next(request), tone="warning")
    if selection.all_matching or len(selection.selected_ids) > MAX_REFERENCES:
        text = _("Select up to four images to use them as references.")
        return redirect_with_message(request, text, safe_next(request), tone="warning")
    query = urlencode([("add", pk) for pk in selection.selected_ids])
    return redirect(f"{reverse('generator:studio')}?{query}")


def _whose(request: MemberRequest, *choices: str) -> str:
    """Return the choice that the URL names, or the first one."""
    of = request.GET.get("of", "")
    return of if of in choices else choices[0]
