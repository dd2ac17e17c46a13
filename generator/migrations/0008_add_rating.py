from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("generator", "0007_add_note_author"),
    ]

    operations = [
        migrations.AddField(
            model_name="bulkaction",
            name="rating",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name="bulkaction",
            name="kind",
            field=models.CharField(
                choices=[
                    ("trash", "Moved to the trash"),
                    ("restore", "Restored"),
                    ("favourite", "Marked as favourites"),
                    ("unfavourite", "No longer favourites"),
                    ("collect", "Added to a collection"),
                    ("uncollect", "Taken out of a collection"),
                    ("private", "Made private"),
                    ("team", "Shown to the team"),
                    ("rate", "Rated"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="image",
            name="rating",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddConstraint(
            model_name="image",
            constraint=models.CheckConstraint(
                condition=models.Q(("rating__lte", 5)), name="rating_up_to_five"
            ),
        ),
    ]
