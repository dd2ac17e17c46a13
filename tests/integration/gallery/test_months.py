"""The months of a gallery and their counts."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from generator.models import CollectionItem, Image, MonthCount, User
from generator.queries.filters import Filters
from generator.queries.months import of_images
from generator.services import months
from tests.integration.gallery.conftest import JUNE

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
    # Of the members of this test: when Django empties the tables after a test that commits, the
    # triggers count the images of its members down.
    lines = MonthCount.objects.filter(owner__in=User.objects.all())
    assert sum(lines.values_list("pictures", flat=True)) == 6
