import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import dlfportal.access.models

MOVED = (
    "dlfportal.transfer.tasks.import_package",
    "dlfportal.transfer.imports.execute.import_package",
)


def follow_move(apps, schema_editor):
    """Imports that wait in the queue name the function that does them, which has moved."""
    rename_tasks(apps, *MOVED)


def follow_move_back(apps, schema_editor):
    rename_tasks(apps, *reversed(MOVED))


def rename_tasks(apps, old, new):
    apps.get_model("django_tasks_database", "DBTaskResult").objects.filter(task_path=old).update(task_path=new)


def written(model):
    return models.ForeignKey(
        db_constraint=False,
        db_index=False,
        null=True,
        on_delete=django.db.models.deletion.DO_NOTHING,
        related_name="+",
        to=model,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0003_fill_tags"),
        ("django_tasks_database", "0021_conditional_partial_index_ordering"),
        ("transfer", "0006_export"),
    ]

    operations = [
        # Its rows say which processes live now, and none does while a migration runs.
        migrations.DeleteModel("Runner"),
        migrations.CreateModel(
            name="Runner",
            fields=[
                (
                    "id",
                    models.CharField(
                        default=dlfportal.access.models.new_wire_id,
                        max_length=32,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "queued",
                    models.BooleanField(
                        help_text="takes the imports that are waiting, not only one of its own"
                    ),
                ),
                ("alive_until", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={"ordering": ["alive_until"]},
        ),
        migrations.AlterModelOptions(
            name="importrun",
            options={
                "ordering": ["-created_at"],
                "verbose_name": "import task",
                "verbose_name_plural": "import tasks",
            },
        ),
        migrations.AddField(
            "importrun", "package", models.CharField("kept package", blank=True, max_length=1200)
        ),
        migrations.RemoveConstraint("importrun", "import_status_known"),
        migrations.AlterField(
            "importrun",
            "status",
            models.CharField(
                "status",
                choices=[
                    ("PLANNED", "planned"),
                    ("RUNNING", "running"),
                    ("SUCCESSFUL", "successful"),
                    ("FAILED", "failed"),
                ],
                default="RUNNING",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            "importrun",
            models.CheckConstraint(
                condition=models.Q(("status__in", ["PLANNED", "RUNNING", "SUCCESSFUL", "FAILED"])),
                name="import_status_known",
            ),
        ),
        migrations.AddField(
            "importitem",
            "choice",
            models.CharField(
                "choice",
                choices=[("take", "take"), ("skip", "skip"), ("rename", "rename")],
                default="take",
                max_length=10,
            ),
        ),
        migrations.AddField(
            "importitem", "new_name", models.CharField("new name", blank=True, max_length=255)
        ),
        migrations.AddField("importitem", "sha256", models.CharField(blank=True, max_length=64)),
        migrations.AddField(
            "importitem",
            "object",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="catalogue.catalogueobject",
            ),
        ),
        migrations.AddField("importitem", "was_deleted", models.BooleanField(default=False)),
        migrations.AddField("importitem", "revision_before", written("catalogue.revision")),
        migrations.AddField("importitem", "revision_after", written("catalogue.revision")),
        migrations.AddField("importitem", "version_before", written("catalogue.version")),
        migrations.AddField("importitem", "version_after", written("catalogue.version")),
        migrations.AddConstraint(
            "importitem",
            models.CheckConstraint(
                condition=models.Q(("choice__in", ["take", "skip", "rename"])), name="import_choice_known"
            ),
        ),
        migrations.AddConstraint(
            "importitem",
            models.CheckConstraint(
                condition=models.Q(("choice", "rename"), ("new_name", ""), _connector="XOR"),
                name="import_item_renamed",
            ),
        ),
        migrations.RunPython(follow_move, follow_move_back),
    ]
