import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import dlfportal.access.models


class Migration(migrations.Migration):
    """Acts on so many objects that a worker does them."""

    dependencies = [
        ("access", "0004_preference"),
        ("transfer", "0008_admin_lists"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BulkRun",
            fields=[
                ("user_name", models.CharField(max_length=150, verbose_name="user name")),
                ("channel", models.CharField(max_length=10, verbose_name="channel")),
                ("request_id", models.CharField(blank=True, max_length=32, verbose_name="request ID")),
                (
                    "id",
                    models.CharField(
                        default=dlfportal.access.models.new_wire_id,
                        max_length=32,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("asked", models.JSONField()),
                ("chosen", models.JSONField()),
                ("count", models.PositiveIntegerField()),
                ("digest", models.CharField(max_length=32)),
                ("queue_id", models.CharField(blank=True, max_length=64)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("PLANNED", "planned"),
                            ("RUNNING", "running"),
                            ("SUCCESSFUL", "successful"),
                            ("FAILED", "failed"),
                        ],
                        default="RUNNING",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("result", models.JSONField(default=dict)),
                ("message", models.TextField(blank=True, verbose_name="message")),
                ("params", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("started_at", models.DateTimeField(null=True, verbose_name="started")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="ended")),
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
                (
                    "workspace",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="access.workspace",
                        verbose_name="workspace",
                    ),
                ),
            ],
            options={
                "verbose_name": "act on many objects",
                "verbose_name_plural": "acts on many objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("status", "RUNNING")), fields=["id"], name="bulk_running"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["PLANNED", "RUNNING", "SUCCESSFUL", "FAILED"])),
                        name="bulk_status_known",
                    )
                ],
            },
        ),
    ]
