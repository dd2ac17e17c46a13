"""The filters of gallery and history: each alone, and together."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from generator.models import Collection, Favourite, Image, Job, User
from generator.queries import gallery, history
from generator.queries.filters import Filters, filters_of
from generator.state import Status
from tests.forms import GEMINI
from tests.images import add_image, make_batch, make_image

pytestmark = pytest.mark.django_db

# Filters, and the images of the cast that they find for the member.
FILTERS: list[tuple[Filters, set[str]]] = [
    (Filters(), {"plain", "foreign", "old", "tall", "gemini", "based", "private"}),
    (Filters(member="carl"), {"foreign"}),
    (Filters(member="nobody"), set()),
    (Filters(month="2026-05"), {"old"}),
    (
        Filters(since=date(2026, 5, 11)),
        {"plain", "foreign", "tall", "gemini", "based", "private"},
    ),
    (Filters(until=date(2026, 5, 10)), {"old"}),
    (Filters(since=date(2026, 5, 10), until=date(2026, 5, 10)), {"old"}),
    (Filters(model=GEMINI), {"gemini"}),
    (Filters(shape="portrait"), {"tall"}),
    (Filters(favourites=True), {"foreign"}),
    (Filters(references=True), {"based"}),
    (Filters(private=True), {"private"}),
    (Filters(q="fox"), {"plain", "old", "private"}),
    (Filters(q="fox", month="2026-06", member="mina"), {"plain", "private"}),
    (Filters(member="mina", shape="square", model=GEMINI), {"gemini"}),
    (Filters(q="sec", private=True, member="mina", since=date(2026, 6, 1)), {"private"}),
    (Filters(q="owl", favourites=True), {"foreign"}),
]


def names_of(cast: dict[str, Image], ids: Iterable[object]) -> set[str]:
    return {name for name, image in cast.items() if image.pk in ids}


@pytest.mark.both_databases("models.search", "queries.gallery")
def test_gallery_filter_finds_its_images(
    client: Client, member: User, cast: dict[str, Image], subtests: pytest.Subtests
) -> None:
    for filters, names in FILTERS:
        with subtests.test(filters.query()):
            images = gallery.matching(member, filters)
            assert names_of(cast, list(images.values_list("pk", flat=True))) == names
            assert images.count() == len(names)
            page = gallery.page(member, filters, None)
            assert names_of(cast, [image.pk for image in page.rows]) == names
            assert filters_of(QueryDict(filters.query())) == filters
            text = client.get(f"/gallery/?{filters.query()}").content.decode()
            shown = set(re.findall(r'data-image="([0-9a-f-]{36})"', text))
            assert shown == {str(cast[name].pk) for name in names}


@pytest.mark.both_databases("models.search", "queries.history")
def test_history_filter_finds_the_batches(
    member: User, cast: dict[str, Image], subtests: pytest.Subtests
) -> None:
    for filters, names in FILTERS:
        with subtests.test(filters.query()):
            batches = set(history.matching(member, filters).values_list("pk", flat=True))
            assert batches == {cast[name].job.batch_id for name in names}


@pytest.mark.both_databases("queries.gallery", "queries.history")
def test_filter_by_a_private_collection_works_for_its_owner_only(
    member: User, colleague: User, cast: dict[str, Image]
) -> None:
    filters = Filters(collection=Collection.objects.get().pk)
    for viewer, private, names in (
        (member, False, {"tall"}),
        (colleague, False, {"tall"}),
        (member, True, {"tall"}),
        (colleague, True, set()),
    ):
        Collection.objects.update(private=private)
        images = gallery.matching(viewer, filters).values_list("pk", flat=True)
        assert names_of(cast, list(images)) == names
        images_of_batches = history.matching(viewer, filters).values_list("jobs__images__pk")
        assert names_of(cast, [pk for (pk,) in images_of_batches]) == names


@pytest.mark.both_databases("queries.history")
def test_one_image_of_a_batch_must_match_every_image_filter(member: User) -> None:
    portrait = make_image(member, width=1024, height=1536)
    landscape = add_image(portrait.job, width=1536, height=1024)
    Favourite.objects.create(user=member, image=portrait)

    def finds(**filters: Any) -> bool:
        return history.matching(member, Filters(**filters)).exists()

    assert finds(favourites=True)
    assert finds(shape="landscape")
    assert finds(shape="portrait", favourites=True)
    assert not finds(shape="landscape", favourites=True)
    Image.objects.filter(pk=portrait.pk).update(trashed_at=timezone.now())
    assert not finds(favourites=True)
    Favourite.objects.create(user=member, image=landscape)
    assert finds(favourites=True)


def test_history_shows_failures_and_can_show_them_alone(client: Client, member: User) -> None:
    make_image(member, "a success")
    failed = make_batch(member, "a failure")
    Job.objects.create(batch=failed, index=0, price_credits=1, status=Status.FAILED)
    both = client.get("/history/").content.decode()
    assert "a failure" in both
    assert "a success" in both
    alone = client.get("/history/?failed=1").content.decode()
    assert "a failure" in alone
    assert "a success" not in alone


INVALID = (
    "month=2026-13", "month=x", "since=0001-01-01", "since=9999-12-31", "until=tomorrow",
    "shape=round", "collection=7", "favourites=maybe", "member=%00", "q=%00", "private=2", "x=y",
)  # fmt: skip


def test_invalid_filters_are_ignored(client: Client, member: User) -> None:
    make_image(member)
    for query in INVALID:
        assert not filters_of(QueryDict(query)), query
        for path in ("/gallery/", "/history/"):
            assert "a red fox" in client.get(f"{path}?{query}").content.decode(), query
