from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.RenameField("auditentry", "via", "channel"),
        migrations.AlterField("auditentry", "channel", models.CharField("channel", max_length=10)),
    ]
