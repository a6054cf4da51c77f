"""`jobs/import`, `jobs/check-file`, `system-tasks/{id}` and `obsPath` on the wire."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django_tasks_db.models import DBTaskResult

from dlfportal.access.models import SecondPerson, Workspace
from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.models import CatalogueObject, Content
from dlfportal.catalogue.selectors import content_bytes
from dlfportal.transfer.imports.execute import run_take
from dlfportal.transfer.imports.liveness import heartbeat
from dlfportal.transfer.models import Bucket, ImportItem, ImportRun, Proposal
from dlfportal.transfer.planning import making
from dlfportal.transfer.planning.proposing import propose_package
from dlfportal.transfer.store.buckets import bucket_give, bucket_take, file_open, file_put
from dlfportal.transfer.store.paths import ObsPath, obs_file
from tests.factories import JobFactory, ScriptFactory, node, operator
from tests.importing import imported, job, pack, package, script

pytestmark = pytest.mark.django_db

Call = Callable[..., Any]
PACKAGE = "obs://packages/in/jobs.zip"


@pytest.fixture
def call(
    call_as: Callable[[User], Call], workspace: Workspace, developer: User, settings: Any, tmp_path: Path
) -> Call:
    """The developer's caller; the workspace has the bucket `packages`."""
    settings.DATA_DIR = tmp_path
    settings.DLF_OBS = {}
    bucket_give(actor=operator(), name="packages", workspace=workspace)
    return call_as(developer)


@pytest.fixture
def worker() -> Iterator[None]:
    """A worker that lives and leaves the taking of imports to the test."""
    with heartbeat(queued=True):
        yield


def put(workspace: Workspace, content: BytesIO, path: str = PACKAGE) -> None:
    file_put(actor=operator(), workspace=workspace, path=obs_file(path), content=content)


def run_waiting() -> None:
    """Do what the worker would: the ids that were queued."""
    for queued in DBTaskResult.objects.all():
        run_take(*queued.args_kwargs["args"])


def test_import_is_a_task_that_ends_with_a_subtask_an_object(
    call: Call, workspace: Workspace, worker: None
) -> None:
    put(workspace, pack(job(), script()))
    answer = call("POST", "jobs/import", {"path": PACKAGE})
    task_id = answer.json()["taskId"]
    assert answer.status_code == 200 and re.fullmatch("[0-9a-f]{32}", task_id)
    waiting = call("GET", f"system-tasks/{task_id}").json()
    assert (waiting["status"], waiting["subtasks"], "endTime" in waiting) == ("RUNNING", [], False)
    run_waiting()
    done = call("GET", f"systemTasks/{task_id}").json()
    assert done["id"] == task_id and done["projectId"] == workspace.project_id
    assert done["name"] == f"Import the job from {PACKAGE}." and done["status"] == "SUCCESSFUL"
    assert done["startTime"] <= done["endTime"] == done["lastUpdate"] and done["startTime"] > 10**12
    assert [part["name"] for part in done["subtasks"]] == [
        "Import the load job.",
        "Import the load_sql script.",
    ]
    assert {part["status"] for part in done["subtasks"]} == {"SUCCESSFUL"}
    assert {part["taskId"] for part in done["subtasks"]} == {task_id}
    assert len({part["id"] for part in done["subtasks"]}) == 2
    assert all(re.fullmatch("[0-9a-f]{32}", part["id"]) for part in done["subtasks"])


def test_options_of_the_wire_are_applied(call: Call, workspace: Workspace, worker: None) -> None:
    JobFactory(workspace=workspace, name="load")
    put(workspace, pack(job(params=[{"name": "day", "value": "0"}])))
    body = {"path": PACKAGE, "sameNamePolicy": "OVERWRITE", "params": {"day": "7"}, "executeUser": "ei"}
    call("POST", "jobs/import", body)
    run_waiting()
    shown = call("POST", "jobs/check-file", {"path": PACKAGE}).json()
    assert shown["jobs"][0]["params"] == {"day": "0"}
    exported = call("POST", "jobs/load/export")
    assert b"jobs/load.job" in b"".join(exported.streaming_content)
    assert CatalogueObject.objects.get(name="load").revision.number == 2  # type: ignore[union-attr]


