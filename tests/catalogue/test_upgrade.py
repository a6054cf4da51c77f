"""A database of the first release, with what people had in it, brought to the newest state."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
from django_tasks_db.models import DBTaskResult

from dlfportal.access.models import Workspace
from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.counts import count_of
from dlfportal.catalogue.derive import derive
from dlfportal.catalogue.models import CatalogueObject, Deletion, ObjectTag, Reference, Revision, Version
from dlfportal.catalogue.recount import recount
from dlfportal.catalogue.search.finding import candidates
from dlfportal.catalogue.selectors import ListFilter, document_of, object_get, object_list
from dlfportal.catalogue.timings import schedule_groups
from dlfportal.formats.kinds import Kind
from dlfportal.formats.zip.writer import deflate
from dlfportal.transfer.imports.execute import import_package
from dlfportal.transfer.models import ImportRun, Runner
from tests.catalogue.documents import cdm_job, job, script
from tests.factories import node
from tests.upgrading import Upgrade, older_release

FIRST_RELEASE = {
    "audit": "0001_initial",
    "access": "0002_access_key",
    "catalogue": "0003_fill_tags",
    "transfer": "0004_bucket_without_workspaces",
    "django_tasks_database": "0021_conditional_partial_index_ordering",
}
RUN = "f" * 32
WAITS = "e" * 32
QUEUED = UUID(int=7)
FILL = "dlfportal.catalogue.migrations.0005_fill_revision_facts"
START = datetime(2026, 1, 1, tzinfo=UTC)


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


class Old:
    """Writes rows as the first release wrote them; `minute` is when."""

    def __init__(self, database: Upgrade) -> None:
        self.database = database
        self.user = database.row("auth.User", username="lin")
        project = database.row("access.Project", id="b" * 32, name="retail")
        self.workspace = database.row("access.Workspace", id="a" * 32, project=project, name="default")

    def object(self, kind: str, document: dict[str, Any], cluster: str = "") -> Any:
        name = document["jobs"][0]["name"] if kind == "cdm_job" else document["name"]
        who = {"created_by": "lin", "updated_by": "lin"}
        return self.database.row(
            "catalogue.CatalogueObject",
            workspace=self.workspace,
            kind=kind,
            cluster=cluster,
            name=name,
            **who,
        )

    def revision(self, target: Any, document: dict[str, Any], minute: float, reason: str = "") -> Any:
        data = json.dumps(document, ensure_ascii=False, indent=2).encode() + b"\n"
        made = deflate(data)
        contents = self.database.models.get_model("catalogue.Content").objects
        values = {"size": made.size, "crc32": made.crc32, "stored": len(made.data), "data": made.data}
        content, _made = contents.get_or_create(sha256=sha256(data).hexdigest(), defaults=values)
        revision = self.database.row(
            "catalogue.Revision",
            object=target,
            number=target.revision.number + 1 if target.revision else 1,
            content=content,
            author=self.user,
            author_name="lin",
            created_at=at(minute),
            reason=reason,
        )
        target.revision = revision
        target.save()
        return revision

    def submit(self, target: Any, minute: float, comment: str) -> None:
        who = {"author": self.user, "author_name": "lin", "created_at": at(minute)}
        what = {"object": target, "number": 1, "revision": target.revision, "comment": comment}
        target.version = self.database.row("catalogue.Version", **what, **who)
        target.save()

    def record(self, target: Any, verb: str, minute: float, **detail: Any) -> None:
        self.database.row(
            "audit.AuditEntry",
            at=at(minute),
            user=self.user,
            user_name="lin",
            via="web",
            action=f"{target.kind}.{verb}",
            workspace_id=self.workspace.pk,
            workspace_name="default",
            kind=target.kind,
            object_name=target.name,
            detail={"revision": target.revision.number, **detail},
        )

    def delete(self, target: Any, minute: float, *, recorded: bool = True) -> None:
        target.deleted_at = at(minute)
        target.save()
        if recorded:
            self.record(target, "delete", minute + 0.01)


def fill_history(old: Old) -> None:
    target = old.object("script", script("last"))
    target.description = "Loaded at night"
    old.revision(target, script("first"), 0, "Sample catalogue")
    old.revision(target, script("first", content="2"), 1, "tuned")
    old.revision(target, script("last", content="2"), 2, "a better name")
    old.revision(target, script("last", content="3"), 3, "import by hand")
    old.revision(target, script("first"), 4, "restore 1")


def fill_import(old: Old) -> None:
    who = {"workspace": old.workspace, "user": old.user, "user_name": "lin", "via": "web"}
    for number, status in enumerate(("FAILED", "SUCCESSFUL", "SUCCESSFUL")):
        pk = RUN if number == 1 else f"{number:032}"
        times = {"created_at": at(number * 10), "ended_at": at(number * 10 + 5)}
        old.database.row("transfer.ImportRun", id=pk, source="x" * 300, status=status, **who, **times)
    reason = f"import {'x' * 300}"
    document = job("imported")
    target = old.object("job", document)
    old.revision(target, document, 12, reason[:255])
    old.submit(target, 12, reason[:128])
    old.record(target, "create", 12, reason=reason, bulk=True)
    act = {"action": "package.import", "workspace_id": old.workspace.pk, "detail": {"source": "x" * 300}}
    old.database.row("audit.AuditEntry", at=at(12), user_name="lin", via="web", **act)


def fill_queue(old: Old) -> None:
    """An import that waits, and the worker that was to take it."""
    who = {"workspace": old.workspace, "user": old.user, "user_name": "lin", "via": "web"}
    old.database.row("transfer.Runner", id="c" * 32, host="h", pid=5, queued=True, seen_at=START)
    old.database.row("transfer.ImportRun", id=WAITS, source="obs://b/a.zip", queue_id=str(QUEUED), **who)
    old.database.row(
        "django_tasks_database.DBTaskResult",
        id=QUEUED,
        task_path="dlfportal.transfer.tasks.import_package",
        args_kwargs={"args": [WAITS], "kwargs": {}},
        backend_name="default",
        run_after=START,
    )


def fill_deletions(old: Old) -> None:
    revived, gone, unrecorded = (
        old.object("script", script(name)) for name in ("revived", "gone", "unrecorded")
    )
    for target in (revived, gone, unrecorded):
        old.revision(target, script(target.name), 0)
    old.delete(revived, 1)
    revived.deleted_at = None
    old.revision(revived, script("revived", content="2"), 2)
    old.delete(gone, 3)
    old.record(gone, "create", 4)  # by an equal document, which made no revision then
    old.delete(gone, 5)
    old.delete(unrecorded, 6, recorded=False)


def fill_clusters(old: Old) -> None:
    target = old.object("cdm_job", cdm_job(), cluster="new")
    old.revision(target, cdm_job(), 0)
    old.revision(target, cdm_job(**{"from-link-name": "other"}), 1)
    old.record(target, "update", 1.001, cluster_from="old")
    still = old.object("cdm_job", cdm_job(), cluster="still")
    old.revision(still, cdm_job(), 0)
    old.revision(still, cdm_job(**{"from-link-name": "other"}), 0.5)


def fill_schedules(old: Old) -> None:
    """Jobs by time and by event, in more chunks than one; the one waits for a job that it starts too."""
    cron = {
        "expression": "0 20 1 * * ?",
        "expressionTimeZone": "Asia/Shanghai",
        "startTime": "2026-03-23T00:00:00+08",
        "endTime": "2026-04-01T00:00:00",
        "dependJobs": {
            "jobs": ["early"],
            "sameWorkSpaceJobs": [{"jobName": "both"}],
            "otherWorkSpaceJobs": [{"jobName": "far", "workSpace": "their"}, {"jobName": 3}, "odd"],
        },
    }
    nodes = [node("start", "DLFSubJob", jobName="both")]
    event = {"eventType": "DIS", "channel": "clicks"}
    for document in (
        job("by_time", nodes=nodes, schedule={"type": "CRON", "cron": cron}),
        job("by_event", schedule={"type": "EVENT", "event": event}),
        job("odd", schedule={"type": "CRON", "cron": {"startTime": "x", "expression": 3, "dependJobs": 1}}),
    ):
        target = old.object("job", document)
        old.revision(target, document, 0)
        for name in ("early", "both") if document["name"] == "by_time" else ():
            old.database.row(
                "catalogue.Reference", workspace=old.workspace, source=target, target="job", name=name
            )


def fill_restarts(old: Old) -> None:
    """Jobs that start themselves, more than a chunk of them, and one that only starts another one."""
    for name, started in {"round_a": "round_a", "round_b": "round_b", "on": "round_a"}.items():
        document = job(name, nodes=[node("go", "DLF SubJob", jobName=started)])
        old.revision(old.object("job", document), document, 0)


def fill_counted(old: Old) -> None:
    """Jobs with tags, in more chunks than one, and one that is deleted."""
    for number, tags in enumerate(["\na\nb\n", "\na\n", "", "\na\n"]):
        target = old.object("job", job(f"counted_{number}"))
        target.directory, target.owner, target.type, target.tags = "/counted", "li", "BATCH", tags
        old.revision(target, job(f"counted_{number}", basicConfig={"tags": tags.split()}), 0)
    old.delete(target, 1, recorded=False)


@pytest.fixture(scope="module")
def upgraded(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The upgraded database, to be read only: one serves all tests, since making it takes seconds."""
    with (
        django_db_blocker.unblock(),
        pytest.MonkeyPatch.context() as patched,
        older_release(FIRST_RELEASE) as database,
    ):
        patched.setattr(f"{FILL}.OBJECTS_A_WRITE", 2)  # so that little data comes in several chunks
        patched.setattr(f"{FILL}.ENTRIES_A_WRITE", 1)
        patched.setattr("dlfportal.catalogue.migrations.0007_fill_kept_counts.OBJECTS_A_READ", 2)
        patched.setattr("dlfportal.catalogue.migrations.0011_fill_search.OBJECTS_A_WRITE", 2)
        patched.setattr("dlfportal.catalogue.migrations.0009_fill_lists.ROWS_A_WRITE", 2)
        patched.setattr("dlfportal.catalogue.migrations.0014_fill_schedules.JOBS_A_WRITE", 2)
        patched.setattr("dlfportal.catalogue.migrations.0023_restarting_jobs.JOBS_A_WRITE", 2)
        patched.setattr("dlfportal.catalogue.migrations.0026_fill_overview.OBJECTS_A_READ", 2)
        old = Old(database)
        for fill in (fill_history, fill_import, fill_queue, fill_deletions, fill_clusters, fill_counted):
            fill(old)
        fill_schedules(old)
        fill_restarts(old)
        database.run()
        yield


