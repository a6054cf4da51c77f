from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0004_fill_part_of")]

    operations = [
        migrations.RemoveIndex("auditentry", "audit_acts_of_user"),
        migrations.AddIndex(
            "auditentry",
            models.Index(
                condition=models.Q(part_of__isnull=True), fields=["user", "-at", "-id"], name="audit_acts_of_user"
            ),
        ),
    ]
