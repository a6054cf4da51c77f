from django.db import migrations, models


class Migration(migrations.Migration):
    """The database says of each reference whether an expression names the object, and finds those."""

    dependencies = [("catalogue", "0030_content_names")]

    operations = [
        migrations.AddField(
            model_name="reference",
            name="dynamic",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Q(
                    ("name__contains", "${"),
                    ("name__contains", "#{"),
                    ("cluster__contains", "${"),
                    ("cluster__contains", "#{"),
                    _connector="OR",
                ),
                output_field=models.BooleanField(),
            ),
        ),
        migrations.AddIndex(
            model_name="reference",
            index=models.Index(
                condition=models.Q(("dynamic", True)),
                fields=["workspace", "target"],
                name="reference_dynamic",
            ),
        ),
    ]
