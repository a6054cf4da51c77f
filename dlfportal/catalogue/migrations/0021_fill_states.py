"""Say of every object whether it is submitted, and count the living ones by that."""

from django.db import migrations
from django.db.models import Count, F


def fill(apps, schema_editor):
    objects = apps.get_model("catalogue", "CatalogueObject").objects
    submitted = objects.filter(version__isnull=False).order_by()
    marked = submitted.filter(version__revision=F("revision"))
    submitted.update(state="changed")
    objects.filter(pk__in=marked.values("pk")).update(state="submitted")
    kept = apps.get_model("catalogue", "KeptCount")
    alive = objects.filter(deleted_at__isnull=True).order_by()
    kept.objects.bulk_create(
        kept(workspace_id=workspace, kind=kind, facet="state", value=state, amount=number)
        for workspace, kind, state, number in alive.values_list("workspace", "kind", "state").annotate(
            number=Count("pk")
        )
    )


def empty(apps, schema_editor):
    apps.get_model("catalogue", "KeptCount").objects.filter(facet="state").delete()


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0020_state")]

    operations = [migrations.RunPython(fill, empty)]
