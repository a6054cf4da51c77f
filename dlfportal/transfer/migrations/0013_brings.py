from django.db import migrations, models


class Migration(migrations.Migration):
    """Plans whose package a worker makes of objects of another workspace."""

    dependencies = [("transfer", "0012_proposals")]

    operations = [
        migrations.AddField(
            model_name="importrun", name="brings", field=models.JSONField(default=dict)
        ),
        migrations.AlterField(
            model_name="importrun",
            name="phase",
            field=models.CharField(
                blank=True,
                choices=[
                    ("gathering", "making the package"),
                    ("reading", "reading the package"),
                    ("checking", "checking the objects"),
                    ("writing", "writing"),
                ],
                max_length=10,
                verbose_name="phase",
            ),
        ),
    ]
