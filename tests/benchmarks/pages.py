"""The server's time for the lists of a large studio: `make bench-pages`.

Seeds a studio of its own once (`manage.py seed_demo`), then asks for its pages as a signed-in
member, in this process: middleware, queries and templates, no network. Says the median and the
95th percentile of wall time, that of the processor's time alone, and the queries of each page.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

FOLDER = Path(__file__).parents[2] / ".test"
DATABASE = "gempix_bench_pages"
WORDS = ("fox", "lighthouse keep", "paper", '"soft grain"', "狐", "灯塔", "maple", "view")


def main() -> int:
    options = _options()
    _set_up(options.postgres, options.images)
    from django.conf import settings
    from django.core.management import call_command

    settings.ALLOWED_HOSTS = ["testserver"]
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    from generator.models import Image

    if not Image.objects.exists():
        call_command("seed_demo", images=options.images)
        _analyze()
    print(f"{Image.objects.count()} images, {options.runs} looks at each page")
    print(f"{'page':34} {'median':>8} {'95 %':>8} {'CPU 95 %':>9} {'queries':>8}")
    worst = max(_measure(name, make, options.runs) for name, make in _pages().items())
    return 0 if worst < 0.1 else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=60)
    parser.add_argument("--postgres", default="", help="a server; a database is made in it")
    return parser.parse_args()


def _set_up(postgres: str, images: int) -> None:
    kind = "postgres" if postgres else "sqlite"
    os.environ["GEMPIX_DATA_DIR"] = str(FOLDER / f"pages-{kind}-{images}")
    os.environ["DJANGO_SETTINGS_MODULE"] = "gempix_site.settings"
    if postgres:
        import psycopg

        name = f"{DATABASE}_{images}"
        with psycopg.connect(postgres, autocommit=True) as server:
            known = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if known.fetchone() is None:
                server.execute(f'CREATE DATABASE "{name}"')
        os.environ["DATABASE_URL"] = urlsplit(postgres)._replace(path=f"/{name}").geturl()
    import_module("gempix_site.wsgi")  # as gunicorn starts it


def _analyze() -> None:
    from django.db import connection

    if connection.vendor == "postgresql":  # as autovacuum does; SQLite's are the studio's own work
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def _pages() -> dict[str, Callable[[Random], str]]:
    """Addresses that differ from look to look, so that nothing is told from memory."""
    from generator.models import Batch, Collection, Image, User

    images = list(Image.objects.values_list("pk", flat=True).order_by("pk")[::97])
    batches = list(Batch.objects.values_list("pk", flat=True).order_by("pk")[::97])
    old, older = images[: len(images) // 2], batches[: len(batches) // 2]
    names = list(User.objects.exclude(role="viewer").values_list("username", flat=True))
    albums = [pk.hex for pk in Collection.objects.values_list("pk", flat=True)]
    models = ("google/gempix2", "google/gemini-2.5-flash-image")

    def month(luck: Random) -> str:
        return f"2026-{luck.randint(1, 9):02}"

    return {
        "gallery, first page": lambda _: "/gallery/",
        "gallery, any page": lambda luck: f"/gallery/?before={luck.choice(images).hex}",
        "gallery, upward": lambda luck: f"/gallery/?above={luck.choice(old).hex}",
        "a member's": lambda luck: f"/gallery/?member={luck.choice(names)}",
        "a model's": lambda luck: f"/gallery/?model={luck.choice(models)}",
        "a shape": lambda luck: "/gallery/?shape=" + luck.choice(("square", "portrait")),
        "a month": lambda luck: f"/gallery/?month={month(luck)}",
        "favourites": lambda _: "/gallery/?favourites=1",
        "a collection": lambda luck: f"/gallery/?collection={luck.choice(albums)}",
        "has references": lambda _: "/gallery/?references=1",
        "private": lambda _: "/gallery/?private=1",
        "four filters": lambda luck: (
            f"/gallery/?member={luck.choice(names)}&model={models[1]}&shape=portrait&references=1"
        ),
        "search": lambda luck: f"/gallery/?q={luck.choice(WORDS)}",
        "search, month, member": lambda luck: (
            f"/gallery/?q={luck.choice(WORDS)}&month={month(luck)}&member={luck.choice(names)}"
        ),
        "search, upward": lambda luck: f"/gallery/?q=soft+grain&above={luck.choice(old).hex}",
        "search, a letter": lambda luck: f"/gallery/?q={luck.choice('abcfrstw')}",
        "search for nothing": lambda _: "/gallery/?q=zebra+fox",
        "history": lambda _: "/history/",
        "history, any page": lambda luck: f"/history/?everyone=1&before={luck.choice(batches).hex}",
        "history, upward": lambda luck: f"/history/?everyone=1&above={luck.choice(older).hex}",
        "history, went wrong": lambda _: "/history/?everyone=1&failed=1",
        "history, search": lambda luck: f"/history/?everyone=1&q={luck.choice(WORDS)}",
        "history, a shape": lambda _: "/history/?everyone=1&shape=portrait&favourites=1",
    }


def _measure(name: str, make: Callable[[Random], str], runs: int) -> float:
    from django.core.cache import cache
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from generator.models import User

    client, luck = Client(), Random(name)
    client.force_login(User.objects.get(username="mina"))
    client.get(make(luck))
    walls, works = [], []
    for _ in range(runs):
        cache.clear()
        wall, work = time.perf_counter(), time.process_time()
        answer = client.get(make(luck))
        walls.append(time.perf_counter() - wall)
        works.append(time.process_time() - work)
        assert answer.status_code == 200, name
    client.get(address := make(luck))
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    middle, late, cpu = statistics.median(walls), _late(walls), _late(works)
    print(
        f"{name:34} {middle * 1000:5.1f} ms {late * 1000:5.1f} ms {cpu * 1000:6.1f} ms "
        f"{len(captured):8}"
    )
    sys.stdout.flush()
    return late


def _late(values: list[float]) -> float:
    return sorted(values)[round(0.95 * (len(values) - 1))]


if __name__ == "__main__":
    sys.exit(main())
