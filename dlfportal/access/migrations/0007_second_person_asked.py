from typing import Any

from django.db import migrations


def forget_edits(apps: Any, schema_editor: Any) -> None:
    """Withdraw the changes of the second setting that are asked for: without it they would be of the first."""
    rows = apps.get_model("access", "SecondPerson").objects.filter(setting="edits")
    rows.update(setting="imports", wanted=None, asked_name="", asked_at=None)


class Migration(migrations.Migration):
    """Nothing on the way here; on the way back, what the older release cannot understand goes."""

    dependencies = [("access", "0006_second_person_edits")]

    operations = [migrations.RunPython(migrations.RunPython.noop, forget_edits)]
