"""The catalogues that are measured: written in bulk, with documents of realistic size and text."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from dlfportal.access.models import Project, Workspace
from dlfportal.catalogue.index import index_of
from dlfportal.catalogue.models import CatalogueObject, Content, Reference, Revision
from dlfportal.catalogue.recount import recount
from dlfportal.catalogue.search.writing import index_complete
from dlfportal.formats.jsontext import canonical
from dlfportal.formats.kinds import Kind
from dlfportal.formats.references import Target
from dlfportal.formats.zip.writer import deflate

WORDS = re.findall(
    r"\w+",
    "select from where partition insert overwrite table order_id store_id amount customer region sum avg "
    "count distinct left join on group by having case when then else end cast decimal date_format ds "
    "row_number over coalesce dwd_trade ods_payment ads_daily t1 t2 and or not null between",
)
BATCH = 500

Row = tuple[Kind, str, dict[str, Any], list[str]]


def script(name: str, size: int, chance: random.Random) -> Row:
    """Return a script of about `size` bytes of SQL-like text."""
    lines: list[str] = []
    length = 0
    while length < size:
        line = " ".join(chance.choices(WORDS, k=9)) + f" {chance.randrange(10**6)}"
        lines.append(line)
        length += len(line) + 1
    document = {
        "name": name,
        "type": "DLISQL",
        "content": "\n".join(lines),
        "directory": "/bench",
        "connectionName": "dli",
        "database": "dwd",
        "configuration": {},
    }
    return Kind.SCRIPT, name, document, []


def job(name: str, scripts: list[str], size: int, chance: random.Random) -> Row:
    """Return a job whose nodes use `scripts`, padded with nodes' descriptions to about `size` bytes."""
    filler = max(0, size // max(1, len(scripts)) - 450)
    nodes = [
        {
            "name": f"node_{number}",
            "type": "DLISQL",
            "location": {"x": "-45.5", "y": "-134.5"},
            "preNodeName": [f"node_{number - 1}"] if number else [],
            "properties": [
                {"name": "scriptName", "value": used},
                {"name": "database", "value": "dwd"},
                {"name": "scriptArgs", "value": " ".join(chance.choices(WORDS, k=filler // 7))},
            ],
            "pollingInterval": 20,
            "maxExecutionTime": 360,
            "failPolicy": "FAIL_CHILD",
        }
        for number, used in enumerate(scripts)
    ]
    schedule = {"type": "CRON", "cron": {"expression": "0 20 1 * * ?", "startTime": "2026-03-23T00:00:00+08"}}
    document = {
        "name": name,
        "nodes": nodes,
        "schedule": schedule,
        "processType": "BATCH",
        "directory": "/bench",
    }
    return Kind.JOB, name, document, scripts


def fill(workspace_id: str, rows: Iterable[Row]) -> int:
    """Write the objects into a new workspace, in batches; return the bytes of their documents."""
    project = Project.objects.get_or_create(pk=workspace_id, defaults={"name": workspace_id})[0]
    workspace = Workspace.objects.create(pk=workspace_id, project=project, name="default")
    total = 0
    for batch in _batches(rows):
        total += _write(workspace, batch)
    list(recount([workspace]))
    index_complete([workspace])
    return total


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    iterator = iter(rows)
    while batch := list(islice(iterator, BATCH)):
        yield batch


def _write(workspace: Workspace, batch: list[Row]) -> int:
    contents = [_content(document) for _kind, _name, document, _uses in batch]
    Content.objects.bulk_create(contents)
    objects = [
        CatalogueObject(
            workspace=workspace, kind=kind, name=name, size=content.size, **index_of(kind, document)
        )
        for (kind, name, document, _uses), content in zip(batch, contents, strict=True)
    ]
    CatalogueObject.objects.bulk_create(objects)
    revisions = [
        Revision(object=target, number=1, content=content, name=target.name)
        for target, content in zip(objects, contents, strict=True)
    ]
    Revision.objects.bulk_create(revisions)
    for target, revision in zip(objects, revisions, strict=True):
        target.revision = revision
    CatalogueObject.objects.bulk_update(objects, ["revision"])
    Reference.objects.bulk_create(
        Reference(workspace=workspace, source=target, target=Target.SCRIPT, name=used)
        for target, row in zip(objects, batch, strict=True)
        for used in row[3]
    )
    return sum(content.size for content in contents)


def _content(document: dict[str, Any]) -> Content:
    deflated = deflate(canonical(document))
    return Content(
        sha256=deflated.sha256,
        size=deflated.size,
        crc32=deflated.crc32,
        stored=len(deflated.data),
        data=deflated.data,
    )
