"""Index what was made before there was a search, and count it by month."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import migrations
from django.db.models import Count, DateTimeField, Exists, OuterRef
from django.db.models.functions import TruncMonth

from generator.models import search
from generator.models.images import SHOWN

STEP = 2000


def fill(apps: Any, schema_editor: Any) -> None:
    fill_months(apps.get_model("generator", "Image"), apps.get_model("generator", "MonthCount"))
    entries = apps.get_model("generator", "SearchEntry").objects
    references = apps.get_model("generator", "Reference").objects.filter(batch=OuterRef("pk"))
    batches = apps.get_model("generator", "Batch").objects.order_by("pk")
    images = (
        apps.get_model("generator", "Image").objects.select_related("job__batch").order_by("pk")
    )
    taken: set[int] = set()
    for batch in batches.annotate(with_references=Exists(references)).iterator(STEP):
        facts = search.batch_facets(batch.owner_id, batch.model, batch.with_references)
        words = search.entry_words(facts, batch.prompt)
        entries.create(place=free(batch.pk, taken), batch=batch, words=words)
    for image in images.iterator(STEP):
        facts = search.image_facets(image.owner_id, image.model, image.shape, image.has_references)
        words = search.entry_words(facts, image.job.batch.prompt, image.note)
        entries.create(place=free(image.pk, taken), image=image, words=words)


def free(pk: Any, taken: set[int]) -> int:
    place = search.sort_key(pk)
    while place in taken:
        place += 1
    taken.add(place)
    return place


def fill_months(image: Any, month_count: Any) -> None:
    month = TruncMonth("created_at", output_field=DateTimeField())
    found = image.objects.annotate(made=month).values_list("made", flat=True)
    for made in list(found.order_by("made").distinct()):
        rows = image.objects.annotate(made=month).filter(made=made)
        rows.update(month=made.strftime("%Y-%m"))
    # The triggers have noted those changes, from no count to begin with.
    month_count.objects.all().delete()
    keys = ("month", "owner_id", "model", "shape", "has_references", "private")
    counts: Iterable[dict[str, Any]] = (
        image.objects.filter(SHOWN).values(*keys).annotate(pictures=Count("pk"))
    )
    month_count.objects.bulk_create(month_count(**row) for row in counts)


class Migration(migrations.Migration):
    dependencies = [("generator", "0005_add_search")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