def history(name: str, cluster: str = "") -> list[tuple[Any, ...]]:
    rows = Revision.objects.filter(object__name=name, object__cluster=cluster).order_by("number")
    return list(rows.values_list("name", "cluster", "origin", "origin_id", "reason"))


def test_revisions_say_what_made_them_and_keep_what_people_wrote(upgraded: None) -> None:
    assert history("last") == [
        ("first", "", "sample", "", ""),
        ("first", "", "edit", "", "tuned"),
        ("last", "", "rename", "", "a better name"),
        ("last", "", "edit", "", "import by hand"),
        ("first", "", "restore", "1", ""),
    ]
    second = Revision.objects.select_related("content").get(object__name="last", number=2)
    assert document_of(second) == script("first", content="2")


def test_what_an_import_wrote_knows_its_task_and_its_act(upgraded: None) -> None:
    assert history("imported") == [("imported", "", "import", RUN, "")]
    assert Version.objects.get().comment == ""
    act = AuditEntry.objects.get(action="package.import")
    assert (act.channel, AuditEntry.objects.get(action="job.create").part_of) == ("web", act)


def test_deletions_become_events_with_their_time_and_author(upgraded: None) -> None:
    rows = Deletion.objects.order_by("at").values_list(
        "object__name", "revision__number", "at", "author__username", "author_name"
    )
    assert list(rows) == [
        ("counted_3", 1, at(1), None, ""),
        ("revived", 1, at(1.01), "lin", "lin"),
        ("gone", 1, at(5), "lin", "lin"),
        ("unrecorded", 1, at(6), None, ""),
    ]


