import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """What the documents of contents name is kept."""

    dependencies = [("catalogue", "0029_orphans")]

    operations = [
        migrations.CreateModel(
            name="ContentNames",
            fields=[
                (
                    "content",
                    models.OneToOneField(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="names",
                        serialize=False,
                        to="catalogue.content",
                    ),
                ),
                ("kind", models.CharField(max_length=10)),
                ("reader", models.CharField(max_length=16)),
                ("directory", models.TextField(blank=True)),
                ("uses", models.TextField()),
            ],
        ),
    ]
