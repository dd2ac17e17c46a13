"""Give the pictures that were made before galleries had filters their facts."""

from __future__ import annotations

from typing import Any

from django.db import migrations
from django.db.models import Case, CharField, Exists, F, OuterRef, Subquery, Value, When


def fill(apps: Any, schema_editor: Any) -> None:
    images = apps.get_model("generator", "Image").objects.all()
    jobs = apps.get_model("generator", "Job").objects
    references = apps.get_model("generator", "Reference").objects
    # The twin of `models.images.shape_of`, in whole numbers: within 5 % of the longer side.
    square = {
        "width__lte": F("height") + F("height") / 20,
        "height__lte": F("width") + F("width") / 20,
    }
    images.update(
        model=Subquery(jobs.filter(pk=OuterRef("job_id")).values("batch__model")),
        has_references=Exists(references.filter(batch__jobs=OuterRef("job_id"))),
        shape=Case(
            When(**square, then=Value("square")),
            When(width__gt=F("height"), then=Value("landscape")),
            default=Value("portrait"),
            output_field=CharField(),
        ),
    )


class Migration(migrations.Migration):
    dependencies = [("generator", "0003_add_gallery_and_compose")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