def test_a_cdm_job_was_in_the_cluster_it_was_moved_from(upgraded: None) -> None:
    assert [row[:2] for row in history("copy", "new")] == [("copy", "old"), ("copy", "new")]
    assert [row[:2] for row in history("copy", "still")] == [("copy", "still")] * 2


def test_what_lived_lives_and_stays_submitted(upgraded: None) -> None:
    found = object_get(Workspace.objects.get(), Kind.JOB, "imported")
    assert found.version and found.version.revision == found.revision
    assert (found.version_number, found.state) == (1, "submitted")


def test_objects_are_counted(upgraded: None) -> None:
    workspace = Workspace.objects.get()
    assert count_of(workspace, Kind.JOB) == 10
    assert [count_of(workspace, Kind.JOB, ListFilter(state=state)) for state in ("submitted", "draft")] == [
        1,
        9,
    ]
    for chosen in (ListFilter(directory="/counted"), ListFilter(owner="li"), ListFilter(type="BATCH")):
        assert count_of(workspace, Kind.JOB, chosen) == 3
    assert [count_of(workspace, Kind.JOB, ListFilter(tags=[tag])) for tag in "ab"] == [2, 1]
    assert list(recount([workspace])) == []


def test_jobs_are_found_by_their_tags(upgraded: None) -> None:
    rows = ObjectTag.objects.order_by("name", "tag").values_list("name", "type", "tag")
    assert list(rows) == [
        ("counted_0", "BATCH", "a"),
        ("counted_0", "BATCH", "b"),
        ("counted_1", "BATCH", "a"),
    ]


