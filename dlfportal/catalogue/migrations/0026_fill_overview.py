"""Fill what the overview counts: schedules, equal content, and what looks like a credential, chunk by chunk.

What looks like a credential is judged by the patterns of today, which are pure functions and too long to copy:
should they change, `reindex` judges anew. How content is compared is copied from this release.
"""

import hashlib
import json
import zlib
from collections import Counter

from django.db import migrations

from dlfportal.formats.kinds import Kind
from dlfportal.formats.traits import holds_credential

OBJECTS_A_READ = 500
COUNTS_HELD = 20_000
"""So many different schedules are summed up in memory before they are written."""
COUNT = (
    "INSERT INTO catalogue_keptcount (workspace_id, kind, facet, value, amount, folded)"
    " VALUES (%s, 'job', 'timing', %s, %s, %s)"
)
SET = "UPDATE catalogue_catalogueobject SET content_key = %s, has_credential = %s WHERE id = %s"
CDM_CONTENT = (
    "from-link-name",
    "from-config-values",
    "to-link-name",
    "to-config-values",
    "driver-config-values",
)


def count(apps, schema_editor):
    jobs = apps.get_model("catalogue", "CatalogueObject").objects.filter(kind="job", deleted_at__isnull=True)
    rows = jobs.order_by("pk").values_list("pk", "workspace_id", "schedule", "cron", "cron_zone")
    last, counts = 0, Counter()
    while chunk := list(rows.filter(pk__gt=last)[:OBJECTS_A_READ]):
        counts.update((workspace, json.dumps(timing, ensure_ascii=False)) for _pk, workspace, *timing in chunk)
        if len(counts) > COUNTS_HELD:
            write(schema_editor, counts)
        last = chunk[-1][0]
    write(schema_editor, counts)


def write(schema_editor, counts):
    with schema_editor.connection.cursor() as cursor:
        cursor.executemany(COUNT, [(*key, number, False) for key, number in sorted(counts.items())])
    counts.clear()


def uncount(apps, schema_editor):
    apps.get_model("catalogue", "KeptCount").objects.filter(facet="timing").delete()


def fill(apps, schema_editor):
    objects = apps.get_model("catalogue", "CatalogueObject").objects.filter(revision__isnull=False)
    rows = objects.order_by("pk").values_list("pk", "kind", "revision__content__data")
    last = 0
    while chunk := list(rows.filter(pk__gt=last)[:OBJECTS_A_READ]):
        found = []
        for pk, kind, data in chunk:
            document = json.loads(zlib.decompress(bytes(data), -zlib.MAX_WBITS))
            values = content_key(kind, document), holds_credential(Kind(kind), document)
            if any(values):
                found.append((*values, pk))
        with schema_editor.connection.cursor() as cursor:
            cursor.executemany(SET, found)
        last = chunk[-1][0]


def content_key(kind, document):
    content = CONTENTS[kind](document)
    if not content:
        return 0
    digest = hashlib.sha256(json.dumps(content).encode()).digest()
    return int.from_bytes(digest[:8]) >> 1 or 1


def of_job(document):
    nodes = [node for node in listed(document.get("nodes")) if isinstance(node, dict)]
    return [{key: value for key, value in node.items() if key != "location"} for node in nodes]


def of_script(document):
    content = document.get("content")
    return [document.get("type"), content] if isinstance(content, str) and content.strip() else None


def of_resource(document):
    location = document.get("location")
    return location if isinstance(location, str) else None


def of_cdm_job(document):
    for job in listed(document.get("jobs")):
        if isinstance(job, dict):
            return {key: job[key] for key in CDM_CONTENT if job.get(key)}
    return None


def listed(value):
    return value if isinstance(value, list) else []


CONTENTS = {"job": of_job, "script": of_script, "resource": of_resource, "cdm_job": of_cdm_job}


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0025_overview")]

    operations = [
        migrations.RunPython(count, uncount),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
