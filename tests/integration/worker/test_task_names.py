"""The names under which the queue calls the worker."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.utils.module_loading import import_string
from django_q.models import OrmQ, Schedule
from django_q.tasks import async_task

from generator import taskqueue

NAMES = (taskqueue.SWEEP, taskqueue.MAINTENANCE)


def test_names_lead_to_functions() -> None:
    assert all(callable(import_string(name)) for name in NAMES)


@pytest.mark.django_db
def test_upgrade_drops_tasks_of_older_names_and_keeps_the_others() -> None:
    for name in ("generator.tasks.sweep", *NAMES):
        async_task(name)
    Schedule.objects.filter(name="tidy").update(func="generator.tasks.tidy")
    call_command("migrate", verbosity=0)
    assert {row.func() for row in OrmQ.objects.all()} == set(NAMES)
    assert set(Schedule.objects.values_list("func", flat=True)) == set(NAMES)
