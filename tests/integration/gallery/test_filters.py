"""The gallery's and the history's filters: each alone, together, and as chips of the address."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from generator import queries
from generator.models import (
    Batch,
    Collection,
    CollectionItem,
    Favourite,
    Image,
    Job,
    MonthCount,
    User,
)
from generator.models.ids import id_floor
from generator.queries import gallery, history, months
from generator.queries.filters import Filters, filters_of
from generator.services import months as counting
from generator.state import Status
from tests.pictures import picture, press

pytestmark = pytest.mark.django_db
MAY, JUNE = (datetime(2026, month, 10, 12, tzinfo=UTC) for month in (5, 6))
OTHER_MODEL = "google/gemini-2.5-flash-image"


@pytest.fixture
def cast(member: User, colleague: User) -> dict[str, Image]:
    """Pictures by what sets each apart."""
    made = {
        "plain": picture(member, "a fox", made=JUNE),
        "hers": picture(colleague, "an owl", made=JUNE),
        "old": picture(member, "a fox in May", made=MAY),
        "tall": picture(member, "a tower", made=JUNE, height=2048),
        "other": picture(member, "a boat", made=JUNE, model=OTHER_MODEL),
        "based": picture(member, "a copy", made=JUNE, references=2),
        "mine": picture(member, "a secret fox", made=JUNE, private=True),
    }
    Favourite.objects.create(user=member, image=made["hers"])
    album = Collection.objects.create(owner=member, name="Album")
    CollectionItem.objects.create(collection=album, image=made["tall"], position=1, added_by=member)
    return made


def names(cast: dict[str, Image], found: list[object]) -> set[str]:
    return {name for name, image in cast.items() if image.pk in found}


@pytest.mark.usefixtures("cast")
def test_a_month_says_how_many_it_has_and_is_marked(
    member: User, login: Callable[[User], Client]
) -> None:
    """Also where it is told on its own; days are not counted."""
    client = login(member)
    for query, total, marked in (
        ("", "7 pictures", "2026-06"),
        ("month=2026-05", "1 picture", "2026-05"),
        ("month=2026-04", "0 pictures", ""),
        ("since=2026-05-01", "", "2026-06"),
    ):
        page = client.get(f"/gallery/?{query}").content.decode()
        [said] = re.findall(r'id="gallery-count">([^<]*)<', page)
        current = re.findall(r'data-month="([^"]+)" aria-current', page)
        assert (said, "".join(current)) == (total, marked), query


FILTERS: dict[str, tuple[dict[str, object], set[str]]] = {
    "none": ({}, {"plain", "hers", "old", "tall", "other", "based", "mine"}),
    "member": ({"member": "carl"}, {"hers"}),
    "nobody": ({"member": "nobody"}, set()),
    "month": ({"month": "2026-05"}, {"old"}),
    "since": ({"since": date(2026, 5, 11)}, {"plain", "hers", "tall", "other", "based", "mine"}),
    "until": ({"until": date(2026, 5, 10)}, {"old"}),
    "day": ({"since": date(2026, 5, 10), "until": date(2026, 5, 10)}, {"old"}),
    "model": ({"model": OTHER_MODEL}, {"other"}),
    "shape": ({"shape": "portrait"}, {"tall"}),
    "favourites": ({"favourites": True}, {"hers"}),
    "references": ({"references": True}, {"based"}),
    "private": ({"private": True}, {"mine"}),
    "word": ({"q": "fox"}, {"plain", "old", "mine"}),
    "word-month-member": ({"q": "fox", "month": "2026-06", "member": "mina"}, {"plain", "mine"}),
    "facts": ({"member": "mina", "shape": "square", "model": OTHER_MODEL}, {"other"}),
    "all": ({"q": "sec", "private": True, "member": "mina", "since": date(2026, 6, 1)}, {"mine"}),
    "favourite-words": ({"q": "owl", "favourites": True}, {"hers"}),
}


@pytest.mark.parametrize("name", FILTERS)
def test_filter_finds_what_it_says(
    name: str, cast: dict[str, Image], member: User, login: Callable[[User], Client]
) -> None:
    said, expected = FILTERS[name]
    filters = Filters(**said)  # type: ignore[arg-type]
    found = gallery.matching(member, filters)
    assert names(cast, list(found.values_list("pk", flat=True))) == expected
    assert found.count() == len(expected)
    page = gallery.page(member, filters, None)
    assert names(cast, [image.pk for image in page.rows]) == expected
    assert filters_of(QueryDict(filters.query())) == filters
    text = login(member).get(f"/gallery/?{filters.query()}").content.decode()
    assert set(re.findall(r'data-image="([0-9a-f-]{36})"', text)) == {
        str(cast[name].pk) for name in expected
    }


@pytest.mark.parametrize("name", FILTERS)
def test_history_has_the_same_filters_by_batch(
    name: str, cast: dict[str, Image], member: User
) -> None:
    said, expected = FILTERS[name]
    filters = Filters(**said)  # type: ignore[arg-type]
    found = set(history.matching(member, filters).values_list("pk", flat=True))
    assert found == {cast[name].job.batch_id for name in expected}


def test_filter_by_collection_sees_no_foreign_private_one(
    cast: dict[str, Image], member: User, colleague: User
) -> None:
    album = Collection.objects.get()
    wanted = Filters(collection=album.pk)
    for viewer, private, expected in (
        (member, False, {"tall"}),
        (colleague, False, {"tall"}),
        (member, True, {"tall"}),
        (colleague, True, set()),
    ):
        Collection.objects.update(private=private)
        found = gallery.matching(viewer, wanted).values_list("pk", flat=True)
        assert names(cast, list(found)) == expected
        batches = history.matching(viewer, wanted).values_list("jobs__images__pk", flat=True)
        assert names(cast, list(batches)) == expected


def test_one_picture_of_a_batch_must_have_all_that_is_asked_of_pictures(member: User) -> None:
    marked = picture(member, width=1024, height=1536)
    copied = ("job", "owner", "sha256", "size_bytes", "mime", "model", "month", "width", "height")
    facts = {name: getattr(marked, name) for name in copied} | {"created_at": marked.created_at}
    wide = Image.objects.create(file="aa/wide.png", index=1, shape="landscape", **facts)
    Favourite.objects.create(user=member, image=marked)

    def found(**said: Any) -> bool:
        return history.matching(member, Filters(**said)).exists()

    assert found(favourites=True)
    assert found(shape="landscape")
    assert found(shape="portrait", favourites=True)
    assert not found(shape="landscape", favourites=True)
    Image.objects.filter(pk=marked.pk).update(trashed_at=timezone.now())
    assert not found(favourites=True)
    Favourite.objects.create(user=member, image=wide)
    assert found(favourites=True)


def test_history_shows_failures_and_can_show_them_alone(
    member: User, login: Callable[[User], Client]
) -> None:
    picture(member, "a success")
    failed = press(member, "a failure", JUNE)
    Job.objects.create(batch=failed, index=0, price_credits=1, status=Status.FAILED)
    client = login(member)
    both = client.get("/history/").content.decode()
    assert "a failure" in both
    assert "a success" in both
    alone = client.get("/history/?failed=1").content.decode()
    assert "a failure" in alone
    assert "a success" not in alone


NONSENSE = (
    "month=2026-13", "month=x", "since=0001-01-01", "since=9999-12-31", "until=tomorrow",
    "shape=round", "collection=7", "favourites=maybe", "member=%00", "q=%00", "private=2", "x=y",
)  # fmt: skip


@pytest.mark.parametrize("query", NONSENSE)
@pytest.mark.parametrize("path", ["/gallery/", "/history/"])
def test_nonsense_in_an_address_is_left_out(
    path: str, query: str, member: User, login: Callable[[User], Client]
) -> None:
    picture(member)
    assert not filters_of(QueryDict(query)), query
    assert "a red fox" in login(member).get(f"{path}?{query}").content.decode()


def test_pages_of_a_search_meet_without_gap_or_overlap(
    member: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gallery, "IMAGES_A_PAGE", 7)
    monkeypatch.setattr(history, "BATCHES_A_PAGE", 7)
    made = [picture(member, f"fox {number}", made=JUNE) for number in range(30)]
    for filters in (Filters(q="fox"), Filters(member="mina")):
        seen, cursor = [], None
        while True:
            page = gallery.page(member, filters, cursor)
            seen += [image.pk for image in page.rows]
            cursor = page.next_cursor
            if cursor is None:
                break
        assert len(seen) == len(set(seen)) == len(made)


LISTS: dict[str, Any] = {
    "gallery": (gallery.page, gallery.page_above, Image, {"shape": "square"}),
    "history": (queries.history_page, queries.history_above, Batch, {"references": True}),
}


@pytest.mark.parametrize("by_place", [False, True], ids=["by key", "by place"])
@pytest.mark.parametrize("name", LISTS)
def test_pages_lead_up_as_they_lead_down_and_end_at_the_newest(
    name: str, by_place: bool, member: User, colleague: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also from a boundary that is no picture, as the months' are, and past what does not match."""
    monkeypatch.setattr(gallery, "IMAGES_A_PAGE", 7)
    monkeypatch.setattr(history, "BATCHES_A_PAGE", 7)
    down, up, model, fact = LISTS[name]
    filters = Filters(member="mina", q="fox", **fact) if by_place else Filters(member="mina")
    for number in range(23):
        made = (JUNE if number > 2 else MAY) + timedelta(minutes=number)
        picture(member, f"fox {number}", made=made, references=1)
    expected = sorted(model._default_manager.values_list("pk", flat=True), reverse=True)
    picture(colleague, "a fox", made=JUNE, references=1)
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
def test_page_says_what_is_above_it_until_the_newest_is_reached(
    path: str, member: User, login: Callable[[User], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gallery, "IMAGES_A_PAGE", 4)
    monkeypatch.setattr(history, "BATCHES_A_PAGE", 4)
    for number in range(14):
        picture(member, f"fox {number}", made=JUNE)
    client = login(member)
    page = client.get(f"{path}?model=google/gempix2")
    assert page.context["newer_url"] == ""
    for _ in range(3):
        page = client.get(page.context["next_url"])
    ways = []
    while url := page.context["newer_url"]:
        ways.append(url)
        part = client.get(url, headers={"HX-Request": "true"})
        assert part.content.decode().count('hx-swap-oob="true"') == 1
        assert part["Cache-Control"] == "no-store"
        # What is left above is less than a page: the newest are a page of their own.
        page = client.get(url, follow=True)
        assert part.context["newer_url"] == page.context["newer_url"]
    assert page.redirect_chain == [(f"{path}?model=google%2Fgempix2", 302)]
    assert len(ways) == 3
    # What waits for news comes with the last part.
    assert ("data-url" in part.content.decode()) == (path == "/gallery/")


def test_months_are_counted_as_the_viewer_sees_them(
    cast: dict[str, Image], member: User, colleague: User
) -> None:
    def told(viewer: User, **said: object) -> dict[str, int | None]:
        rows = months.of_pictures(viewer, Filters(**said))  # type: ignore[arg-type]
        return {row.month: row.count for row in rows}

    assert told(member) == {"2026-06": 6, "2026-05": 1}
    assert told(colleague) == {"2026-06": 5, "2026-05": 1}
    assert told(member, shape="portrait") == {"2026-06": 1}
    assert told(member, q="fox") == {"2026-06": 2, "2026-05": 1}
    assert told(member, favourites=True, month="2026-05") == {"2026-06": 1}


def test_counts_follow_trash_privacy_and_deletion_and_survive_folding(
    cast: dict[str, Image], colleague: User
) -> None:
    def june() -> int:
        return {row.month: row.count or 0 for row in months.of_pictures(colleague, Filters())}[
            "2026-06"
        ]

    assert june() == 5
    Image.objects.filter(pk=cast["plain"].pk).update(trashed_at=JUNE)
    assert june() == 4
    counting.fold()
    assert june() == 4
    Image.objects.filter(pk=cast["plain"].pk).update(trashed_at=None)
    Image.objects.filter(pk=cast["mine"].pk).update(private=False)
    assert june() == 6
    cast["tall"].entry.delete()
    CollectionItem.objects.all().delete()
    Image.objects.filter(pk=cast["tall"].pk).delete()
    counting.fold()
    assert june() == 5
    assert sum(MonthCount.objects.values_list("pictures", flat=True)) == 6


def test_new_pictures_are_told_as_far_as_they_match(
    member: User, login: Callable[[User], Client]
) -> None:
    client = login(member)
    url = re.search(r'data-url="([^"]+)"', client.get("/gallery/?q=fox").content.decode())
    assert url
    address = url[1].replace("&amp;", "&")
    picture(member, "an owl")
    assert client.get(address).status_code == 204
    picture(member, "a fox")
    assert client.get(address).content.decode().count("data-image") == 1
