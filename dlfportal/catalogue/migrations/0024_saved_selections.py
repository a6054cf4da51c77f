from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """A person's saved selections of a workspace have a name each."""

    dependencies = [
        ("access", "0004_preference"),
        ("catalogue", "0023_restarting_jobs"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(model_name="selection", name="selection_of_person"),
        migrations.AddConstraint(
            model_name="selection",
            constraint=models.UniqueConstraint(
                condition=models.Q(("name", ""), _negated=True),
                fields=("workspace", "user", "name"),
                name="selection_named",
            ),
        ),
    ]
