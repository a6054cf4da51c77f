import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0004_preference"),
        ("catalogue", "0015_selections"),
    ]

    operations = [
        migrations.CreateModel(
            name="HealthReport",
            fields=[
                (
                    "workspace",
                    models.OneToOneField(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="access.workspace",
                    ),
                ),
                ("mark", models.BigIntegerField(default=0)),
                ("counted_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("seconds", models.FloatField(default=0)),
                ("counts", models.JSONField(default=dict)),
            ],
        ),
    ]
