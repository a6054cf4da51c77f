"""Index the jobs of other workspaces that jobs wait for, chunk by chunk; the way back drops them.

How a document is read is copied from this release: what may move later must not change an old migration.
"""

import json
import zlib

from django.db import migrations, models

JOBS_A_READ = 500
FAR_JOB = "far_job"
NAME_BYTES = 1100
WORKSPACE_CHARACTERS = 255
KEY = b'"otherWorkSpaceJobs"'


def fill(apps, schema_editor):
    jobs = apps.get_model("catalogue", "CatalogueObject").objects.filter(kind="job", deleted_at__isnull=True)
    references = apps.get_model("catalogue", "Reference")
    rows = jobs.filter(revision__isnull=False).order_by("pk")
    rows = rows.values_list("pk", "workspace_id", "revision__content__data")
    last = 0
    while chunk := list(rows.filter(pk__gt=last)[:JOBS_A_READ]):
        references.objects.bulk_create(
            references(workspace_id=workspace, source_id=pk, target=FAR_JOB, cluster=far, name=name, waits=True)
            for pk, workspace, data in chunk
            for far, name in sorted(waited_for(zlib.decompress(bytes(data), -zlib.MAX_WBITS)))
        )
        last = chunk[-1][0]


def waited_for(text):
    if KEY not in text:
        return set()
    document = json.loads(text)
    nodes = (node for node in listed(document.get("nodes")) if isinstance(node, dict))
    crons = (part(document, "schedule", "cron"), *(part(node, "cronTrigger") for node in nodes))
    far = (
        (workspace_of(item), item.get("jobName"))
        for cron in crons
        for item in listed(part(cron, "dependJobs").get("otherWorkSpaceJobs"))
        if isinstance(item, dict)
    )
    return {
        (workspace, name)
        for workspace, name in far
        if 0 < len(workspace) <= WORKSPACE_CHARACTERS and is_name(name) and len(name.encode()) <= NAME_BYTES
    }


def workspace_of(item):
    named = (item.get("workSpaceId"), item.get("workSpace"))
    return next((value for value in named if isinstance(value, str) and value), "")


def is_name(value):
    return isinstance(value, str) and bool(value.strip())


def part(value, *keys):
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def listed(value):
    return value if isinstance(value, list) else []


def drop(apps, schema_editor):
    apps.get_model("catalogue", "Reference").objects.filter(target=FAR_JOB).delete()


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0018_job_groups")]

    operations = [
        migrations.AlterField(
            model_name="reference",
            name="target",
            field=models.CharField(
                choices=[
                    ("script", "script"),
                    ("resource", "resource"),
                    ("cdm_job", "cdm_job"),
                    ("job", "job"),
                    ("connection", "connection"),
                    ("far_job", "far_job"),
                ],
                max_length=10,
            ),
        ),
        migrations.RunPython(fill, drop),
    ]
