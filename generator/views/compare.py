"""Two to four images side by side, with what sets them apart."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from generator.models import Image, Reference
from generator.queries import comparison
from generator.queries.diff import pieces
from generator.queries.image_context import Source
from generator.views.bulk import Unusable, led_back, safe_next, selection_of
from generator.web import access


@dataclass(frozen=True, slots=True)
class Row:
    """One fact of all images. `kind` says how its values are written; where they are the same
    in all, one stands for all."""

    kind: str
    label: str | Promise
    values: Sequence[Any]
    differs: bool


def address(images: Sequence[uuid.UUID], back: str) -> str:
    """Where these images are compared; its way back leads to `back`."""
    query = urlencode([*(("image", pk) for pk in images), ("next", back)])
    return f"{reverse('generator:compare')}?{query}"


@require_http_methods(["GET", "HEAD", "POST"])
def compare(request: HttpRequest) -> HttpResponse:
    """The images that the address names; too few or too many are told so in a sentence."""
    if request.method == "POST":
        return _chosen(request)
    try:
        named = [uuid.UUID(raw) for raw in request.GET.getlist("image")]
    except ValueError:
        raise Http404 from None
    pks = list(dict.fromkeys(named))
    context: dict[str, Any] = {
        "back": safe_next(request),
        "here": request.get_full_path(),
        "chosen": len(pks),
        "most": comparison.MOST,
    }
    if comparison.FEWEST <= len(pks) <= comparison.MOST:
        me = access.member_of(request)
        images = access.images(request, pks)
        sources = comparison.sources(me, images)
        context |= {
            "images": images,
            "related": _related(images, sources),
            "rows": _rows(images, sources),
            "tallest": _tallest(images),
        }
    return render(request, "generator/compare.html", context)


def _chosen(request: HttpRequest) -> HttpResponse:
    """A selection's form leads to the address of its comparison, which can be kept and shared."""
    try:
        selection = selection_of(request.POST)
    except Unusable as refusal:
        return led_back(request, refusal)
    # One too many says as much as a thousand.
    return redirect(address(selection.images[: comparison.MOST + 1], safe_next(request)))


def _related(images: Sequence[Image], sources: Mapping[uuid.UUID, Sequence[Source]]) -> str:
    """What these images are to each other, where that is more than that they were chosen."""
    if len({image.job.batch_id for image in images}) == 1:
        return _("All are of one batch: the same prompt, model and references.")
    places = {image.pk: place for place, image in enumerate(images, 1)}
    said = [
        _("Image %(made)d was made from image %(source)d.")
        % {"made": places[image.pk], "source": places[source.image.pk]}
        for image in images
        for source in sources[image.job.batch_id]
        if source.image and source.image.pk in places
    ]
    return " ".join(dict.fromkeys(said))


def _rows(images: Sequence[Image], sources: Mapping[uuid.UUID, Sequence[Source]]) -> list[Row]:
    batches = [image.job.batch for image in images]
    made_from = [sources[batch.pk] for batch in batches]
    prompts = [batch.prompt for batch in batches]
    return [
        _row("prompt", _("Prompt"), pieces(prompts), prompts),
        _row("text", _("Model"), [batch.model_label for batch in batches]),
        _row(
            "references",
            _("References"),
            made_from,
            [[_same(source.reference) for source in found] for found in made_from],
        ),
        _row("size", _("Size"), images, [(image.width, image.height) for image in images]),
        _row("credits", _("Cost"), [image.job.consumed_credits for image in images]),
        _row("rating", _("Rating"), [image.rating for image in images]),
        _row("note", _("Note"), [image.note for image in images]),
        _row("member", _("Made by"), [image.owner for image in images]),
        _row("moment", _("Made"), [image.created_at for image in images]),
    ]


def _same(reference: Reference) -> tuple[Any, ...]:
    """Of two references alike where they are one image, whatever its file was called."""
    return reference.upload_id, reference.image_id, reference.url


def _row(
    kind: str, label: str | Promise, values: Sequence[Any], keys: Sequence[Any] | None = None
) -> Row:
    """`keys` are what is compared, where that is not the values themselves."""
    first, *others = values if keys is None else keys
    differs = any(other != first for other in others)
    return Row(kind, label, values if differs else values[:1], differs)


def _tallest(images: Sequence[Image]) -> Image:
    """Its shape is that of all frames, so that the images are of one width."""
    return min(images, key=lambda image: image.width / max(1, image.height))
