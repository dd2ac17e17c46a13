"""Creating batches: a press of Generate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from generator import catalog
from generator.catalog import ImageModel
from generator.models import Batch, Collection, Image, Job, JobEvent, Reference, Upload, User
from generator.services import search, usage, wakeup

# Part of derived tokens, and so not allowed in a form's own.
TOKEN_MARK = "#"  # noqa: S105 - a mark in form tokens, no secret


@dataclass(frozen=True, slots=True)
class GenerationRequest:
    """What a member asks for with one prompt; already validated by the form.

    `references` are URLs, uploads and images of the studio, in the order of their slots; `pattern`
    is the text as typed if it stands for several requests, and `by_line` whether its lines do.
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
    """Return the request that this job came from, for one image."""
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
    """Create one batch like `create_all`; return it, and whether this call created it."""
    batches, created = create_all(owner, [request], form_token)
    return batches[0], created


def requests_for(values: Mapping[str, Any]) -> list[GenerationRequest]:
    """Return a request for each of the `prompts` in the compose form's cleaned values."""
    several = len(values["prompts"]) > 1
    return [
        GenerationRequest(
            prompt=prompt,
            model=catalog.MODELS[values["model"]],
            count=values["count"],
            references=values["references"],
            aspect_ratio=values["aspect_ratio"],
            image_size=values["image_size"],
            private=values["private"],
            collection=values["collection"],
            pattern=values["prompt"] if several else "",
            by_line=several and values["lines"],
        )
        for prompt in values["prompts"]
    ]


def create_all(
    owner: User, requests: Sequence[GenerationRequest], form_token: str
) -> tuple[list[Batch], bool]:
    """Create a batch for each request, with jobs and reservations, and nudge the sweep: all or
    nothing.

    Return the batches in the order of the requests, and whether this call created them. The form
    token is good for one press: the first batch has it, the others have tokens derived from it. If
    it is posted several times, even concurrently, the unique constraint lets one press win, and the
    others return its batches. `form_token` must not contain `TOKEN_MARK`.
    """
    try:
        with transaction.atomic():
            # The last one first: lists show the newest on top, so they read in the order of the
            # requests.
            pairs = [*enumerate(requests, 1)][::-1]
            batches = [_create_one(owner, request, _token(form_token, n)) for n, request in pairs]
            wakeup.wake()
    except IntegrityError:
        existing = _batches_of_press(owner, form_token)
        if not existing:
            raise
        return existing, False
    return batches[::-1], True


def _token(form_token: str, number: int) -> str:
    return form_token if number == 1 else f"{form_token}{TOKEN_MARK}{number}"


def _batches_of_press(owner: User, form_token: str) -> list[Batch]:
    """Return the batches of an earlier press with this token, in the order of its requests."""
    derived = Q(form_token__startswith=f"{form_token}{TOKEN_MARK}")
    batches = Batch.objects.filter(Q(form_token=form_token) | derived, owner=owner)
    return list(batches.order_by("-pk"))


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
        columns = {fields[type(source)]: source, "name": name}
        yield Reference(batch=batch, position=position, **columns)
