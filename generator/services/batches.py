"""A press of Generate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from generator import taskqueue
from generator.catalog import ImageModel
from generator.models import Batch, Job, JobEvent, Reference, User
from generator.services import search, usage


@dataclass(frozen=True, slots=True)
class Order:
    """What a member asks for; already validated by the form."""

    prompt: str
    model: ImageModel
    count: int
    image_urls: Sequence[str] = ()
    again_for: Job | None = None


def create(owner: User, order: Order, form_token: str) -> tuple[Batch, bool]:
    """Create the batch, its jobs and their reservations, and ask for a sweep: all or nothing.

    Gives the batch and whether this call made it. The form token is good for one batch: however
    often and however much at once it is posted, the unique constraint lets one press win, and
    the others find the winner's batch.
    """
    try:
        with transaction.atomic():
            batch = Batch.objects.create(
                owner=owner,
                prompt=order.prompt,
                model=order.model.id,
                count=order.count,
                form_token=form_token,
                again_for=order.again_for,
            )
            Reference.objects.bulk_create(
                Reference(batch=batch, position=position, url=url)
                for position, url in enumerate(order.image_urls, 1)
            )
            search.index_batch(batch, bool(order.image_urls))
            jobs = Job.objects.bulk_create(
                Job(batch=batch, index=index, price_credits=order.model.price_credits)
                for index in range(order.count)
            )
            JobEvent.objects.bulk_create(
                JobEvent(job=job, kind=JobEvent.Kind.CREATED, status=job.status) for job in jobs
            )
            usage.reserve(jobs)
            taskqueue.nudge()
    except IntegrityError:
        existing = Batch.objects.filter(owner=owner, form_token=form_token).first()
        if existing is None:
            raise
        return existing, False
    return batch, True
