"""Write the reference of each job that names itself as a sub-job: releases before left it out.

How a document is read is copied from this release: what may move later must not change an old migration.
"""

import json
import zlib

from django.db import migrations

JOBS_A_WRITE = 500
STARTING = ("DLFSubJob", "ForEachJob")


def fill(apps, schema_editor):
    references = apps.get_model("catalogue", "Reference")
    last = 0
    while chunk := list(jobs(apps).filter(pk__gt=last)[:JOBS_A_WRITE]):
        references.objects.bulk_create(
            [
                references(workspace_id=workspace, source_id=pk, target="job", name=name)
                for pk, workspace, name, data in chunk
                if starts(name, zlib.decompress(bytes(data), -zlib.MAX_WBITS))
            ],
            ignore_conflicts=True,
        )
        last = chunk[-1][0]


def forget(apps, schema_editor):
    models = apps.get_model("catalogue", "CatalogueObject"), apps.get_model("catalogue", "Reference")
    named = models[1].objects.filter(target="job", waits=False).select_related("source")
    found = [row.pk for row in named.iterator() if row.source.kind == "job" and row.source.name == row.name]
    for begin in range(0, len(found), JOBS_A_WRITE):
        models[1].objects.filter(pk__in=found[begin : begin + JOBS_A_WRITE]).delete()


def jobs(apps):
    objects = apps.get_model("catalogue", "CatalogueObject").objects
    alive = objects.filter(kind="job", revision__isnull=False, deleted_at__isnull=True).order_by("pk")
    return alive.values_list("pk", "workspace_id", "name", "revision__content__data")


def starts(name, text):
    """Return whether the job of a document names itself as a sub-job; most cannot, and are not parsed."""
    if not any(word.encode() in text for word in ("SubJob", "Sub Job", "ForEach")):
        return False
    document = json.loads(text)
    return any(
        isinstance(item, dict) and item.get("name") == "jobName" and item.get("value") == name
        for node in listed(document.get("nodes"))
        if isinstance(node, dict) and str(node.get("type")).replace(" ", "") in STARTING
        for item in listed(node.get("properties"))
    )


def listed(value):
    return value if isinstance(value, list) else []


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0022_state_index")]

    operations = [migrations.RunPython(fill, forget)]
