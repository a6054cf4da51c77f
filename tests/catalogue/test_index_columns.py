"""The columns beside the document: an index of it, refreshed on every write."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps

from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.catalogue.services import object_create, object_delete, object_update
from dlfportal.formats.kinds import Kind
from tests.catalogue.documents import cdm_job, job, resource, script

COLUMNS = ("directory", "type", "owner", "description", "schedule", "cron", "cron_zone", "event", "runs_from",
           "runs_until", "node_count", "tags", "location")  # fmt: skip


def columns_of(target: Any) -> dict[str, Any]:
    target.refresh_from_db()
    values = {column: getattr(target, column) for column in COLUMNS}
    return {
        column: value for column, value in values.items() if value or target.kind == Kind.JOB and value == 0
    }


@pytest.mark.parametrize(
    ("kind", "document", "expected"),
    [
        (
            Kind.JOB,
            job(
                basicConfig={"owner": "li", "jobDescription": "夜间", "tags": ["日", " vip ", "", 3]},
                directory="/ods/daily/",
            ),
            {
                "directory": "/ods/daily",
                "type": "BATCH",
                "owner": "li",
                "description": "夜间",
                "schedule": "EXECUTE_ONCE",
                "runs_from": 0,
                "runs_until": 0,
                "node_count": 0,
                "tags": "\n日\nvip\n",
            },
        ),
        (
            Kind.SCRIPT,
            script(directory="ods", owner="li", description="loads"),
            {"directory": "/ods", "type": "DLISQL", "owner": "li", "description": "loads"},
        ),
        (
            Kind.RESOURCE,
            resource(desc="shared"),
            {"directory": "/", "type": "jar", "description": "shared", "location": "obs://libs/lib.jar"},
        ),
        (
            Kind.CDM_JOB,
            cdm_job(**{"creation-user": "li"}),
            {"directory": "/", "type": "NORMAL_JOB", "owner": "li", "description": "from_link → to_link"},
        ),
    ],
    ids=list(Kind),
)
def test_the_index_follows_the_document(
    actor: Actor, workspace: Workspace, kind: Kind, document: dict[str, Any], expected: dict[str, Any]
) -> None:
    cluster = "cdm-1" if kind is Kind.CDM_JOB else ""
    saved = object_create(actor=actor, workspace=workspace, kind=kind, document=document, cluster=cluster)
    assert columns_of(saved.object) == expected


def test_the_index_says_when_a_job_runs(actor: Actor, workspace: Workspace) -> None:
    times = {"startTime": "2026-03-23T00:00:00+08", "endTime": "2026-04-01T00:00:00+08"}
    cron = {"expression": "0 20 1 * * ?", "expressionTimeZone": "GMT+8", **times}
    documents = [
        job("by_time", schedule={"type": "CRON", "cron": cron}),
        job("by_event", schedule={"type": "EVENT", "event": {"eventType": "OBS", "channel": "arrived"}}),
    ]
    by_time, by_event = (
        object_create(actor=actor, workspace=workspace, kind=Kind.JOB, document=document).object
        for document in documents
    )
    assert (by_time.cron, by_time.cron_zone, by_time.event) == ("0 20 1 * * ?", "GMT+8", "")
    assert (by_time.runs_from, by_time.runs_until) == (1774195200, 1774972800)
    assert (by_event.cron, by_event.event, by_event.runs_until) == ("", "OBS arrived", 0)


def test_every_write_refreshes_the_index(actor: Actor, workspace: Workspace) -> None:
    target = object_create(
        actor=actor, workspace=workspace, kind=Kind.SCRIPT, document=script(owner="li", directory="/a")
    ).object
    object_update(actor=actor, target=target, document=script(type="SHELL", directory=None))
    assert columns_of(target) == {"directory": "/", "type": "SHELL"}
    object_delete(actor=actor, target=target)
    revived = object_create(
        actor=actor, workspace=workspace, kind=Kind.SCRIPT, document=script(directory="/b")
    ).object
    assert columns_of(revived) == {"directory": "/b", "type": "DLISQL"}


@pytest.mark.parametrize("odd", [3, None, True, ["x"], {"x": 1}])
def test_values_of_other_types_leave_the_column_empty(actor: Actor, workspace: Workspace, odd: Any) -> None:
    target = object_create(
        actor=actor, workspace=workspace, kind=Kind.SCRIPT, document=script(owner=odd, directory=odd)
    ).object
    assert columns_of(target) == {"directory": "/", "type": "DLISQL"}


def test_the_migration_fills_the_tags_of_jobs_that_were_there(actor: Actor, workspace: Workspace) -> None:
    tagged, plain = (
        object_create(actor=actor, workspace=workspace, kind=Kind.JOB, document=document).object
        for document in (job("tagged", basicConfig={"tags": ["vip"]}), job("plain"))
    )
    CatalogueObject.objects.update(tags="")
    import_module("dlfportal.catalogue.migrations.0003_fill_tags").fill(apps, None)
    assert [columns_of(target).get("tags") for target in (tagged, plain)] == ["\nvip\n", None]


def test_the_size_is_that_of_the_canonical_bytes(actor: Actor, workspace: Workspace) -> None:
    target = object_create(
        actor=actor, workspace=workspace, kind=Kind.SCRIPT, document=script(content="数据")
    ).object
    assert target.revision is not None
    target.refresh_from_db()
    content = target.revision.content  # type: ignore[union-attr]
    text = '{\n  "name": "load",\n  "type": "DLISQL",\n  "content": "数据",\n  "directory": "/"\n}\n'
    assert target.size == content.size == len(text.encode())
