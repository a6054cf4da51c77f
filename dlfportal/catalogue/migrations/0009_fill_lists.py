"""Fill the numbers of the submitted versions, and the rows of the tags, from the columns that are there."""

from itertools import islice

from django.db import migrations
from django.db.models import OuterRef, Subquery

ROWS_A_WRITE = 5000
TAG_BYTES = 1000
COLUMNS = ("pk", "workspace", "name", "type", "tags")


def fill(apps, schema_editor):
    objects = apps.get_model("catalogue", "CatalogueObject").objects
    versions = apps.get_model("catalogue", "Version").objects
    number = versions.filter(pk=OuterRef("version_id")).order_by().values("number")
    objects.filter(version__isnull=False).update(version_number=Subquery(number))
    tagged = objects.filter(deleted_at__isnull=True).exclude(tags="").order_by("pk")
    last = 0
    while rows := list(tagged.filter(pk__gt=last).values_list(*COLUMNS)[:ROWS_A_WRITE]):
        _write(apps.get_model("catalogue", "ObjectTag"), rows)
        last = rows[-1][0]


def _write(model, rows):
    made = (
        model(object_id=pk, workspace_id=workspace, tag=tag, name=name, type=type_)
        for pk, workspace, name, type_, tags in rows
        for tag in _tags(tags)
    )
    while batch := list(islice(made, ROWS_A_WRITE)):
        model.objects.bulk_create(batch)


def _tags(tags):
    """Return the tags of the column that can be looked up, each once."""
    return sorted({tag for tag in tags.split("\n") if tag and len(tag.encode()) <= TAG_BYTES})


class Migration(migrations.Migration):

    dependencies = [
        ("catalogue", "0008_lists"),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
