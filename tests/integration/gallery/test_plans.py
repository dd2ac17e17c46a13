"""Lists at any size: a bounded number of queries, and no plan that scans a large table."""

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
    Job,
    Reference,
    User,
    statistics,
)
from generator.queries import jobs
from generator.services import bulk, collections, file_audit, holds, maintenance
from generator.state import Status
from tests.images import make_image, write_files
from tests.typing import LogIn

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.both_databases(
        "queries.gallery",
        "queries.history",
        "queries.jobs",
        "queries.collections",
        "queries.members",
        "queries.studio_status",
    ),
]
RATE = BulkAction.Kind.RATE
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
def client(member: User, colleague: User, login: LogIn) -> Client:
    holds.read()
    now = timezone.now()
    for number in range(60):
        image = make_image(
            member if number % 2 else colleague,
            f"a red fox {number}",
            made_at=now - timedelta(days=number),
            height=(512, 1024, 2048)[number % 3],
            references=number % 2,
            private=number % 7 == 0,
        )
        bulk.start(member, RATE, bulk.Selection([image.pk]), rating=number % 6)
        if number % 5 == 0:
            Favourite.objects.create(user=member, image=image)
            Reference.objects.create(batch=image.job.batch, position=4, image=image)
    collection = Collection.objects.create(owner=member, name="Foxes")
    collections.add_images(collection, [image.pk], member, now)
    return login(member)


def urls_of(path: str) -> Iterator[str]:
    ids = [pk.hex for pk in Image.objects.order_by("pk").values_list("pk", flat=True)]
    collection = Collection.objects.get().pk.hex
    for query in (*FILTERS, f"collection={collection}"):
        yield f"{path}?{query}"
        yield f"{path}?{query}&before={ids[40]}"
        # More than a page above it without a filter; else it may lead to the newest.
        yield f"{path}?{query}&above={ids[5]}"


def queries_of(client: Client, url: str) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code in (200, 302)
    return [str(query["sql"]) for query in captured.captured_queries]


def statements_of(call: Callable[[], object]) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        call()
    return [str(query["sql"]) for query in captured.captured_queries]


def plan(sql: str) -> list[str]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # A small table is scanned whatever its indexes are, unless that is made expensive. For
            # the explanation alone: run so, a query is costly enough to be compiled first.
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN {sql}")
            steps = [row[0] for row in cursor.fetchall()]
            cursor.execute("SET LOCAL enable_seqscan = on")
            return steps
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return [row[3] for row in cursor.fetchall()]


LARGE = [f"generator_{name}" for name in ("image", "batch", "job", "searchentry", "reference")]


@pytest.fixture
def large_studio(client: Client) -> Iterator[None]:
    """Tell the planner of SQLite that there are 100,000 images of a few members."""
    if connection.vendor == "postgresql":
        yield
        return
    maintenance.run()
    with connection.cursor() as cursor:
        for table in LARGE:
            cursor.execute("SELECT idx, stat FROM sqlite_stat1 WHERE tbl = %s", [table])
            for index, stat in cursor.fetchall():
                _rows, *alike = map(int, stat.split())
                most = statistics.ROWS_AN_INDEX + 1
                figures = [100_000, *(min(most, 2000 * rows) if rows > 1 else 1 for rows in alike)]
                cursor.execute(
                    "UPDATE sqlite_stat1 SET stat = %s WHERE tbl = %s AND idx = %s",
                    [" ".join(map(str, figures)), table, index],
                )
        cursor.execute("ANALYZE sqlite_schema")
        yield
        cursor.execute("DELETE FROM sqlite_stat1")
        cursor.execute("ANALYZE sqlite_schema")


def scans(steps: Sequence[str]) -> bool:
    """Return whether a plan reads every image, batch or entry of the search, maybe under the name
    that a subquery gives a table; or begins with the members, so reads all that they have."""
    scan = rf"(SCAN|Seq Scan on) ({'|'.join(LARGE)}|[UV]\d+$)"
    return steps[0] == "SCAN generator_user" or any(re.search(scan, step) for step in steps)


def is_about_large_tables(sql: str) -> bool:
    return any(table in sql for table in (*LARGE, "generator_search"))


def assert_bounded(client: Client, urls: Iterable[str], most_queries: int) -> int:
    """Visit each page with an empty cache and again; return how many queries were explained."""
    explained = 0
    for url in urls:
        cache.clear()
        first, second = queries_of(client, url), queries_of(client, url)
        assert len(second) <= most_queries, f"{url}\n" + "\n\n".join(second)
        for sql in filter(is_about_large_tables, {*first, *second}):
            steps = plan(sql)
            explained += 1
            assert not scans(steps), f"{url}\n{sql}\n{steps}"
    return explained


@pytest.mark.usefixtures("large_studio")
@pytest.mark.parametrize("path", ["/gallery/", "/history/", "/history/mina/"])
def test_list_takes_few_queries_and_scans_no_large_table(path: str, client: Client) -> None:
    assert assert_bounded(client, urls_of(path), most_queries=8) > len(FILTERS)


@pytest.mark.usefixtures("large_studio")
def test_other_page_takes_few_queries_and_scans_no_large_table(
    member: User, client: Client
) -> None:
    item = CollectionItem.objects.get()
    image, trashed = Image.objects.order_by("-pk")[20:22]
    bulk.start(member, BulkAction.Kind.TRASH, bulk.Selection([trashed.pk]))
    urls = [
        *("/", f"/gallery/?after={image.pk}", "/trash/", "/collections/"),
        Collection.objects.get().get_absolute_url(),
        f"/images/{image.pk}/",
        f"/images/{image.pk}/?q=fox",
        f"/images/{image.pk}/?member=mina&shape=square",
        f"/images/{image.pk}/?favourites=1",
        f"/images/{trashed.pk}/?in=trash",
        f"/images/{item.image_id}/?in=collection&collection={item.collection_id}",
    ]
    assert assert_bounded(client, urls, most_queries=18) > 2 * len(urls)


@pytest.mark.usefixtures("large_studio")
def test_usual_time_of_a_model_scans_no_large_table() -> None:
    """Not even for a model of which there are few images among many."""
    job = Job.objects.all()[0]
    job.status = Status.RUNNING
    for model in (job.batch.model, "rare"):
        cache.clear()
        job.batch.model = model
        (sql,) = statements_of(lambda: jobs.add_usual_seconds([job]))
        assert not scans(steps := plan(sql)), steps
        assert any("image_by_model" in step for step in steps), steps


@pytest.mark.usefixtures("large_studio")
def test_search_for_orphaned_files_reads_the_rows_of_each_folder_alone() -> None:
    write_files(Image.objects.order_by("pk")[0])
    queries = statements_of(lambda: list(file_audit.verify(contents=False)))
    (sql,) = [sql for sql in queries if "'aa/" in sql]
    steps = plan(sql)
    assert not scans(steps), steps
    assert any("file" in step.lower() for step in steps), steps
    assert "ORDER BY" not in sql


def test_scan_of_a_large_table_is_detected() -> None:
    unindexed: Any = Image.objects.order_by().filter(size_bytes=7).query
    assert scans(plan(str(unindexed)))


@pytest.mark.both_databases("models.statistics")
@pytest.mark.usefixtures("client")
def test_maintenance_refreshes_the_statistics_of_sqlite() -> None:
    maintenance.run()
    if connection.vendor == "postgresql":  # does so by itself
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT stat FROM sqlite_stat1 WHERE tbl = 'generator_image'")
        assert {row[0].split()[0] for row in cursor.fetchall()} >= {"60"}
