from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0006_admin_lists")]

    operations = [
        migrations.RemoveIndex("auditentry", "audit_parts"),
        migrations.AddIndex(
            "auditentry",
            models.Index(condition=models.Q(part_of__isnull=False), fields=["part_of", "id"], name="audit_parts"),
        ),
        migrations.AddIndex(
            "auditentry",
            models.Index(
                condition=models.Q(part_of__isnull=True), fields=["workspace_id", "-at", "-id"], name="audit_acts"
            ),
        ),
    ]
