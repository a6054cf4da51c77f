"""Fill what the documents of jobs say of when they run, and which jobs they wait for, chunk by chunk.

How a document is read is copied from this release: what may move later must not change an old migration.
"""

import json
import re
import zlib
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from django.db import migrations

JOBS_A_WRITE = 500
COLUMNS = ("cron", "cron_zone", "event", "runs_from", "runs_until")
MOMENT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(Z|[+-]\d\d(?::?\d\d)?)?")
OFFSET = re.compile(r"(?:GMT|UTC|UT|Z)?([+-])(\d{1,2})(?::?(\d\d))?", re.IGNORECASE)
NOTHING_AHEAD = re.compile(r"(?:GMT|UTC|UT|Z)", re.IGNORECASE)


def fill(apps, schema_editor):
    objects = apps.get_model("catalogue", "CatalogueObject").objects
    references = apps.get_model("catalogue", "Reference")
    jobs = objects.filter(kind="job", revision__isnull=False).order_by("pk")
    rows = jobs.values_list("pk", "workspace_id", "deleted_at", "revision__content__data")
    last = 0
    while chunk := list(rows.filter(pk__gt=last)[:JOBS_A_WRITE]):
        for pk, workspace, deleted, data in chunk:
            document = json.loads(zlib.decompress(bytes(data), -zlib.MAX_WBITS))
            columns = dict(zip(COLUMNS, columns_of(document), strict=True))
            if any(columns.values()):
                objects.filter(pk=pk).update(**columns)
            if deleted is None:
                mark_waits(references, pk, workspace, document)
        last = chunk[-1][0]


def mark_waits(references, pk, workspace, document):
    waits, starts = set(waited_for(document)), set(sub_jobs(document))
    rows = references.objects.filter(source_id=pk, target="job", cluster="")
    for name in rows.filter(name__in=list(waits)).values_list("name", flat=True) if waits else ():
        if name in starts:
            references.objects.create(
                workspace_id=workspace, source_id=pk, target="job", name=name, waits=True
            )
        else:
            rows.filter(name=name).update(waits=True)


def columns_of(document):
    schedule = part(document, "schedule")
    cron, event = part(schedule, "cron"), part(schedule, "event")
    if schedule.get("type") == "EVENT":
        words = (event.get("eventType"), event.get("channel") or event.get("topic"))
        return "", "", cut(" ".join(word for word in words if isinstance(word, str) and word), 255), 0, 0
    if schedule.get("type") != "CRON":
        return "", "", "", 0, 0
    zone = text(cron, "expressionTimeZone")
    begin, end = (seconds(text(cron, key), zone) for key in ("startTime", "endTime"))
    return cut(text(cron, "expression"), 255), cut(zone, 64), "", begin, end


def waited_for(document):
    nodes = (node for node in listed(document.get("nodes")) if isinstance(node, dict))
    for cron in (part(document, "schedule", "cron"), *(part(node, "cronTrigger") for node in nodes)):
        for key, jobs in part(cron, "dependJobs").items():
            for item in listed(jobs) if key in ("jobs", "sameWorkSpaceJobs", "otherWorkSpaceJobs") else ():
                name = item.get("jobName") if isinstance(item, dict) else item
                if isinstance(name, str):
                    yield name


def sub_jobs(document):
    for node in listed(document.get("nodes")):
        if isinstance(node, dict) and str(node.get("type")).replace(" ", "") in ("DLFSubJob", "ForEachJob"):
            for item in listed(node.get("properties")):
                if isinstance(item, dict) and item.get("name") == "jobName":
                    yield item.get("value")


def part(value, *keys):
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def listed(value):
    return value if isinstance(value, list) else []


def text(value, key):
    found = value.get(key)
    return found.strip() if isinstance(found, str) else ""


def cut(value, limit):
    return value.encode()[:limit].decode(errors="ignore")


def seconds(value, zone):
    match = MOMENT.fullmatch(value)
    if not match:
        return 0
    try:
        local = datetime.fromisoformat(match[1])
        offset = zone_of(match[2]) if match[2] else zone_of(zone)
        return max(1, int(local.replace(tzinfo=offset or UTC).astimezone(UTC).timestamp()))
    except (ValueError, OverflowError):
        return 0


def zone_of(value):
    if match := OFFSET.fullmatch(value):
        minutes = int(match[2]) * 60 + int(match[3] or 0)
        if minutes >= 24 * 60:
            return None
        return timezone(timedelta(minutes=minutes if match[1] == "+" else -minutes))
    if NOTHING_AHEAD.fullmatch(value):
        return UTC
    try:
        return ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        return None


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0013_schedules")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
