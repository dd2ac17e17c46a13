"""Whether the installation is ready, for machines that ask."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils.timezone import now

from tests.typing import Press

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


def away() -> float:
    raise OperationalError("server closed the connection unexpectedly")