def test_check_file_answers_names_directories_and_parameters(call: Call, workspace: Workspace) -> None:
    params = [{"name": "ddd", "value": "dddd"}, {"name": "empty"}]
    put(
        workspace, pack(job("test", directory="/test/", params=params), script("script1", directory="/path1"))
    )
    answer = call("POST", "jobs/check-file", {"path": PACKAGE})
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "jobs": [{"name": "test", "path": "/test", "params": {"ddd": "dddd", "empty": ""}}],
            "scripts": [{"name": "script1", "path": "/path1"}],
            "resources": [],
        },
    )
    entry = AuditEntry.objects.get(action="package.check")
    assert (entry.workspace_id, entry.channel, entry.detail) == (workspace.pk, "api", {"path": PACKAGE})


def test_check_file_names_the_cloud_resources_that_are_used(call: Call, workspace: Workspace) -> None:
    """As the documents have them: what the workspace must have, or the import replace."""
    nodes = [
        node("a", "DWS SQL", connectionName="dws_a", scriptName="x"),
        node("b", "DLISQL", queueName="default"),
        node("c", "CDMJob", clusterName="lake", jobName="copy"),
        node("d", "DWSSQL", connectionName="${dws}"),
        {"name": "e", "type": "Dummy", "eventTrigger": {"channel": "dis-event"}},
    ]
    more = {
        "scripts/s.script": script("s", connectionName="dli_c"),
        "cdms/old/x.json": {"jobs": [{"name": "x"}]},
    }
    put(workspace, package({"jobs/load.job": job(nodes=nodes), **more}))
    answer = call("POST", "jobs/check-file", {"path": PACKAGE}).json()
    assert [(one["type"], one["name"], one["status"]) for one in answer["resources"]] == [
        ("CDM_CLUSTER", "lake", 0),
        ("CDM_CLUSTER", "old", 0),
        ("DIS_STREAM", "dis-event", 0),
        ("DLI_CONNECTION", "dli_c", 0),
        ("DLI_QUEUE", "default", 0),
        ("DWS_CONNECTION", "dws_a", 0),
    ]


def test_check_file_judges_as_an_import_does(call: Call, workspace: Workspace, worker: None) -> None:
    """What an import warns of is taken, and what it refuses is refused with the same reasons."""
    put(workspace, pack(job("odd", schedule=None), script("doris", type="DORIS")))
    assert [one["name"] for one in call("POST", "jobs/check-file", {"path": PACKAGE}).json()["jobs"]] == [
        "odd"
    ]
    bad = {"jobs/a.job": job("a", nodes="none"), "jobs/b.job": job("b", basicConfig=5), "jobs/c.job": b"["}
    put(workspace, package(bad))
    answer = call("POST", "jobs/check-file", {"path": PACKAGE})
    assert (answer.status_code, answer.json()["error_code"]) == (400, "DLF.0815")
    task_id = call("POST", "jobs/import", {"path": PACKAGE}).json()["taskId"]
    run_waiting()
    task = call("GET", f"system-tasks/{task_id}").json()
    assert task["status"] == "FAILED" and len(task["subtasks"]) == 3
    for entry in bad:
        assert f"{entry}: $" in answer.json()["error_msg"]
        assert any(part["message"].startswith(f"{entry} $") for part in task["subtasks"])


def test_check_file_tells_no_secret_and_no_null(call: Call, workspace: Workspace) -> None:
    params = [
        {"name": "key", "value": "s3cret"},
        {"name": "day", "value": "1"},
        {"name": "none", "value": None},
    ]
    put(workspace, pack(job(params=params, maskedParams=["key"])))
    answer = call("POST", "jobs/check-file", {"path": PACKAGE})
    assert answer.json()["jobs"][0]["params"] == {"key": "", "day": "1", "none": ""}


@pytest.mark.parametrize("operation", ["jobs/import", "jobs/check-file"])
@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "DLF.0802"),
        ({"path": ""}, "DLF.0802"),
        ({"path": 5}, "DLF.0803"),
        ({"path": "packages/a.zip"}, "DLF.0803"),
        ({"path": "obs://packages/../a.zip"}, "DLF.0803"),
        ({"path": "obs://packages/a\0.zip"}, "DLF.3051"),
        ({"path": PACKAGE, "executeUser": "a\0b"}, "DLF.3051"),
        ({"path": "obs://other/a.zip"}, "DLF.1242"),
        ({"path": "obs://packages/none.zip"}, "DLF.0815"),
        ([], "DLF.3051"),
    ],
)
def test_errors_at_once(call: Call, worker: None, operation: str, body: Any, code: str) -> None:
    answer = call("POST", operation, body)
    assert (answer.status_code, answer.json()["error_code"]) == (400, code)
    assert answer.json()["errors"][0]["error_code"] == code
    assert not ImportRun.objects.exists()


