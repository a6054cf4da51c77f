"""Fill the index column of tags from the documents of the jobs that are there."""

import json
import zlib

from django.db import migrations

JOBS_A_WRITE = 500


def fill(apps, schema_editor):
    objects = apps.get_model("catalogue", "CatalogueObject").objects
    jobs = objects.filter(kind="job", revision__isnull=False).select_related("revision__content")
    tagged = []
    for job in jobs.iterator(chunk_size=JOBS_A_WRITE):
        job.tags = _tags(json.loads(zlib.decompress(bytes(job.revision.content.data), -zlib.MAX_WBITS)))
        if job.tags:
            tagged.append(job)
    objects.bulk_update(tagged, ["tags"], batch_size=JOBS_A_WRITE)


def _tags(document):
    """Return the tags of a job, each between line breaks."""
    basics = document.get("basicConfig")
    tags = basics.get("tags") if isinstance(basics, dict) else None
    words = [tag.strip() for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []
    return "".join(f"\n{word}" for word in words if word) + "\n" if any(words) else ""


class Migration(migrations.Migration):

    dependencies = [
        ("catalogue", "0002_tags"),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
