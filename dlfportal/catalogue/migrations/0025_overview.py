"""Let the overview count from indexes: what ended or has not begun, equal content, what looks like a credential."""

from django.db import migrations, models

ALIVE = models.Q(deleted_at__isnull=True)
JOB = ALIVE & models.Q(kind="job")


def _index(name, condition, *fields):
    return migrations.AddIndex(
        "catalogueobject",
        models.Index(condition=condition, fields=["workspace", "kind", *fields], name=name),
    )


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0024_saved_selections")]

    operations = [
        migrations.AddField(
            "catalogueobject",
            "content_key",
            models.PositiveBigIntegerField(default=0, help_text="what does the same has the same, or 0"),
        ),
        migrations.AddField(
            "catalogueobject",
            "has_credential",
            models.BooleanField(default=False, help_text="some text looks like a credential"),
        ),
        _index(
            "object_ends",
            JOB & models.Q(runs_until__gt=0),
            *("runs_until", "schedule", "cron", "cron_zone", "deleted_at"),
        ),
        _index(
            "object_begins",
            JOB,
            *("runs_from", "schedule", "cron", "cron_zone", "runs_until", "deleted_at"),
        ),
        _index("object_content_key", ALIVE & models.Q(content_key__gt=0), "content_key", "deleted_at"),
        _index(
            "object_has_credential", ALIVE & models.Q(has_credential=True), "deleted_at", "has_credential"
        ),
    ]
