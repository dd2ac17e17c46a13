"""Lists at any size: so many queries and no more, and no plan that reads through the pictures."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from generator.models import (
    BulkAction,
    Collection,
    CollectionItem,
    Favourite,
    Image,
    Reference,
    User,
    statistics,
)
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
            Reference.objects.create(batch=image.job.batch, position=4, image=image)
    album = Collection.objects.create(owner=member, name="Album")
    CollectionItem.objects.create(collection=album, image=image, position=1, added_by=member)
    return login(member)


def addresses(path: str) -> Iterator[str]:
    ids = [pk.hex for pk in Image.objects.order_by("pk").values_list("pk", flat=True)]
    album = Collection.objects.get().pk.hex
    for query in (*FILTERS, f"collection={album}"):
        yield f"{path}?{query}"
        yield f"{path}?{query}&before={ids[40]}"
        # More than a page above it without a filter; else it may lead to the newest.
        yield f"{path}?{query}&above={ids[5]}"


def asked(client: Client, address: str) -> list[str]:
    """The queries of a page that has been looked at before. At most three looks: another test may
    empty the cache, which all share in Redis, between two."""
    queries: list[str] = []
    for _ in range(3):
        assert client.get(address).status_code in (200, 302)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code in (200, 302)
        queries = [str(query["sql"]) for query in captured.captured_queries]
        if len(queries) <= MOST_QUERIES:
            break
    return queries


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


LARGE = [f"generator_{name}" for name in ("image", "batch", "job", "searchentry", "reference")]


@pytest.fixture
def large_studio(client: Client) -> Iterator[None]:
    """SQLite's planner believes what upkeep tells it of 100,000 pictures and a few members."""
    if connection.vendor == "postgresql":
        yield
        return
    upkeep.tidy()
    with connection.cursor() as cursor:
        for table in LARGE:
            cursor.execute("SELECT idx, stat FROM sqlite_stat1 WHERE tbl = %s", [table])
            for index, stat in cursor.fetchall():
                _rows, *alike = map(int, stat.split())
                most = statistics.ROWS_AN_INDEX + 1
                told = [100_000, *(min(most, 2000 * rows) if rows > 1 else 1 for rows in alike)]
                cursor.execute(
                    "UPDATE sqlite_stat1 SET stat = %s WHERE tbl = %s AND idx = %s",
                    [" ".join(map(str, told)), table, index],
                )
        cursor.execute("ANALYZE sqlite_schema")
        yield
        cursor.execute("DELETE FROM sqlite_stat1")
        cursor.execute("ANALYZE sqlite_schema")


def reads_through(steps: Sequence[str]) -> bool:
    """Whether a plan looks at every picture, batch or entry of the search, maybe under the name
    that a subquery gives a table; or begins with the members, so at all that each of them has."""
    scans = rf"(SCAN|Seq Scan on) ({'|'.join(LARGE)}|[UV]\d+$)"
    return steps[0] == "SCAN generator_user" or any(re.search(scans, step) for step in steps)


def is_about_pictures(sql: str) -> bool:
    return any(table in sql for table in (*LARGE, "generator_search"))


def assert_no_plan_reads_through(client: Client, places: Iterable[str]) -> int:
    """How many queries were looked at."""
    looked_at = 0
    for address in places:
        cache.clear()
        for sql in filter(is_about_pictures, asked(client, address)):
            steps = plan(sql)
            looked_at += 1
            assert not reads_through(steps), f"{address}\n{sql}\n{steps}"
    return looked_at


@pytest.mark.usefixtures("large_studio")
@pytest.mark.parametrize("path", ["/gallery/", "/history/"])
def test_no_plan_reads_through_the_pictures(path: str, client: Client) -> None:
    assert assert_no_plan_reads_through(client, addresses(path)) > len(FILTERS)


@pytest.mark.usefixtures("large_studio")
def test_no_plan_of_a_picture_in_its_place_reads_through_the_pictures(
    member: User, client: Client
) -> None:
    item = CollectionItem.objects.get()
    one, thrown = Image.objects.order_by("-pk")[20:22]
    bulk.start(member, BulkAction.Kind.TRASH, bulk.Selection([thrown.pk]))
    places = [
        *("/", f"/gallery/?after={one.pk}", "/trash/", "/collections/"),
        Collection.objects.get().get_absolute_url(),
        f"/images/{one.pk}/",
        f"/images/{one.pk}/?q=fox",
        f"/images/{one.pk}/?member=mina&shape=square",
        f"/images/{one.pk}/?favourites=1",
        f"/images/{thrown.pk}/?in=trash",
        f"/images/{item.image_id}/?in=collection&collection={item.collection_id}",
    ]
    assert assert_no_plan_reads_through(client, places) > 2 * len(places)


def test_plan_that_reads_through_the_pictures_is_noticed() -> None:
    unindexed: Any = Image.objects.order_by().filter(size_bytes=7).query
    assert reads_through(plan(str(unindexed)))


@pytest.mark.usefixtures("client")
def test_tidying_tells_sqlite_how_large_the_tables_are() -> None:
    upkeep.tidy()
    if connection.vendor == "postgresql":  # does so by itself
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT stat FROM sqlite_stat1 WHERE tbl = 'generator_image'")
        assert {row[0].split()[0] for row in cursor.fetchall()} >= {"60"}
