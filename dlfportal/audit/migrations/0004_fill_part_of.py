"""Join the entries of an import's objects to the import's own, which older imports wrote last."""

from django.db import migrations


def fill(apps, schema_editor):
    entries = apps.get_model("audit", "AuditEntry").objects
    last = {}
    for act, workspace in entries.filter(action="package.import").order_by("id").values_list("id", "workspace_id"):
        entries.filter(
            workspace_id=workspace, id__gt=last.get(workspace, 0), id__lt=act, detail__bulk=True, part_of=None
        ).update(part_of=act)
        last[workspace] = act


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_part_of")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