def test_unknown_options_are_refused(call: Call, workspace: Workspace, worker: None) -> None:
    put(workspace, pack(job()))
    answer = call("POST", "jobs/import", {"path": PACKAGE, "sameNamePolicy": "MERGE"})
    assert (answer.status_code, answer.json()["error_code"]) == (400, "DLF.3051")
    message = "The request parameter is invalid. sameNamePolicy must be one of SKIP, OVERWRITE."
    assert answer.json()["error_msg"] == message


def test_an_object_that_fails_for_another_says_so(call: Call, workspace: Workspace, worker: None) -> None:
    ScriptFactory(workspace=workspace, name="kept")
    put(workspace, pack(job(), job("bad", nodes="n"), script("kept")))
    task_id = call("POST", "jobs/import", {"path": PACKAGE}).json()["taskId"]
    run_waiting()
    task = call("GET", f"system-tasks/{task_id}").json()
    bad, load, kept = task["subtasks"]
    assert {part["status"] for part in (task, bad, load, kept)} == {"FAILED"}
    assert bad["message"].startswith("jobs/bad.job $.nodes: ")
    assert load["message"] == "It was not written, because the import failed as a whole."
    assert kept["message"] == "It exists already and was left as it is: the policy is SKIP."


def test_a_bad_file_fails_the_task_with_the_reason(call: Call, workspace: Workspace, worker: None) -> None:
    put(workspace, package({"../jobs/a.job": job("a")}))
    assert call("POST", "jobs/check-file", {"path": PACKAGE}).json()["error_code"] == "DLF.0815"
    task_id = call("POST", "jobs/import", {"path": PACKAGE}).json()["taskId"]
    run_waiting()
    task = call("GET", f"system-tasks/{task_id}").json()
    assert (task["status"], task["subtasks"]) == ("FAILED", []) and "../jobs/a.job" in task["message"]


def test_without_a_worker_an_import_says_so_at_once(call: Call, workspace: Workspace) -> None:
    put(workspace, pack(job()))
    answer = call("POST", "jobs/import", {"path": PACKAGE})
    assert (answer.status_code, answer.json()["error_code"]) == (400, "DLF.3051")
    assert "No worker is running" in answer.json()["error_msg"]
    assert not ImportRun.objects.exists()


def test_a_second_import_is_told_that_one_is_running(call: Call, workspace: Workspace, worker: None) -> None:
    put(workspace, pack(job()))
    assert call("POST", "jobs/import", {"path": PACKAGE}).status_code == 200
    answer = call("POST", "jobs/import", {"path": PACKAGE})
    assert answer.json()["error_code"] == "DLF.3051" and "is running" in answer.json()["error_msg"]
    run_waiting()
    assert call("POST", "jobs/import", {"path": PACKAGE}).status_code == 200


SECRETS = {"params": {"key": "s3cret-a"}, "jobsParam": [{"name": "load", "params": {"key": "s3cret-b"}}]}


@pytest.mark.parametrize("document", [job(maskedParams=["key"]), job(basicConfig="li")], ids=["in", "out"])
def test_values_of_parameters_are_kept_nowhere(
    call: Call, workspace: Workspace, worker: None, document: dict[str, Any]
) -> None:
    """They may be secret; the options and the record name the parameters."""
    put(workspace, pack({**document, "params": [{"name": "key", "value": ""}]}))
    task_id = call("POST", "jobs/import", {"path": PACKAGE, **SECRETS}).json()["taskId"]
    assert "s3cret" not in str([*ImportRun.objects.values(), *DBTaskResult.objects.values()])
    run_waiting()
    run = ImportRun.objects.get(pk=task_id)
    assert (run.options["params"], run.options["jobsParam"]) == (["key"], {"load": ["key"]})
    assert run.sealed == ""
    kept = [*ImportRun.objects.values(), *ImportItem.objects.values(), *AuditEntry.objects.values()]
    assert "s3cret" not in str([*kept, *DBTaskResult.objects.values()])
    contents = [content_bytes(content) for content in Content.objects.all()]
    assert not any(b"s3cret" in content for content in contents)


