"""Two to four images side by side, with their differences."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from generator.models import Image, Reference
from generator.queries import comparison
from generator.queries.diff import segments
from generator.queries.image_context import Source
from generator.web import access
from generator.web.params import ids_in
from generator.web.requests import MemberRequest
from generator.web.responses import redirect_with_message, safe_next
from generator.web.selection import InvalidSelection, selection_in


@dataclass(frozen=True, slots=True)
class Row:
    """One fact about all images. `kind` says how to render the values; if they are all the same,
    there is only one."""

    kind: str
    label: str | Promise
    values: Sequence[Any]
    differs: bool


def compare_url(images: Sequence[uuid.UUID], back: str) -> str:
    """Return the URL of the comparison of these images, which leads back to `back`."""
    query = urlencode([*(("image", pk) for pk in images), ("next", back)])
    return f"{reverse('generator:compare')}?{query}"


@require_http_methods(["GET", "HEAD", "POST"])
def compare(request: MemberRequest) -> HttpResponse:
    """Show the images that the URL names, or a sentence if they are too few or too many."""
    if request.method == "POST":
        return _chosen(request)
    pks = ids_in(request.GET.getlist("image"))
    context: dict[str, Any] = {
        "back": safe_next(request),
        "here": request.get_full_path(),
        "chosen": len(pks),
        "most": comparison.MOST,
    }
    if comparison.FEWEST <= len(pks) <= comparison.MOST:
        me = request.user
        images = access.images(request, pks)
        sources = comparison.sources(me, images)
        context |= {
            "images": images,
            "related": _related(images, sources),
            "rows": _rows(images, sources),
            "tallest": _tallest(images),
        }
    return render(request, "generator/compare.html", context)


def _chosen(request: MemberRequest) -> HttpResponse:
    """Redirect a selection's form to the URL of its comparison, which can be saved and shared."""
    try:
        selection = selection_in(request.POST)
    except InvalidSelection as refusal:
        return redirect_with_message(request, str(refusal), safe_next(request), tone="warning")
    # One too many is enough for the refusal.
    return redirect(compare_url(selection.selected_ids[: comparison.MOST + 1], safe_next(request)))


def _related(images: Sequence[Image], sources: Mapping[uuid.UUID, Sequence[Source]]) -> str:
    """Return how these images are related, or an empty string."""
    if len({image.job.batch_id for image in images}) == 1:
        return _("All images are from one batch: the same prompt, model, and references.")
    places = {image.pk: place for place, image in enumerate(images, 1)}
    sentences = [
        _("Image %(made)d was made from image %(source)d.")
        % {"made": places[image.pk], "source": places[source.image.pk]}
        for image in images
        for source in sources[image.job.batch_id]
        if source.image and source.image.pk in places
    ]
    return " ".join(dict.fromkeys(sentences))


def _rows(images: Sequence[Image], sources: Mapping[uuid.UUID, Sequence[Source]]) -> list[Row]:
    batches = [image.job.batch for image in images]
    made_from = [sources[batch.pk] for batch in batches]
    prompts = [batch.prompt for batch in batches]
    return [
        _row("prompt", _("Prompt"), segments(prompts), prompts),
        _row("text", _("Model"), [batch.model_label for batch in batches]),
        _row(
            "references",
            _("References"),
            made_from,
            [[_identity(source.reference) for source in row] for row in made_from],
        ),
        _row("size", _("Size"), images, [(image.width, image.height) for image in images]),
        _row("credits", _("Cost"), [image.job.consumed_credits for image in images]),
        _row("rating", _("Rating"), [image.rating for image in images]),
        _row("note", _("Note"), [image.note for image in images]),
        _row("member", _("Created by"), [image.owner for image in images]),
        _row("moment", _("Created"), [image.created_at for image in images]),
    ]


def _identity(reference: Reference) -> tuple[Any, ...]:
    """Return a key that is equal for references to the same image, whatever its file name."""
    return reference.upload_id, reference.image_id, reference.url


def _row(
    kind: str, label: str | Promise, values: Sequence[Any], keys: Sequence[Any] | None = None
) -> Row:
    """Build a row; `keys` are compared instead of the values if given."""
    first, *others = values if keys is None else keys
    differs = any(other != first for other in others)
    return Row(kind, label, values if differs else values[:1], differs)


def _tallest(images: Sequence[Image]) -> Image:
    """Return the image whose shape all frames take, so that the images have the same width."""
    return min(images, key=lambda image: image.width / max(1, image.height))
