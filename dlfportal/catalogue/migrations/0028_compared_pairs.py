import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    """What the documents of compared pairs say is kept."""

    dependencies = [("catalogue", "0027_mapping_profiles")]

    operations = [
        migrations.CreateModel(
            name="ComparedPair",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("view", models.CharField(max_length=64)),
                ("here", models.PositiveBigIntegerField()),
                ("there", models.PositiveBigIntegerField()),
                ("outcome", models.CharField(max_length=10)),
                ("fields", models.PositiveIntegerField()),
                ("changes", models.JSONField(default=list)),
                ("read_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "verbose_name": "compared pair",
                "verbose_name_plural": "compared pairs",
                "indexes": [models.Index(fields=["read_at"], name="compared_pair_read_at")],
                "constraints": [
                    models.UniqueConstraint(fields=("view", "here", "there"), name="compared_pair_once")
                ],
            },
        ),
    ]
