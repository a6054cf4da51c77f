"""Count the objects that are there: a sum for each chunk of them, so that memory does not grow with their number."""

from collections import Counter

from django.db import migrations

OBJECTS_A_READ = 5000
TAG_BYTES = 1000
COLUMNS = ("type", "directory", "owner")


def fill(apps, schema_editor):
    objects = apps.get_model("catalogue", "CatalogueObject").objects.filter(deleted_at__isnull=True).order_by("pk")
    rows = objects.values_list("pk", "workspace_id", "kind", "tags", *COLUMNS)
    last = 0
    while chunk := list(rows.filter(pk__gt=last)[:OBJECTS_A_READ]):
        _write(schema_editor, _count(chunk))
        last = chunk[-1][0]


def _count(chunk):
    """Return (workspace, kind, facet, value) -> how many objects of the chunk count under it."""
    counts = Counter()
    for _pk, workspace, kind, tags, *columns in chunk:
        tagged = [tag for tag in set(tags.split("\n")) if tag and len(tag.encode()) <= TAG_BYTES]
        typed = [f"{columns[0]}\n{tag}" for tag in tagged if columns[0]]
        values = [*zip(COLUMNS, columns, strict=True), *_each("tag", tagged), *_each("typed_tag", typed)]
        counts[(workspace, kind, "", "")] += 1
        counts.update((workspace, kind, facet, value) for facet, value in values if value)
    return counts


def _each(facet, values):
    return ((facet, value) for value in values)


def _write(schema_editor, counts):
    sql = (
        "INSERT INTO catalogue_keptcount (workspace_id, kind, facet, value, amount, folded)"
        " VALUES (%s, %s, %s, %s, %s, %s)"
    )
    with schema_editor.connection.cursor() as cursor:
        cursor.executemany(sql, [(*key, number, False) for key, number in sorted(counts.items())])


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0006_kept_count")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
