"""The background queue. The only importer of django_q.

An enqueued task is a nudge, never the only record of work: the sweep finds everything that is due
in the job rows, so a queue that loses a task or delivers it twice does no harm.
"""

from __future__ import annotations

import multiprocessing
from datetime import timedelta
from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils import timezone
from django_q.cluster import Cluster
from django_q.models import OrmQ, Schedule, Task
from django_q.signals import post_spawn
from django_q.tasks import async_task

SWEEP = "generator.worker.tasks.sweep_due"
MAINTENANCE = "generator.worker.tasks.run_maintenance"
KEEP_FINISHED = timedelta(days=2)

# Set in the cluster's main process and seen by its forked workers: a sweep that waits for the next
# due job must not delay the shutdown of the cluster.
_stopping = multiprocessing.Event()


class StoppableCluster(Cluster):  # type: ignore[misc]
    """django-q2's cluster, which tells running sweeps that it is stopping."""

    def sig_handler(self, signum: int, frame: Any) -> None:
        _stopping.set()
        super().sig_handler(signum, frame)


def stopping() -> bool:
    """Return whether this process belongs to a cluster that is stopping."""
    return _stopping.is_set()


def nudge() -> None:
    """Enqueue a sweep; within a transaction, once that commits.

    The queue lives in the same database, so the task is committed or rolled back with the rows that
    it is for.
    """
    async_task(SWEEP)


def nudge_maintenance() -> None:
    """Enqueue maintenance now, instead of within the hour."""
    async_task(MAINTENANCE)


def prune() -> None:
    """Remove django-q2's records of finished tasks: their tracebacks are in the log already."""
    Task.objects.filter(stopped__lt=timezone.now() - KEEP_FINISHED).delete()
    OrmQ.objects.filter(lock__lt=timezone.now() - KEEP_FINISHED).delete()


def _install_schedules(app_config: AppConfig, **kwargs: Any) -> None:
    """Schedule the sweep, as a backstop in case every nudge was lost, and the hourly
    maintenance."""
    if app_config.name != "django_q":
        return
    _drop_tasks_of_older_versions()
    Schedule.objects.update_or_create(
        name="sweep",
        defaults={"func": SWEEP, "schedule_type": Schedule.MINUTES, "minutes": 1},
    )
    Schedule.objects.update_or_create(
        name="tidy", defaults={"func": MAINTENANCE, "schedule_type": Schedule.HOURLY}
    )


def _drop_tasks_of_older_versions() -> None:
    """Drop queued tasks whose function was renamed since: workers enqueue a sweep anyway."""
    for row in OrmQ.objects.all():
        if row.func() not in (SWEEP, MAINTENANCE):
            row.delete()


def _sweep_on_start(**kwargs: Any) -> None:
    """Enqueue a sweep when a worker (re)starts, for what its predecessor left."""
    nudge()


post_migrate.connect(_install_schedules, dispatch_uid="generator.schedules")
post_spawn.connect(_sweep_on_start, dispatch_uid="generator.sweep-on-start")
