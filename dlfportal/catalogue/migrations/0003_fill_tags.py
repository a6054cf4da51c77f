"""Fill the index column of tags from the documents of the jobs that are there."""

from django.db import migrations

from dlfportal.catalogue.index import tags_of
from dlfportal.formats.jsontext import parse
from dlfportal.formats.zip.writer import inflate

JOBS_A_WRITE = 500


def fill(apps, schema_editor):
    objects = apps.get_model("catalogue", "CatalogueObject").objects
    jobs = objects.filter(kind="job", revision__isnull=False).select_related("revision__content")
    bearing = []
    for job in jobs.iterator(chunk_size=JOBS_A_WRITE):
        content = job.revision.content
        job.tags = tags_of(parse(inflate(bytes(content.data), content.size)))
        if job.tags:
            bearing.append(job)
    objects.bulk_update(bearing, ["tags"], batch_size=JOBS_A_WRITE)


class Migration(migrations.Migration):

    dependencies = [
        ("catalogue", "0002_tags"),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