def test_an_import_that_waits_is_found_by_the_workers_of_now(upgraded: None) -> None:
    """The queue names the function that does it, which has moved."""
    queued = DBTaskResult.objects.get(pk=QUEUED)
    assert queued.task.func is import_package.func
    run = ImportRun.objects.get(pk=WAITS)
    assert (run.status, run.queue_id, run.package) == ("RUNNING", str(QUEUED), "")
    assert not Runner.objects.exists()


def test_objects_are_found_by_a_part_of_their_names_and_descriptions(upgraded: None) -> None:
    def found(text: str) -> list[str]:
        rows = object_list(Workspace.objects.get(), Kind.SCRIPT, ListFilter(search=text))
        return [row.name for row in rows]

    assert found("VIV") == ["revived"]
    assert found("oaded") == ["last"]
    assert found("gone") == []
    assert candidates("gone", Kind.SCRIPT, None, 99) == []


def test_jobs_say_when_they_run_and_what_they_wait_for(upgraded: None) -> None:
    columns = ("cron", "cron_zone", "event", "runs_from", "runs_until")
    rows = object_list(Workspace.objects.get(), Kind.JOB).filter(name__in=["by_time", "by_event", "odd"])
    assert list(rows.values_list("name", *columns)) == [
        ("by_event", "", "", "DIS clicks", 0, 0),
        ("by_time", "0 20 1 * * ?", "Asia/Shanghai", "", 1774195200, 1774972800),
        ("odd", "", "", "", 0, 0),
    ]
    waits = Reference.objects.filter(source__name="by_time", target="job").order_by("name", "waits")
    assert list(waits.values_list("name", "waits")) == [("both", False), ("both", True), ("early", True)]
    far = Reference.objects.filter(target="far_job", waits=True)
    assert list(far.values_list("source__name", "cluster", "name")) == [("by_time", "their", "far")]
    for row in rows.select_related("revision__content"):
        derived = derive(Kind.JOB, document_of(row.revision)).columns
        assert {column: getattr(row, column) for column in columns} == {
            column: derived[column] for column in columns
        }


def test_a_job_that_starts_itself_points_to_itself(upgraded: None) -> None:
    found = Reference.objects.filter(name__startswith="round").values_list("source__name", "name", "waits")
    assert sorted(found) == [("round_a", "round_a", False), ("round_b", "round_b", False)]


def test_schedules_are_counted_and_equal_content_is_known(upgraded: None) -> None:
    workspace = Workspace.objects.get()
    assert {(one.schedule, one.cron, one.jobs) for one in schedule_groups(workspace)} >= {
        ("", "0 20 1 * * ?", 1),
    }  # rows of the first release had no schedule beside them here
    assert list(recount([workspace])) == []
    for row in CatalogueObject.objects.select_related("revision__content"):
        derived = derive(Kind(row.kind), document_of(row.revision)).columns
        expected = derived["content_key"], derived["has_credential"]
        assert (row.content_key, row.has_credential) == expected
    assert CatalogueObject.objects.filter(content_key__gt=0).count() > 3
