from django.db import migrations, models


class Migration(migrations.Migration):
    """Who proposed what was applied, and how many objects stood when an undo was proposed."""

    dependencies = [("transfer", "0014_refused_items")]

    operations = [
        migrations.AddField(
            model_name="importrun",
            name="proposed_by",
            field=models.CharField(blank=True, db_default="", max_length=150, verbose_name="proposed by"),
        ),
        migrations.AddField(
            model_name="proposal",
            name="standing",
            field=models.PositiveIntegerField(db_default=0),
        ),
    ]
