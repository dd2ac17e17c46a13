"""Whether the installation is ready, for machines that ask."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import OperationalError
from django.test import Client
from django.utils.timezone import now

from generator import redis_cache
from generator.models import User
from tests.typing import LogIn, Press

pytestmark = pytest.mark.django_db


@pytest.mark.both_databases("worker.heartbeat", "views.health")
def test_overdue_work_is_not_ready(press: Press, outsider: Client) -> None:
    assert outsider.get("/readyz").json()["ready"]
    batch = press()
    batch.jobs.update(due_at=now() - timedelta(minutes=5))
    response = outsider.get("/readyz")
    assert response.status_code == 503
    assert response.json()["overdue_seconds"] >= 299


def test_database_that_is_away_is_not_ready(
    outsider: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generator.queries.studio_status.overdue_seconds", away)
    response = outsider.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"ready": False, "database": "away"}


@pytest.mark.both_databases("redis_cache")
def test_cache_that_is_away_is_told_and_costs_no_page(
    outsider: Client, login: LogIn, member: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert outsider.get("/readyz").json()["cache"] == "ok"
    client = login(member)
    monkeypatch.setattr(redis_cache, "outage", redis_cache.Outage())
    usual = caches["default"]
    caches["default"] = redis_away()
    try:
        check_all_answer(outsider, client, member)
    finally:
        caches["default"] = usual


def check_all_answer(outsider: Client, client: Client, member: User) -> None:
    response = outsider.get("/readyz")
    assert (response.status_code, response.json()["cache"]) == (200, "away")
    for path in ("/", "/gallery/", f"/gallery/{member.username}/", "/history/", "/settings/"):
        assert client.get(path).status_code == 200, path


def redis_away() -> redis_cache.TolerantCache:
    return redis_cache.TolerantCache(["redis://127.0.0.1:1/0"], {})


def away() -> float:
    raise OperationalError("server closed the connection unexpectedly")
