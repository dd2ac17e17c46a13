"""The ledger's two entries of a job: reserved at the click, settled by the upstream's figure."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from generator.models import Job, LedgerEntry


def reserve(jobs: Iterable[Job]) -> None:
    """Reserve each job's list price. Call it in the transaction that creates the jobs."""
    LedgerEntry.objects.bulk_create(
        LedgerEntry(job=job, kind=LedgerEntry.Kind.RESERVED, credits=job.price_credits)
        for job in jobs
    )


def settle(job: Job, credits: Decimal | None, *, twin_task_id: str = "") -> None:
    """Write what the job really cost; None if that was not reported. The first settlement stands.
    A second task of the job is settled beside it.

    Call it in the transaction of the status change that made the figure known.
    """
    LedgerEntry.objects.bulk_create(
        [
            LedgerEntry(
                job=job,
                kind=LedgerEntry.Kind.SETTLED,
                credits=credits,
                task_id=twin_task_id,
            )
        ],
        ignore_conflicts=True,
    )
