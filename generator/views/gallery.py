"""The gallery, the team's and one member's, and what arrives in it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from generator.models import Image, User
from generator.queries import gallery, members, months
from generator.queries.filters import Filters, filters_of
from generator.views import chips
from generator.web import access, notices, paging, waiting
from generator.web.requests import MemberRequest

# A gallery that waits looks for its images at most this often, however much is committed.
LOOK_EVERY_SECONDS = 1.0


@require_safe
@gzip_page
def index(request: MemberRequest, username: str = "") -> HttpResponse:
    """Show images newest first. `?before=` is a further page, `?above=` the page that ends above
    an image, `?after=` what is new since; the other parameters are filters. A member's own gallery
    is the filter by that member under another URL."""
    me = request.user
    filters = filters_of(request.GET)
    if username:
        filters = filters.replace(member=access.member_named(username))
    # Set before the rows are read, so that no image is missed in between.
    boundary = gallery.arrivals_boundary()
    after = paging.cursor(request, "after")
    context: dict[str, Any] = {
        "filters": filters,
        # A tile's link carries the filters, so that the next image is the next match.
        "tile_query": "&".join(filter(None, ["in=gallery", filters.query()])),
        "new_url": _new_url(filters, boundary),
    }
    if after:
        return _arrivals(request, context, after)
    above, before = paging.cursor(request, "above"), paging.cursor(request)
    page = gallery.page_above(me, filters, above) if above else gallery.page(me, filters, before)
    context |= {"images": page.rows, "cursor": above or before}
    context |= paging.ways(request, page)
    around = partial(_around, me, filters, page.rows)
    return paging.answer(request, "gallery", "gallery", context, around)


def _arrivals(request: MemberRequest, context: dict[str, Any], after: uuid.UUID) -> HttpResponse:
    """Return the images made since, and the page's notices if they have changed; 204 if neither.

    With `wait` the answer comes when there is something, or after a while.
    """
    arrived: Sequence[Image] = ()
    notices_changed = False

    def has_news() -> bool:
        nonlocal arrived, notices_changed
        boundary = gallery.arrivals_boundary()
        arrived = gallery.arrivals(request.user, context["filters"], after)
        notices_changed = notices.have_changed(request)
        context["new_url"] = _new_url(context["filters"], boundary)
        return bool(arrived) or notices_changed

    if not waiting.until(has_news, waiting.seconds_of(request), LOOK_EVERY_SECONDS):
        return HttpResponse(status=204)
    context |= {"images": arrived, "notices_changed": notices_changed}
    return render(request, "generator/fragments/gallery_new.html", context)


def _new_url(filters: Filters, boundary: uuid.UUID) -> str:
    return chips.filter_url(reverse("generator:gallery"), filters, after=boundary.hex)


def _around(me: User, filters: Filters, images: Sequence[Image]) -> dict[str, Any]:
    """Return what surrounds the grid: the chips, and the months to jump to."""
    path = reverse("generator:gallery")
    undated = filters.replace(month="", since=None, until=None)
    usernames, collections = members.filter_choices(me)
    choices = chips.Choices(path, usernames, collections, months.of_images(me, filters))
    counts = {month.month: month.count for month in choices.months}
    return {
        "total": _total(filters, counts),
        "shown_month": images[0].month if images else "",
        "chips": chips.of_gallery(filters, choices, me),
        "path": path,
        "rail": [
            (
                month,
                chips.filter_url(path, undated, before=month.cursor.hex),
            )
            for month in choices.months
        ],
        "unfiltered_url": path,
    }


def _total(filters: Filters, counts: dict[str, int | None]) -> int | None:
    """Return how many images match, if the counts by month tell; else None."""
    if filters.since or filters.until:
        return None
    if filters.month:
        return counts.get(filters.month, 0) if counts else None
    known = [count for count in counts.values() if count is not None]
    return sum(known) if len(known) == len(counts) else None
