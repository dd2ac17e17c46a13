"""Images side by side: which ones, with what, and where they come from."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence

from generator.models import Image, Reference
from generator.permissions import Viewer
from generator.queries import gallery
from generator.queries.image_context import Source

FEWEST, MOST = 2, 4


def images(viewer: Viewer, pks: Sequence[uuid.UUID]) -> list[Image]:
    """Return those of these images whose page this member may open, in this order, each with what
    is shown beside it and with `is_favourite`."""
    rows = gallery.marked(viewer, gallery.images(gallery.known(viewer)))
    by_pk = {image.pk: image for image in rows.filter(pk__in=pks)}
    return [by_pk[pk] for pk in pks if pk in by_pk]


def sources(viewer: Viewer, images: Sequence[Image]) -> dict[uuid.UUID, list[Source]]:
    """Return the references of each image's batch, by batch and in order, each with its image if
    this member may see it."""
    references = Reference.objects.filter(batch__in={image.job.batch_id for image in images})
    rows = list(references.select_related("upload").order_by("batch", "position"))
    image_ids = {row.image_id for row in rows if row.image_id}
    visible_images = gallery.visible(viewer).select_related("job__batch").in_bulk(list(image_ids))
    by_batch: dict[uuid.UUID, list[Source]] = defaultdict(list)
    for row in rows:
        by_batch[row.batch_id].append(
            Source(row, visible_images.get(row.image_id) if row.image_id else None)
        )
    return by_batch


def partner(viewer: Viewer, image: Image, made_from: Sequence[Source]) -> Image | None:
    """Return the image to compare this one with: one that it was made from, else another one of its
    batch; None if the member may see neither."""
    for source in made_from:
        if source.image and source.image != image:
            return source.image
    others = gallery.visible(viewer).filter(job__batch=image.job.batch_id).exclude(pk=image.pk)
    return others.select_related("job").order_by("job__index", "index").first()
