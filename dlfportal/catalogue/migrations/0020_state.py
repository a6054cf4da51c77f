"""A column for where an object stands between its revisions and its versions."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0019_far_jobs")]

    operations = [
        migrations.AddField(
            "catalogueobject",
            "state",
            models.CharField(
                default="draft", help_text="what `index.state_of` says", max_length=9, verbose_name="state"
            ),
        ),
        migrations.AlterField(
            "catalogueobject",
            "version_number",
            models.PositiveIntegerField(
                default=0, help_text="of `version`; 0 while nothing is submitted", verbose_name="version"
            ),
        ),
    ]
