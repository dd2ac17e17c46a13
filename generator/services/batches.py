"""A press of Generate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Q

from generator import taskqueue
from generator.catalog import ImageModel
from generator.models import Batch, Collection, Image, Job, JobEvent, Reference, Upload, User
from generator.services import search, usage

# Stands in derived tokens, so in no given one.
TOKEN_MARK = "#"  # noqa: S105 - a mark in form tokens, no secret


@dataclass(frozen=True, slots=True)
class GenerationRequest:
    """What a member asks for; already validated by the form.

    `references` are addresses, uploads and images of ours, in the order of their slots; `pattern`
    is what was typed if it stands for several requests, line by line or not.
    """

    prompt: str
    model: ImageModel
    count: int
    references: Sequence[str | Upload | Image] = ()
    again_for: Job | None = None
    aspect_ratio: str = ""
    image_size: str = ""
    private: bool = False
    collection: Collection | None = None
    pattern: str = ""
    by_line: bool = False


def resend_request(job: Job, model: ImageModel) -> GenerationRequest:
    """What was asked for with this job, for one image more."""
    batch = job.batch
    references = batch.references.select_related("upload", "image")
    return GenerationRequest(
        prompt=batch.prompt,
        model=model,
        count=1,
        references=[one.source for one in references],
        again_for=job,
        aspect_ratio=batch.aspect_ratio,
        image_size=batch.image_size,
        private=batch.private,
        collection=batch.collection,
    )


def create(owner: User, request: GenerationRequest, form_token: str) -> tuple[Batch, bool]:
    """As `create_all` for one order; gives its batch and whether this call made it."""
    found, created = create_all(owner, [request], form_token)
    return found[0], created


def create_all(
    owner: User, requests: Sequence[GenerationRequest], form_token: str
) -> tuple[list[Batch], bool]:
    """Create a batch for each request, with jobs and reservations, and ask for a sweep: all of it
    or nothing.

    Gives the batches in the orders' request, and whether this call made them. The form token is
    good for one press: the first batch has it, the others tokens that follow from it. However
    often and however much at once it is posted, the unique constraint lets one press win, and the
    others find the winner's batches. `form_token` must not hold `TOKEN_MARK`.
    """
    try:
        with transaction.atomic():
            # The last first: lists show the newest on top, so that they read in this request.
            pairs = [*enumerate(requests, 1)][::-1]
            made = [_create_one(owner, request, _token(form_token, n)) for n, request in pairs]
            taskqueue.nudge()
    except IntegrityError:
        existing = _press(owner, form_token)
        if not existing:
            raise
        return existing, False
    return made[::-1], True


def _token(form_token: str, number: int) -> str:
    return form_token if number == 1 else f"{form_token}{TOKEN_MARK}{number}"


def _press(owner: User, form_token: str) -> list[Batch]:
    """The batches of an earlier press with this token, in its orders' request."""
    derived = Q(form_token__startswith=f"{form_token}{TOKEN_MARK}")
    found = Batch.objects.filter(Q(form_token=form_token) | derived, owner=owner)
    return list(found.order_by("-pk"))


def _create_one(owner: User, request: GenerationRequest, form_token: str) -> Batch:
    batch = Batch.objects.create(
        owner=owner,
        prompt=request.prompt,
        model=request.model.id,
        count=request.count,
        form_token=form_token,
        again_for=request.again_for,
        aspect_ratio=request.aspect_ratio,
        image_size=request.image_size,
        private=request.private,
        collection=request.collection,
        pattern=request.pattern,
        by_line=request.by_line,
    )
    Reference.objects.bulk_create(_references(batch, request))
    search.index_batch(batch, bool(request.references))
    jobs = Job.objects.bulk_create(
        Job(batch=batch, index=index, price_credits=request.model.price_credits)
        for index in range(request.count)
    )
    JobEvent.objects.bulk_create(
        JobEvent(job=job, kind=JobEvent.Kind.CREATED, status=job.status) for job in jobs
    )
    usage.reserve(jobs)
    return batch


def _references(batch: Batch, request: GenerationRequest) -> Iterator[Reference]:
    fields = {str: "url", Upload: "upload", Image: "image"}
    for position, source in enumerate(request.references, 1):
        name = source.name if isinstance(source, Upload) else ""
        named = {fields[type(source)]: source, "name": name}
        yield Reference(batch=batch, position=position, **named)
