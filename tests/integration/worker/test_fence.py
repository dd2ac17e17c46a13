"""The fence before the paid call survives a power cut."""

from __future__ import annotations

import pytest
from django.db import connection

from generator.models import Job
from generator.services import connections
from generator.worker import submits
from generator.worker.submits import _start
from tests.typing import Press

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.both_databases("models.durability"),
]


def level() -> str:
    sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous" if sqlite else "SHOW synchronous_commit")
        return {"1": "normal", "2": "full", "on": "full"}[str(cursor.fetchone()[0])]


def test_claim_is_on_the_disk_before_anything_is_sent(
    press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    levels: list[str] = []

    def start(job: Job, *args: object, **kwargs: object) -> bool:
        levels.append(level())
        return _start(job, *args, **kwargs)  # type: ignore[arg-type]

    press(count=2)
    before = level()
    monkeypatch.setattr(submits, "_start", start)
    assert len(submits.claim(8, connections.read())) == 2
    assert levels == ["full", "full"]
    assert level() == before
