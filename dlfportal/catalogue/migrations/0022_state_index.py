"""The lists of every kind sort by the state, and find few by it; no list sorts by the number of a version."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0021_fill_states")]

    operations = [
        migrations.RemoveIndex("catalogueobject", "object_version_number"),
        migrations.AddIndex(
            "catalogueobject",
            models.Index(
                condition=models.Q(("deleted_at__isnull", True)),
                fields=["workspace", "kind", "state", "name", "cluster"],
                name="object_state",
            ),
        ),
    ]
