"""Images beside each other: which may be, with what, and where they come from."""

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
    """Those of these images whose page this member may open, in this order, each with all that
    stands beside it and with `is_favourite`."""
    rows = gallery.marked(viewer, gallery.images(gallery.known(viewer)))
    found = {image.pk: image for image in rows.filter(pk__in=pks)}
    return [found[pk] for pk in pks if pk in found]


def sources(viewer: Viewer, images: Sequence[Image]) -> dict[uuid.UUID, list[Source]]:
    """What the batch of each of these images was made from, by the batch: its references in
    order, each with its image where this member may see it."""
    references = Reference.objects.filter(batch__in={image.job.batch_id for image in images})
    rows = list(references.select_related("upload").order_by("batch", "position"))
    meant = {row.image_id for row in rows if row.image_id}
    seen = gallery.visible(viewer).select_related("job__batch").in_bulk(list(meant))
    found: dict[uuid.UUID, list[Source]] = defaultdict(list)
    for row in rows:
        found[row.batch_id].append(Source(row, seen.get(row.image_id) if row.image_id else None))
    return found


def partner(viewer: Viewer, image: Image, made_from: Sequence[Source]) -> Image | None:
    """What this image is best compared with: what it was made from, else another one of its
    batch; None where the member sees neither."""
    for source in made_from:
        if source.image and source.image != image:
            return source.image
    others = gallery.visible(viewer).filter(job__batch=image.job.batch_id).exclude(pk=image.pk)
    return others.select_related("job").order_by("job__index", "index").first()
