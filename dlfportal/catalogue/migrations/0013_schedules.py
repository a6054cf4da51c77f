from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0003_known_address_and_token_password"),
        ("catalogue", "0012_lists_by_workspace"),
    ]

    operations = [
        migrations.AddField(
            model_name="catalogueobject",
            name="cron",
            field=models.CharField(blank=True, help_text="the expression of a schedule by time", max_length=255),
        ),
        migrations.AddField(
            model_name="catalogueobject",
            name="cron_zone",
            field=models.CharField(blank=True, help_text="its zone, as the document writes it", max_length=64),
        ),
        migrations.AddField(
            model_name="catalogueobject",
            name="event",
            field=models.CharField(
                blank=True, help_text="what an event comes from: `DIS clicks`", max_length=255
            ),
        ),
        migrations.AddField(
            model_name="catalogueobject",
            name="runs_from",
            field=models.PositiveBigIntegerField(default=0, help_text="seconds since 1970, 0 for no begin"),
        ),
        migrations.AddField(
            model_name="catalogueobject",
            name="runs_until",
            field=models.PositiveBigIntegerField(default=0, help_text="seconds since 1970, 0 for no end"),
        ),
        migrations.AddIndex(
            model_name="catalogueobject",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", True), ("kind", "job")),
                fields=["workspace", "cron", "cron_zone", "schedule", "runs_from", "runs_until"],
                name="object_cron",
            ),
        ),
        migrations.RemoveConstraint(model_name="reference", name="reference_once"),
        migrations.AddField(
            model_name="reference",
            name="waits",
            field=models.BooleanField(default=False),
        ),
        migrations.AddConstraint(
            model_name="reference",
            constraint=models.UniqueConstraint(
                fields=["source", "target", "cluster", "name", "soft", "waits"], name="reference_once"
            ),
        ),
    ]
