import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0003_known_address_and_token_password"),
        ("catalogue", "0014_fill_schedules"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Selection",
            fields=[
                (
                    "id",
                    models.CharField(
                        editable=False,
                        help_text="that nobody can guess",
                        max_length=32,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=128, verbose_name="name")),
                ("chosen", models.JSONField()),
                (
                    "key",
                    models.CharField(
                        help_text="SHA-256 of `chosen`, by which an equal one is found", max_length=64
                    ),
                ),
                ("count", models.PositiveIntegerField()),
                ("digest", models.CharField(max_length=32)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="created"),
                ),
                ("used_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="access.workspace",
                    ),
                ),
            ],
            options={
                "verbose_name": "selection",
                "verbose_name_plural": "selections",
                "indexes": [
                    models.Index(fields=["workspace", "user", "name"], name="selection_of_person"),
                    models.Index(
                        condition=models.Q(("name", "")), fields=["used_at"], name="selection_unused"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("name", "")),
                        fields=("workspace", "user", "key"),
                        name="selection_once",
                    )
                ],
            },
        ),
    ]
