"""What a member has made, by batch: with the gallery's filters, failures included."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from generator import access, htmx, queries
from generator.models import User
from generator.queries import months
from generator.queries.filters import Filters, filters_of
from generator.views import chips, paging


@require_safe
def history(request: HttpRequest, username: str = "") -> HttpResponse:
    """A member's batches, newest first; one's own unless the address asks for another's or for
    everyone's."""
    me = access.member_of(request)
    filters = filters_of(request.GET)
    if username:
        filters = filters.but(member=access.member_named(username), everyone=False)
    elif not filters.member and not filters.everyone:
        filters = filters.but(member=me.username)
    cursor = paging.cursor(request)
    page = queries.history_page(me, filters, cursor)
    context: dict[str, Any] = {
        "batches": page.rows,
        "member": filters.member,
        "is_me": filters.member == me.username,
        "next_url": paging.older_url(request, page.next_cursor),
    }
    if htmx.wanted(request) and cursor:
        return render(request, "generator/fragments/batch_page.html", context)
    return render(request, "generator/history.html", context | _around(me, filters))


def _around(me: User, filters: Filters) -> dict[str, Any]:
    """What stands above the batches: the chips with their lists."""
    path = reverse("generator:history")
    members, collections = queries.choices(me)
    choices = chips.Choices(path, members, collections, months.of_batches(me, filters))
    # One's own history is the address without a member.
    plain = filters.but(member="") if filters.member == me.username else filters
    return {
        "chips": chips.of_history(plain, choices, me.username),
        "path": path,
        "filters": plain,
        "filtered": bool(plain.but(member="", everyone=False)),
        "unfiltered_url": path,
    }
