import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0003_fill_tags"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            "revision", "cluster", models.CharField("cluster", max_length=255, blank=True, default=""), preserve_default=False
        ),
        migrations.AddField(
            "revision", "name", models.CharField("name", max_length=255, default=""), preserve_default=False
        ),
        migrations.AddField(
            "revision",
            "origin",
            models.CharField(
                "origin",
                max_length=10,
                choices=[
                    ("edit", "edit"),
                    ("rename", "rename"),
                    ("restore", "restore"),
                    ("copy", "copy"),
                    ("import", "import"),
                    ("undo", "undo"),
                    ("sample", "sample catalogue"),
                ],
                default="edit",
            ),
        ),
        migrations.AddField("revision", "origin_id", models.CharField(max_length=36, blank=True, default=""), preserve_default=False),
        migrations.CreateModel(
            "Deletion",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("author_name", models.CharField("author", max_length=150)),
                ("at", models.DateTimeField("time", default=django.utils.timezone.now)),
                (
                    "author",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        django.db.models.deletion.SET_NULL,
                        null=True,
                        related_name="+",
                        db_index=False,
                    ),
                ),
                (
                    "object",
                    models.ForeignKey(
                        "catalogue.CatalogueObject",
                        django.db.models.deletion.PROTECT,
                        related_name="deletions",
                        db_index=False,
                    ),
                ),
                (
                    "revision",
                    models.OneToOneField(
                        "catalogue.Revision", django.db.models.deletion.PROTECT, related_name="deletion"
                    ),
                ),
            ],
            options={"verbose_name": "deletion", "verbose_name_plural": "deletions", "ordering": ["-at"]},
        ),
    ]
