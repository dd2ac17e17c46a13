"""The search index, the months' counts, and what the database itself keeps up for both."""

from typing import Any

import django.db.models.deletion
import generator.models.months
import generator.models.search
from django.conf import settings
from django.db import migrations, models

from generator.models import search_sql, triggers


def create_search(apps: Any, schema_editor: Any) -> None:
    search_sql.create(schema_editor)


def drop_search(apps: Any, schema_editor: Any) -> None:
    search_sql.drop(schema_editor)


def install_triggers(apps: Any, schema_editor: Any) -> None:
    triggers.install(schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [
        ("generator", "0004_fill_gallery_columns"),
    ]

    operations = [
        migrations.CreateModel(
            name="SearchHit",
            fields=[
                (
                    "place",
                    models.BigIntegerField(db_column="rowid", primary_key=True, serialize=False),
                ),
                ("words", models.TextField()),
                ("index", generator.models.search.IndexField(db_column="generator_search")),
            ],
            options={
                "db_table": "generator_search",
                "managed": False,
                "default_permissions": (),
            },
        ),
        migrations.AddField(
            model_name="image",
            name="month",
            field=models.CharField(
                default=generator.models.months.this_month, editable=False, max_length=7
            ),
        ),
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                ("place", models.BigIntegerField(primary_key=True, serialize=False)),
                ("words", models.TextField()),
                (
                    "batch",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="entry",
                        to="generator.batch",
                    ),
                ),
                (
                    "image",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="entry",
                        to="generator.image",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MonthCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.CharField(max_length=7)),
                ("model", models.CharField(max_length=100)),
                ("shape", models.CharField(max_length=9)),
                ("has_references", models.BooleanField()),
                ("private", models.BooleanField()),
                ("pictures", models.IntegerField()),
                (
                    "owner",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["month"], name="count_by_month")],
            },
        ),
        migrations.RemoveIndex(model_name="job", name="job_by_status"),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(fields=["status", "batch"], name="job_by_status"),
        ),
        migrations.RunPython(create_search, drop_search),
        migrations.RunPython(install_triggers, migrations.RunPython.noop),
    ]