def test_an_import_whose_worker_died_before_it_began_fails(
    call: Call, workspace: Workspace, worker: None
) -> None:
    """It has left the queue, and nobody does it; the next import of the workspace goes on."""
    put(workspace, pack(job()))
    task_id = call("POST", "jobs/import", {"path": PACKAGE}).json()["taskId"]
    DBTaskResult.objects.update(status="RUNNING", worker_ids=["0" * 32])
    task = call("GET", f"system-tasks/{task_id}").json()
    assert task["status"] == "FAILED" and "ended before it was done" in task["message"]
    again = call("POST", "jobs/import", {"path": PACKAGE})
    assert again.status_code == 200
    run_waiting()
    assert call("GET", f"system-tasks/{again.json()['taskId']}").json()["status"] == "SUCCESSFUL"
    assert call("GET", f"system-tasks/{task_id}").json()["status"] == "FAILED"


def test_a_package_over_the_limit_is_refused_before_it_waits(
    call: Call, workspace: Workspace, worker: None, settings: Any
) -> None:
    content = pack(job())
    put(workspace, content)
    size = len(content.getvalue())
    settings.DLF_IMPORT_LIMITS = {**settings.DLF_IMPORT_LIMITS, "package_bytes": size - 1}
    answer = call("POST", "jobs/import", {"path": PACKAGE})
    assert (answer.status_code, answer.json()["error_code"]) == (400, "DLF.0815")
    assert f"more than {size - 1} bytes" in answer.json()["error_msg"]
    assert not ImportRun.objects.exists() and not DBTaskResult.objects.exists()
    settings.DLF_IMPORT_LIMITS = {**settings.DLF_IMPORT_LIMITS, "package_bytes": size}
    assert call("POST", "jobs/import", {"path": PACKAGE}).status_code == 200


def test_no_subtask_is_shown_while_an_import_runs(call: Call, workspace: Workspace, worker: None) -> None:
    """The plan is kept already, but nothing of it is done."""
    put(workspace, pack(job()))
    task_id = call("POST", "jobs/import", {"path": PACKAGE}).json()["taskId"]
    ImportItem.objects.create(run_id=task_id, position=0, kind="job", name="load", outcome="new")
    task = call("GET", f"system-tasks/{task_id}").json()
    assert (task["status"], task["subtasks"], "message" in task) == ("RUNNING", [], False)


def test_a_plan_is_no_task_yet(call: Call, workspace: Workspace) -> None:
    plan = ImportRun.objects.create(workspace=workspace, source="x", status="PLANNED")
    assert call("GET", f"system-tasks/{plan.pk}").json()["error_code"] == "DLF.0810"


def test_a_bucket_taken_away_meanwhile_ends_the_import(
    call: Call, workspace: Workspace, worker: None
) -> None:
    put(workspace, pack(job()))
    task_id = call("POST", "jobs/import", {"path": PACKAGE}).json()["taskId"]
    bucket_take(actor=operator(), bucket=Bucket.objects.get(), workspace=workspace)
    run_waiting()
    task = call("GET", f"system-tasks/{task_id}").json()
    assert (task["status"], task["message"]) == ("FAILED", "The bucket packages does not exist.")
    assert not CatalogueObject.objects.exists()


def test_a_worker_with_another_secret_key_says_so(
    call: Call, workspace: Workspace, worker: None, settings: Any
) -> None:
    put(workspace, pack(job()))
    task_id = call("POST", "jobs/import", {"path": PACKAGE}).json()["taskId"]
    before, settings.SECRET_KEY = settings.SECRET_KEY, "another"
    run_waiting()
    settings.SECRET_KEY = before
    task = call("GET", f"system-tasks/{task_id}").json()
    assert task["status"] == "FAILED" and "another SECRET_KEY" in task["message"]


