from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0017_schedule_index")]

    operations = [
        migrations.AddField(
            model_name="healthreport",
            name="groups",
            field=models.JSONField(default=dict),
        ),
    ]
