import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    """What names of other places are called in a workspace is kept under names of its own."""

    dependencies = [
        ("access", "0004_preference"),
        ("catalogue", "0026_fill_overview"),
    ]

    operations = [
        migrations.CreateModel(
            name="MappingProfile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=128, verbose_name="name")),
                (
                    "entries",
                    models.JSONField(
                        default=list, help_text="as `formats.mapping.mapping_write` returns them"
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="updated"),
                ),
                ("updated_by", models.CharField(max_length=150, verbose_name="updated by")),
                (
                    "workspace",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mapping_profiles",
                        to="access.workspace",
                    ),
                ),
            ],
            options={
                "verbose_name": "mapping profile",
                "verbose_name_plural": "mapping profiles",
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(fields=("workspace", "name"), name="mapping_profile_named")
                ],
            },
        ),
    ]