def test_tasks_of_others_do_not_exist(
    call: Call,
    call_as: Callable[[User], Call],
    workspace: Workspace,
    other_workspace: Workspace,
    viewer: User,
) -> None:
    foreign = ImportRun.objects.create(workspace=other_workspace, source="x", status="SUCCESSFUL")
    mine = ImportRun.objects.create(workspace=workspace, source="x", status="SUCCESSFUL")
    assert call_as(viewer)("GET", f"system-tasks/{mine.pk}").status_code == 200
    for task_id in (foreign.pk, "0" * 32, "nonsense"):
        answer = call("GET", f"system-tasks/{task_id}")
        assert answer.status_code == 400
        assert (
            answer.json()["error_code"] == "DLF.0810" and answer.json()["error_msg"] == "Task does not exist"
        )


def test_viewers_look_and_do_not_import(
    call: Call, call_as: Callable[[User], Call], workspace: Workspace, viewer: User, worker: None
) -> None:
    put(workspace, pack(job()))
    as_viewer = call_as(viewer)
    assert as_viewer("POST", "jobs/check-file", {"path": PACKAGE}).status_code == 200
    answer = as_viewer("POST", "jobs/import", {"path": PACKAGE})
    assert (answer.status_code, answer.json()["error_code"]) == (403, "DLF.6888")
    JobFactory(workspace=workspace, name="load")
    answer = as_viewer("POST", "jobs/load/export", {"obsPath": "obs://packages/"})
    assert (answer.status_code, answer.json()["error_code"]) == (403, "DLF.6888")


@pytest.mark.parametrize("given", ["obs://packages/out/dir/", "obs://packages/out/dir"])
def test_export_to_the_object_store_answers_where_it_is(call: Call, workspace: Workspace, given: str) -> None:
    ScriptFactory(workspace=workspace, name="load_sql")
    JobFactory(workspace=workspace, name="load", nodes=[node("n", scriptName="load_sql")])
    answer = call("POST", "jobs/load/export", {"obsPath": given})
    kept = answer.json()["obsPath"]
    assert answer.status_code == 200 and answer["Content-Type"] == "application/json"
    assert re.fullmatch(r"obs://packages/out/dir/load_exported/\d{13}", kept)
    plain = b"".join(call("POST", "jobs/load/export").streaming_content)
    with file_open(actor=operator(), workspace=workspace, path=obs_file(f"{kept}/load.zip")) as file:
        assert file.read() == plain


def test_batch_export_to_the_object_store(call: Call, workspace: Workspace) -> None:
    JobFactory(workspace=workspace, name="load")
    body = {"jobList": ["load"], "obsPath": "obs://packages/"}
    kept = call("POST", "jobs/batch-export", body).json()["obsPath"]
    path = obs_file(f"{kept}/jobs.zip")
    assert re.fullmatch(r"jobs_exported/\d{13}/jobs\.zip", path.key)
    with file_open(actor=operator(), workspace=workspace, path=path) as file:
        assert file.read(2) == b"PK"


@pytest.mark.parametrize(("path", "code"), [("x", "DLF.0803"), ("obs://other/", "DLF.1242"), (5, "DLF.0803")])
def test_export_to_bad_places_is_refused(call: Call, workspace: Workspace, path: Any, code: str) -> None:
    JobFactory(workspace=workspace, name="load")
    assert call("POST", "jobs/load/export", {"obsPath": path}).json()["error_code"] == code


def test_names_of_tasks_follow_the_language_asked_for(call: Call, workspace: Workspace) -> None:
    run = ImportRun.objects.create(workspace=workspace, source=PACKAGE, status="SUCCESSFUL")
    answer = call("GET", f"system-tasks/{run.pk}", **{"X-Language": "zh-cn"})
    assert PACKAGE in answer.json()["name"]


def test_the_path_object(workspace: Workspace) -> None:
    assert str(ObsPath("packages", "a") / "b") == "obs://packages/a/b"


@pytest.fixture
def second(workspace: Workspace, worker: None) -> SecondPerson:
    """Imports of the workspace need a second person, and a worker lives."""
    return SecondPerson.objects.create(workspace=workspace, imports=True)


def propose_waiting() -> None:
    """Do what the worker would with imports that were asked for since a second person is needed."""
    waiting = DBTaskResult.objects.filter(task_path=propose_package.module_path)
    for queued in list(waiting):
        propose_package.func(*queued.args_kwargs["args"])
    waiting.delete()


