"""A member's batches, with the gallery's filters and failures included."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from generator.models import User
from generator.permissions import Permission
from generator.queries import history, members, months
from generator.queries.filters import Filters, filters_of
from generator.views import chips
from generator.web import access, paging
from generator.web.requests import MemberRequest


@require_safe
@gzip_page
def index(request: MemberRequest, username: str = "") -> HttpResponse:
    """Show batches, newest first: the reader's own unless the URL asks for another member's or
    for everyone's, and everyone's for a viewer, who has none. `?before=` is a further page,
    `?above=` the page that ends above a batch."""
    me = request.user
    filters = filters_of(request.GET)
    if username:
        filters = filters.replace(member=access.member_named(username), everyone=False)
    elif not filters.member and not filters.everyone:
        filters = filters.replace(**_default_scope(me))
    above, before = paging.cursor(request, "above"), paging.cursor(request)
    page = history.page_above(me, filters, above) if above else history.page(me, filters, before)
    context: dict[str, Any] = {
        "batches": page.rows,
        "member": filters.member,
        "is_me": filters.member == me.username,
    }
    context |= paging.ways(request, page)
    return paging.answer(request, "history", "batch", context, partial(_around, me, filters))


def _default_scope(me: User) -> dict[str, Any]:
    """Return the filters of a URL that names none."""
    return {"member": me.username} if me.can(Permission.GENERATE) else {"everyone": True}


def _around(me: User, filters: Filters) -> dict[str, Any]:
    """Return what is above the batches: the chips with their lists."""
    path = reverse("generator:history")
    usernames, collections = members.filter_choices(me)
    choices = chips.Choices(path, usernames, collections, months.of_batches(me, filters))
    is_default = filters.replace(**_default_scope(me)) == filters
    plain = filters.replace(member="", everyone=False) if is_default else filters
    return {
        "chips": chips.of_history(plain, choices, me),
        "path": path,
        "filters": plain,
        "filtered": bool(plain.replace(member="", everyone=False)),
        "unfiltered_url": path,
    }
