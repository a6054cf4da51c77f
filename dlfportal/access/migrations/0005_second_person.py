import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Workspaces whose imports need a second person."""

    dependencies = [
        ("access", "0004_preference"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SecondPerson",
            fields=[
                (
                    "workspace",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="second_person",
                        serialize=False,
                        to="access.workspace",
                    ),
                ),
                ("imports", models.BooleanField(default=False)),
                ("wanted", models.BooleanField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("asked_name", models.CharField(blank=True, max_length=150)),
                ("asked_at", models.DateTimeField(null=True)),
            ],
        ),
    ]
