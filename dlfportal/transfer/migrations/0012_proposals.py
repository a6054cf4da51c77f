import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Plans and undos that one person proposes and another applies."""

    dependencies = [
        ("transfer", "0011_undo"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="importrun",
            name="changed_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.CreateModel(
            name="Proposal",
            fields=[
                ("user_name", models.CharField(max_length=150, verbose_name="user name")),
                ("channel", models.CharField(max_length=10, verbose_name="channel")),
                ("request_id", models.CharField(blank=True, max_length=32, verbose_name="request ID")),
                (
                    "run",
                    models.OneToOneField(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="proposal",
                        serialize=False,
                        to="transfer.importrun",
                    ),
                ),
                ("is_undo", models.BooleanField()),
                ("digest", models.CharField(max_length=64)),
                ("rest", models.BooleanField(default=False)),
                ("comment", models.CharField(blank=True, max_length=255)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
            ],
            options={"abstract": False},
        ),
    ]
