"""`manage.py seed_demo`: an empty studio filled with a team's work."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from generator.models import Image, User
from generator.queries import gallery, months
from generator.queries.filters import Filters
from generator.services import demo, file_audit
from tests.typing import Press

pytestmark = pytest.mark.django_db


def seed(images: int) -> None:
    call_command("seed_demo", images=images, subjects=2, stdout=io.StringIO())


@pytest.mark.both_databases("management.commands.seed_demo", "services.demo")
def test_demo_fills_lists_search_months_and_files(owner: User) -> None:
    seed(40)
    assert Image.objects.count() == 40
    images = gallery.matching(owner, Filters())
    prompt = images[0].job.batch.prompt
    assert gallery.matching(owner, Filters(q=prompt)).exists()
    counts = [month.count or 0 for month in months.of_images(owner, Filters())]
    assert sum(counts) == images.count()
    assert list(file_audit.verify(contents=False)) == []


def test_demo_refuses_a_studio_with_work(press: Press) -> None:
    press()
    with pytest.raises(CommandError, match="already has batches"):
        seed(1)


def test_demo_refuses_a_studio_without_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(password: str) -> list[User]:
        raise OperationalError("no such table: generator_batch")

    monkeypatch.setattr(demo, "people", fail)
    with pytest.raises(CommandError, match="has no tables yet"):
        seed(1)
