"""Lists at any size: so many queries and no more, and no plan that reads through the pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from generator.models import BulkAction, Collection, CollectionItem, Favourite, Image, User
from generator.services import bulk, gates, upkeep
from tests.pictures import picture

pytestmark = pytest.mark.django_db
RATE = BulkAction.Kind.RATE
MOST_QUERIES = 8
FILTERS = (
    "",
    "member=mina",
    "model=google/gempix2",
    "shape=square",
    "references=1",
    "private=1",
    "favourites=1",
    "rating=1",
    "rating=4",
    "month=2026-05",
    "since=2026-01-01&until=2026-12-31",
    "q=fox",
    "q=%22red+fox%22&member=mina",
    "q=f&favourites=1&shape=square",
    "member=mina&model=google/gempix2&shape=square&references=1&month=2026-05",
    "q=fox&member=mina&favourites=1&rating=3&month=2026-05",
)


@pytest.fixture
def client(member: User, colleague: User, login: Callable[[User], Client]) -> Client:
    gates.read()
    now = timezone.now()
    for number in range(60):
        image = picture(
            member if number % 2 else colleague,
            f"a red fox {number}",
            made=now - timedelta(days=number),
            height=(512, 1024, 2048)[number % 3],
            references=number % 2,
            private=number % 7 == 0,
        )
        bulk.start(member, RATE, bulk.Selection([image.pk]), rating=number % 6)
        if number % 5 == 0:
            Favourite.objects.create(user=member, image=image)
    album = Collection.objects.create(owner=member, name="Album")
    CollectionItem.objects.create(collection=album, image=image, position=1, added_by=member)
    return login(member)


def addresses(path: str) -> Iterator[str]:
    older = Image.objects.order_by("pk")[40].pk.hex
    album = Collection.objects.get().pk.hex
    for query in (*FILTERS, f"collection={album}"):
        yield f"{path}?{query}"
        yield f"{path}?{query}&before={older}"


def asked(client: Client, address: str) -> list[str]:
    """The queries of a page that has been looked at before. The fewest of three looks: another
    test may empty the cache, which all share in Redis, between two."""
    looks = []
    for _ in range(3):
        assert client.get(address).status_code == 200
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        looks.append([str(query["sql"]) for query in captured.captured_queries])
    return min(looks, key=len)


@pytest.mark.parametrize("path", ["/gallery/", "/history/", "/history/mina/"])
def test_page_takes_at_most_eight_queries(path: str, client: Client) -> None:
    album = Collection.objects.get().get_absolute_url()
    for address in (*addresses(path), album):
        queries = asked(client, address)
        assert len(queries) <= MOST_QUERIES, f"{address}\n" + "\n\n".join(queries)


def plan(sql: str) -> list[str]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # A small table is read through whatever its indexes are; asked so, it must not be.
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN {sql}")
            return [row[0] for row in cursor.fetchall()]
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return [row[3] for row in cursor.fetchall()]


def reads_through(step: str) -> bool:
    """Whether this step of a plan looks at every picture, or at every entry of the search."""
    return any(
        f"{scan} {table}" in step
        for scan in ("SCAN", "Seq Scan on")
        for table in ("generator_image", "generator_searchentry", "generator_job")
    )


@pytest.mark.parametrize("path", ["/gallery/", "/history/"])
def test_no_plan_reads_through_the_pictures(path: str, client: Client) -> None:
    looked_at = 0
    for address in addresses(path):
        cache.clear()
        for sql in asked(client, address):
            if "generator_image" in sql or "generator_search" in sql:
                steps = plan(sql)
                looked_at += 1
                assert not any(map(reads_through, steps)), f"{address}\n{sql}\n{steps}"
    assert looked_at > len(FILTERS)


def test_plan_that_reads_through_the_pictures_is_noticed() -> None:
    unindexed: Any = Image.objects.order_by().filter(size_bytes=7).query
    assert any(map(reads_through, plan(str(unindexed))))


@pytest.mark.usefixtures("client")
def test_tidying_tells_sqlite_how_large_the_tables_are() -> None:
    upkeep.tidy()
    if connection.vendor == "postgresql":  # does so by itself
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT stat FROM sqlite_stat1 WHERE tbl = 'generator_image'")
        assert {row[0].split()[0] for row in cursor.fetchall()} >= {"60"}