def ended(call: Call, **body: str) -> dict[str, Any]:
    """Ask for an import, have it done, and return its task."""
    task_id = call("POST", "jobs/import", {"path": PACKAGE, **body}).json()["taskId"]
    assert call("GET", f"system-tasks/{task_id}").json()["status"] == "RUNNING"
    propose_waiting()
    task: dict[str, Any] = call("GET", f"system-tasks/{task_id}").json()
    return task


def test_where_imports_need_a_second_person_the_task_says_where_it_is_proposed(
    call: Call, workspace: Workspace, second: SecondPerson
) -> None:
    put(workspace, pack(job()))
    task = ended(call)
    plan = ImportRun.objects.get(status="PLANNED")
    assert task["status"] == "FAILED" and "need a second person" in task["message"]
    assert f"http://testserver/w/{workspace.pk}/imports/{plan.pk}/plan/" in task["message"]
    assert (plan.proposal.user_name, plan.proposal.digest) == ("developer", plan.plan_digest)
    assert plan.changed_by_id == plan.proposal.user_id and not CatalogueObject.objects.exists()
    acts = AuditEntry.objects.filter(workspace_id=workspace.pk, user_name="developer")
    assert list(acts.values_list("action", flat=True)) == ["plan.propose"]


@pytest.mark.parametrize("change", ["same", "skipped"])
def test_an_import_that_would_write_nothing_needs_nobody(
    call: Call, workspace: Workspace, worker: None, change: str
) -> None:
    imported(workspace, pack(job()))
    SecondPerson.objects.create(workspace=workspace, imports=True)
    put(workspace, pack(job(description="new") if change == "skipped" else job()))
    task = ended(call, sameNamePolicy="SKIP" if change == "skipped" else "OVERWRITE")
    assert (task["status"], f"1 {'the same' if change == 'same' else 'skipped'}" in task["message"]) == (
        "SUCCESSFUL",
        True,
    )
    assert not Proposal.objects.exists() and not ImportRun.objects.filter(status="PLANNED").exists()
    revision = CatalogueObject.objects.get().revision
    assert revision is not None and revision.number == 1


def test_a_package_with_invalid_objects_is_refused_and_not_proposed(
    call: Call, workspace: Workspace, second: SecondPerson
) -> None:
    put(workspace, pack(job(), job("bad", schedule="daily")))
    task = ended(call)
    assert task["status"] == "FAILED" and "bad" in task["message"] and "second" not in task["message"]
    assert not Proposal.objects.exists() and not CatalogueObject.objects.exists()


def test_an_import_that_waited_before_goes_on_and_one_that_waits_after_does_not_need_it_any_more(
    call: Call, workspace: Workspace, worker: None
) -> None:
    put(workspace, pack(job()))
    waiting = call("POST", "jobs/import", {"path": PACKAGE}).json()["taskId"]
    on = SecondPerson.objects.create(workspace=workspace, imports=True)
    run_waiting()
    assert ImportRun.objects.get(pk=waiting).status == "SUCCESSFUL"
    DBTaskResult.objects.all().delete()
    put(workspace, pack(script()))
    waiting = call("POST", "jobs/import", {"path": PACKAGE}).json()["taskId"]
    on.delete()
    propose_waiting()
    assert ImportRun.objects.get(pk=waiting).status == "SUCCESSFUL"
    assert CatalogueObject.objects.count() == 2 and not Proposal.objects.exists()


def test_a_worker_makes_the_plan_of_a_large_package_after_it_is_proposed(
    call: Call, workspace: Workspace, second: SecondPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "AT_ONCE_BYTES", 0)
    put(workspace, pack(job()))
    assert "need a second person" in ended(call)["message"]
    plan = ImportRun.objects.get(status="PLANNING")
    assert plan.proposal.digest == ""
    making.plan_take(plan.pk)
    plan.refresh_from_db()
    assert (plan.status, plan.proposal.user_name) == ("PLANNED", "developer")
    assert Proposal.objects.get().digest == plan.plan_digest != ""


def test_a_plan_that_has_nothing_to_write_when_it_is_made_is_not_proposed_any_more(
    call: Call, workspace: Workspace, second: SecondPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "AT_ONCE_BYTES", 0)
    put(workspace, pack(job()))
    ended(call)
    second.delete()
    imported(workspace, pack(job()))
    making.plan_take(ImportRun.objects.get(status="PLANNING").pk)
    assert ImportRun.objects.filter(status="PLANNED").count() == 1 and not Proposal.objects.exists()
