from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("transfer", "0004_bucket_without_workspaces")]

    operations = [
        migrations.RenameField("importrun", "via", "channel"),
        migrations.AlterField("importrun", "channel", models.CharField("channel", max_length=10)),
    ]
