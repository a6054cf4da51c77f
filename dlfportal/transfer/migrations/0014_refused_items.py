from django.db import migrations, models


class Migration(migrations.Migration):
    """A mark of the objects of an import that DataArts would refuse; those of before are not judged again."""

    dependencies = [("transfer", "0013_brings")]

    operations = [
        migrations.AddField(
            model_name="importitem",
            name="refused",
            field=models.BooleanField(db_default=False),
        ),
    ]
