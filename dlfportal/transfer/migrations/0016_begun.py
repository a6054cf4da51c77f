import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    """When the plan was asked for last, or its apply; empty for those of before."""

    dependencies = [("transfer", "0015_proposed_by")]

    operations = [
        migrations.AddField(
            model_name="importrun",
            name="begun_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="importrun",
            name="begun_at",
            field=models.DateTimeField(default=django.utils.timezone.now, null=True),
        ),
    ]
