"""Gallery and history as lists: their queries, and how pages lead to each other."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from generator.models import (
    Batch,
    Collection,
    Image,
    User,
)
from generator.models.ids import id_floor
from generator.queries import gallery, history
from generator.queries.filters import Filters
from tests.forms import HTMX
from tests.images import add_image, make_image, make_images
from tests.integration.gallery.conftest import JUNE, MAY
from tests.typing import LogIn, Press

pytestmark = pytest.mark.django_db


def collect(batch: Batch, **fields: Any) -> Collection:
    """Create a collection into which the images of this batch will go."""
    name = f"Foxes of {batch.pk}"
    collection = Collection.objects.create(owner=batch.owner, name=name, **fields)
    Batch.objects.filter(pk=batch.pk).update(collection=collection)
    return collection


def fill(press: Press) -> None:
    """Make a batch with images, and one without that belongs to a collection."""
    for job in press(count=3, image_urls=["https://example.org/a.png"]).jobs.all():
        add_image(job)
    collect(press(count=2))


def queries_of(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def test_lists_take_constant_queries(client: Client, press: Press) -> None:
    paths = ("/", "/history/", "/gallery/", "/gallery/mina/", "/history/mina/")
    fill(press)
    for path in paths:
        client.get(path)
    few = {path: queries_of(client, path) for path in paths}
    for _ in range(8):
        fill(press)
    assert {path: queries_of(client, path) for path in paths} == few
    assert max(few.values()) <= 12


def test_batch_names_its_collection_to_who_may_see_it(
    client: Client, press: Press, colleague: User, login: LogIn
) -> None:
    shared, private, deleted = (
        collect(press(), **fields)
        for fields in ({}, {"private": True}, {"deleted_at": timezone.now()})
    )
    own, foreign = (
        viewer.get("/history/mina/").content.decode() for viewer in (client, login(colleague))
    )
    link = f'<a href="/collections/{shared.pk}/" dir="auto">{shared.name}</a>'
    assert link in own
    assert link in foreign
    assert private.name in own
    assert private.name not in foreign
    assert deleted.name not in own


def test_gallery_pages_meet_without_gap_or_overlap(
    client: Client, member: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gallery, "IMAGES_A_PAGE", 5)
    make_images(member, 12)
    shown: list[str] = []
    path = "/gallery/"
    for _ in range(10):
        text = client.get(path).content.decode()
        shown += re.findall(r'id="image-([0-9a-f-]{36})"', text)
        following = re.search(r'hx-get="(/gallery/\?before=[0-9a-f]{32})"', text)
        if not following:
            break
        path = following[1]
    newest_first = [str(pk) for pk in Image.objects.order_by("-pk").values_list("pk", flat=True)]
    assert shown == newest_first


def test_history_pages_are_links(client: Client, press: Press) -> None:
    batches = [press() for _ in range(history.BATCHES_A_PAGE + 2)]
    text = client.get("/history/").content.decode()
    link = re.search(r'href="(/history/\?before=[0-9a-f]{32})"', text)
    assert link
    older = client.get(link[1]).content.decode()
    assert f'id="batch-{batches[0].pk}"' in older
    assert f'id="batch-{batches[-1].pk}"' not in older


def test_invalid_cursor_is_404(client: Client) -> None:
    for query in ("before=x", "after=x", "before=" + "0" * 40):
        assert client.get(f"/gallery/?{query}").status_code == 404, query


@pytest.mark.both_databases("queries.paging")
def test_pages_of_a_filter_meet_without_gap_or_overlap(
    member: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gallery, "IMAGES_A_PAGE", 7)
    monkeypatch.setattr(history, "BATCHES_A_PAGE", 7)
    images = [make_image(member, f"fox {number}", made_at=JUNE) for number in range(30)]
    for filters in (Filters(q="fox"), Filters(member="mina")):
        seen, cursor = [], None
        while True:
            page = gallery.page(member, filters, cursor)
            seen += [image.pk for image in page.rows]
            cursor = page.next_cursor
            if cursor is None:
                break
        assert len(seen) == len(set(seen)) == len(images)


LISTS: dict[str, Any] = {
    "gallery": (gallery.page, gallery.page_above, Image, {"shape": "square"}),
    "history": (history.page, history.page_above, Batch, {"references": True}),
}


@pytest.mark.both_databases("queries.paging", "queries.history")
@pytest.mark.parametrize("by_place", [False, True], ids=["by key", "by place"])
@pytest.mark.parametrize("name", LISTS)
def test_pages_upward_end_at_the_newest(
    name: str, by_place: bool, member: User, colleague: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also from a boundary that is no image, as the months' are, and past what does not match."""
    monkeypatch.setattr(gallery, "IMAGES_A_PAGE", 7)
    monkeypatch.setattr(history, "BATCHES_A_PAGE", 7)
    down, up, model, fact = LISTS[name]
    filters = Filters(member="mina", q="fox", **fact) if by_place else Filters(member="mina")
    for number in range(23):
        made_at = (JUNE if number > 2 else MAY) + timedelta(minutes=number)
        make_image(member, f"fox {number}", made_at=made_at, references=1)
    expected = sorted(model._default_manager.values_list("pk", flat=True), reverse=True)
    make_image(colleague, "a fox", made_at=JUNE, references=1)
    page = down(member, filters, id_floor(datetime(2026, 6, 1, tzinfo=UTC)))
    assert ([row.pk for row in page.rows], page.has_newer) == (expected[-3:], True)
    seen = expected[-3:]
    while page.has_newer:
        page = up(member, filters, seen[0])
        assert (len(page.rows), page.next_cursor) == (min(7, 23 - len(seen)), page.rows[-1].pk)
        seen = [*(row.pk for row in page.rows), *seen]
    assert seen == expected
    assert down(member, filters, seen[0]).has_newer
    assert not down(member, filters, None).has_newer


@pytest.mark.parametrize("path", ["/gallery/", "/history/"])
def test_pages_link_upward_until_the_newest(
    path: str, client: Client, member: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gallery, "IMAGES_A_PAGE", 4)
    monkeypatch.setattr(history, "BATCHES_A_PAGE", 4)
    for number in range(14):
        make_image(member, f"fox {number}", made_at=JUNE)
    page = client.get(f"{path}?model=google/gempix2")
    assert page.context["newer_url"] == ""
    for _ in range(3):
        page = client.get(page.context["next_url"])
    urls = []
    while url := page.context["newer_url"]:
        urls.append(url)
        part = client.get(url, headers=HTMX)
        assert part.content.decode().count('hx-swap-oob="true"') == 1
        assert part["Cache-Control"] == "no-store"
        # What is left above is less than a page: the newest are a page of their own.
        page = client.get(url, follow=True)
        assert part.context["newer_url"] == page.context["newer_url"]
    assert page.redirect_chain == [(f"{path}?model=google%2Fgempix2", 302)]
    assert len(urls) == 3
    # What waits for news comes with the last part.
    assert ("data-url" in part.content.decode()) == (path == "/gallery/")


def test_new_images_are_announced_if_they_match(client: Client, member: User) -> None:
    urls = [
        html.unescape(re.findall(r'data-url="([^"]+)"', page.content.decode())[0])
        for page in (client.get("/gallery/?q=fox"), client.get("/gallery/"))
    ]
    assert [client.get(url).status_code for url in urls] == [204, 204]
    make_image(member, "an owl")
    assert [client.get(url).status_code for url in urls] == [204, 200]
    make_image(member, "a fox")
    counts = [client.get(url).content.decode().count("data-image") for url in urls]
    assert counts == [1, 2]
