"""The months of a gallery and their counts."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from generator.models import CollectionItem, Image, MonthCount, User
from generator.queries.filters import Filters
from generator.queries.months import of_images
from generator.services import months
from tests.images import make_image
from tests.integration.gallery.conftest import JUNE, MAY

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.both_databases("models.triggers", "queries.months", "services.months"),
]


@pytest.mark.usefixtures("cast")
def test_gallery_shows_the_count_and_marks_the_month(client: Client) -> None:
    """Not the count of days."""
    for query, total, marked in (
        ("", "7 images", "2026-06"),
        ("month=2026-05", "1 image", "2026-05"),
        ("month=2026-04", "0 images", ""),
        ("since=2026-05-01", "", "2026-06"),
    ):
        page = client.get(f"/gallery/?{query}").content.decode()
        [count] = re.findall(r'id="gallery-count">([^<]*)<', page)
        current = re.findall(r'data-month="([^"]+)" aria-current', page)
        assert (count, "".join(current)) == (total, marked), query


def counts_for(viewer: User, **filters: Any) -> dict[str, int | None]:
    return {row.month: row.count for row in of_images(viewer, Filters(**filters))}


@pytest.mark.usefixtures("cast")
def test_months_are_counted_as_the_viewer_sees_them(member: User, colleague: User) -> None:
    assert counts_for(member) == {"2026-06": 6, "2026-05": 1}
    assert counts_for(colleague) == {"2026-06": 5, "2026-05": 1}
    assert counts_for(member, shape="portrait") == {"2026-06": 1}
    assert counts_for(member, q="fox") == {"2026-06": 2, "2026-05": 1}
    assert counts_for(member, favourites=True, month="2026-05") == {"2026-06": 1}


def test_counts_follow_trash_privacy_and_deletion_and_survive_folding(
    cast: dict[str, Image], colleague: User
) -> None:
    def june() -> int | None:
        return counts_for(colleague)["2026-06"]

    assert june() == 5
    Image.objects.filter(pk=cast["plain"].pk).update(trashed_at=JUNE)
    assert june() == 4
    months.fold()
    assert june() == 4
    Image.objects.filter(pk=cast["plain"].pk).update(trashed_at=None)
    Image.objects.filter(pk=cast["private"].pk).update(private=False)
    assert june() == 6
    cast["tall"].entry.delete()
    CollectionItem.objects.all().delete()
    Image.objects.filter(pk=cast["tall"].pk).delete()
    months.fold()
    assert june() == 5
    assert sum(MonthCount.objects.values_list("pictures", flat=True)) == 6


@pytest.mark.parametrize("step", [2, 4, 2000])
def test_counts_are_folded_in_steps(
    member: User, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    monkeypatch.setattr(months, "STEP", step)
    for number in range(7):
        make_image(member, made_at=JUNE)
        make_image(member, made_at=MAY, private=number == 0)
    before = counts_for(member)
    with CaptureQueriesContext(connection) as captured:
        months.fold()
    assert counts_for(member) == before
    kinds = [("2026-05", False), ("2026-05", True), ("2026-06", False)]
    lines = MonthCount.objects.order_by("month", "private")
    if step > 2:
        assert list(lines.values_list("month", "private")) == kinds
    read = [query["sql"] for query in captured.captured_queries if "LIMIT" in query["sql"]]
    assert all(f"LIMIT {step}" in sql for sql in read)
    assert len(read) >= (2 if step == 2000 else 6)


def test_folded_counts_are_not_written_again(member: User) -> None:
    for _ in range(3):
        make_image(member, made_at=JUNE)
    months.fold()
    with CaptureQueriesContext(connection) as captured:
        months.fold()
    written = [q["sql"] for q in captured.captured_queries if q["sql"].startswith(("INS", "DEL"))]
    assert written == []
