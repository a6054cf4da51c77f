"""What an import does with each object of a package."""

from __future__ import annotations

import json
from io import BytesIO

import pytest
from django.contrib.auth.models import User

from dlfportal.access.models import Workspace
from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.models import CatalogueObject, Content, Reference, Revision
from dlfportal.catalogue.references import used_by
from dlfportal.catalogue.selectors import document_of, object_get
from dlfportal.catalogue.services import object_create, object_delete
from dlfportal.errors import Forbidden, NotFound
from dlfportal.formats.kinds import Kind
from dlfportal.transfer.imports import execute
from dlfportal.transfer.imports.apply import plan_apply
from dlfportal.transfer.imports.liveness import heartbeat
from dlfportal.transfer.imports.options import ImportOptions, TargetStatus, options_read
from dlfportal.transfer.imports.runs import ImportRunning
from dlfportal.transfer.imports.texts import notes_text, run_lines, run_message
from dlfportal.transfer.models import ImportRun, RunStatus
from tests.factories import CdmJobFactory, JobFactory, ScriptFactory, node, operator
from tests.importing import (
    OVERWRITE,
    alive,
    delete_all,
    exported,
    imported,
    job,
    outcomes,
    pack,
    package,
    script,
    waiting,
)

pytestmark = pytest.mark.django_db


def test_new_objects_get_a_revision_a_version_references_and_a_record(
    workspace: Workspace, developer: User
) -> None:
    run = imported(workspace, pack(job(nodes=[node("n", scriptName="load_sql")]), script()), user=developer)
    assert (run.status, outcomes(run)) == (RunStatus.SUCCESSFUL, {"load": "new", "load_sql": "new"})
    found = object_get(workspace, Kind.JOB, "load")
    assert found.revision and found.revision.number == 1
    assert (found.revision.author, found.revision.reason) == (developer, "")
    assert (found.revision.origin, found.revision.origin_id) == ("import", run.pk)
    assert found.version and found.version.number == 1 and found.version.revision == found.revision
    assert (found.type, found.schedule, found.node_count) == ("BATCH", "EXECUTE_ONCE", 1)
    assert (found.created_by, found.updated_by) == ("developer", "developer")
    assert [user.name for user in used_by(object_get(workspace, Kind.SCRIPT, "load_sql"))] == ["load"]
    entry = AuditEntry.objects.get(action="job.create")
    assert (entry.user, entry.object_name) == (developer, "load")
    assert entry.detail == {"revision": 1, "origin": "import", "origin_id": run.pk}
    submit = AuditEntry.objects.get(action="job.submit")
    assert (submit.object_name, submit.detail) == ("load", {"revision": 1, "version": 1})
    act = AuditEntry.objects.get(action="package.import")
    assert (act.detail["counts"]["new"], act.detail["task_id"]) == (2, run.pk)
    assert set(AuditEntry.objects.filter(part_of=act).values_list("action", flat=True)) == {
        "job.create",
        "job.submit",
        "script.create",
        "script.submit",
    }


def test_policy_skip_leaves_what_exists_and_says_so(workspace: Workspace) -> None:
    before = ScriptFactory(workspace=workspace, name="load_sql", content="old")
    run = imported(workspace, pack(job(), script(content="new")))
    assert outcomes(run) == {"load": "new", "load_sql": "skipped"}
    assert "SKIP" in notes_text(run.items.get(name="load_sql").messages)
    assert object_get(workspace, Kind.SCRIPT, "load_sql").revision == before.revision


def test_overwrite_replaces_every_kind_and_never_merges(workspace: Workspace) -> None:
    ScriptFactory(workspace=workspace, name="load_sql", content="old", description="goes away")
    CdmJobFactory(workspace=workspace, name="copy", cluster="cdm-1")
    cdm = {"jobs": [{"name": "copy", "job_type": "NORMAL_JOB", "from-link-name": "other"}]}
    entries = {"scripts/load_sql.script": script(content="new"), "cdms/cdm-1/copy.json": cdm}
    run = imported(workspace, package(entries), OVERWRITE)
    if run.status == RunStatus.FAILED:
        pytest.fail(str([item.messages for item in run.items.all()]))
    assert set(outcomes(run).values()) == {"changed"}
    found = object_get(workspace, Kind.SCRIPT, "load_sql")
    assert found.revision and document_of(found.revision) == script(content="new")
    assert (found.revision.number, found.description) == (2, "")
    first = Revision.objects.select_related("content").get(object=found, number=1)
    assert document_of(first)["content"] == "old"
    copied = object_get(workspace, Kind.CDM_JOB, "copy")
    assert copied.revision and document_of(copied.revision) == cdm


def test_equal_documents_make_no_revision_whatever_the_server_added(workspace: Workspace) -> None:
    before = ScriptFactory(workspace=workspace, name="load_sql")
    assert before.revision
    document = {**document_of(before.revision), "id": "5", "createUser": "x", "modifyTime": 1}
    run = imported(workspace, pack(document), OVERWRITE)
    assert outcomes(run) == {"load_sql": "same"}
    assert object_get(workspace, Kind.SCRIPT, "load_sql").revision == before.revision


def test_a_deleted_namesake_lends_history_and_id(workspace: Workspace) -> None:
    before = JobFactory(workspace=workspace, name="load", description="before")
    object_delete(actor=operator(), target=before)
    imported(workspace, pack(job()))
    found = object_get(workspace, Kind.JOB, "load")
    assert (found.pk, found.uid) == (before.pk, before.uid)
    assert found.revision and found.revision.number == 2 and found.deleted_at is None
    assert found.description == "" and found.version and found.version.number == 1


def test_one_invalid_object_refuses_the_whole_package_with_all_reasons(workspace: Workspace) -> None:
    bad = job("bad", schedule="daily", basicConfig="li")
    run = imported(workspace, pack(job(), bad, script()))
    assert run.status == RunStatus.FAILED and "bad" in run_message(run)
    assert outcomes(run) == {"load": "new", "bad": "invalid", "load_sql": "new"}
    reasons = notes_text(run.items.get(name="bad").messages)
    assert "$.schedule" in reasons and "$.basicConfig" in reasons
    assert alive(workspace) == [] and not Content.objects.exists()
    assert [entry.action for entry in AuditEntry.objects.all()] == ["package.import_fail"]


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ({"jobs/a.job": b"{nonsense"}, "key in double quotes is missing"),
        ({"jobs/a.job": b'{"name": "a", "name": "a"}'}, "more than once"),
        ({"jobs/a.job": b"{\xff}"}, "UTF-8"),
        ({"jobs/a/x.script": script("x", "1"), "jobs/b/x.script": script("x", "2")}, "jobs/a/x.script"),
    ],
)
def test_documents_that_cannot_be_read_are_named(
    workspace: Workspace, entries: dict[str, object], said: str
) -> None:
    run = imported(workspace, package(entries))
    assert run.status == RunStatus.FAILED
    assert said in " ".join(notes_text(item.messages) for item in run.items.all())
    assert alive(workspace) == []


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (b"", ""),
        (b"not a zip at all", ""),
        (package({"../jobs/a.job": job("a")}), "../jobs/a.job"),
        (package({"/jobs/a.job": job("a")}), "/jobs/a.job"),
        (package({"readme.txt": b"x"}), "holds no jobs"),
    ],
)
def test_a_bad_archive_is_refused_with_one_error_and_nothing_is_written(
    workspace: Workspace, file: BytesIO | bytes, said: str
) -> None:
    run = imported(workspace, file)
    assert run.status == RunStatus.FAILED and said in run_message(run) and run_message(run)
    assert not run.items.exists() and not CatalogueObject.objects.exists() and not Content.objects.exists()


def test_secrets_are_emptied_and_reported(workspace: Workspace) -> None:
    secret = [{"name": "key", "value": "tops3cret", "value_is_sensitive": True}]
    nodes = [{"name": "n", "type": "RESTAPI", "properties": secret}]
    run = imported(workspace, pack(job(nodes=nodes)))
    item = run.items.get()
    assert "$.nodes[0].properties[0].value" in notes_text(item.messages)
    assert "tops3cret" not in json.dumps(item.messages)
    found = object_get(workspace, Kind.JOB, "load")
    assert found.revision and document_of(found.revision)["nodes"][0]["properties"][0]["value"] == ""
    assert AuditEntry.objects.get(action="job.create").detail["emptied"]


def test_target_status_saved_submits_nothing(workspace: Workspace) -> None:
    imported(workspace, pack(job()), ImportOptions(target_status=TargetStatus.SAVED))
    assert object_get(workspace, Kind.JOB, "load").version is None


def test_a_second_import_is_refused_while_one_runs(workspace: Workspace) -> None:
    with heartbeat(queued=False) as runner:
        waiting(workspace, None, source="first", runner=runner.pk)
        with pytest.raises(ImportRunning):
            imported(workspace, pack(job()))
    assert imported(workspace, pack(job())).status == RunStatus.SUCCESSFUL  # the first one's process ended
    assert ImportRun.objects.get(source="first").status == RunStatus.FAILED


def test_only_developers_import(workspace: Workspace, viewer: User, stranger: User) -> None:
    with pytest.raises(Forbidden):
        imported(workspace, pack(job()), user=viewer)
    with pytest.raises(NotFound):
        imported(workspace, pack(job()), user=stranger)
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize("layout", ["single", "batch"])
def test_round_trip_gives_identical_bytes_for_unknown_fields(workspace: Workspace, layout: str) -> None:
    odd = {"zeta": [1, 1.0, "1", None, {"深": {}}], "alpha": "a\r\nb\u2028", "big": 10**30, "tiny": 1e-9}
    imported(workspace, pack(job(nodes=[node("n", scriptName="load_sql")], **odd), script(**odd)))
    name = "load" if layout == "single" else None
    before = exported(workspace, name)
    delete_all(workspace)
    run = imported(workspace, before)
    assert run.status == RunStatus.SUCCESSFUL and set(outcomes(run).values()) == {"new"}
    assert exported(workspace, name) == before
    assert set(outcomes(imported(workspace, before, OVERWRITE)).values()) == {"same"}
    assert Reference.objects.filter(workspace=workspace, name="load_sql").count() == 1
    assert Revision.objects.filter(object__name="load").count() == 2  # the second revives the deleted job
    told = AuditEntry.objects.filter(action="job.submit").order_by("-id").first()
    assert told and told.detail == {"revision": 2, "version": 2}


def test_the_digest_is_the_one_the_export_tells(workspace: Workspace) -> None:
    imported(workspace, pack(job(nodes=[node("n", scriptName="load_sql")]), script()))
    before = exported(workspace, "load")
    told = AuditEntry.objects.filter(action="package.export_end").first()
    assert told and imported(workspace, before).digest == told.detail["digest"]


def cdm(link: str) -> dict[str, object]:
    return {"jobs": [{"name": "copy", "job_type": "NORMAL_JOB", "from-link-name": link}]}


@pytest.mark.parametrize(("second", "status"), [("a", RunStatus.SUCCESSFUL), ("b", RunStatus.FAILED)])
def test_two_clusters_that_become_one(workspace: Workspace, second: str, status: RunStatus) -> None:
    """Equal CDM jobs are one; different ones cannot both have the name, and the entry says which."""
    wanted = [{"type": "CDM_CLUSTER", "name": name, "replace": "new"} for name in ("old-1", "old-2")]
    package_ = package({"cdms/old-1/copy.json": cdm("a"), "cdms/old-2/copy.json": cdm(second)})
    run = imported(workspace, package_, options_read({"resources": wanted}))
    assert run.status == status
    if status == RunStatus.SUCCESSFUL:
        assert [target.cluster for target in alive(workspace)] == ["new"]
    else:
        (told,) = [notes_text(item.messages) for item in run.items.filter(outcome="invalid")]
        assert told.startswith("cdms/old-2/copy.json: Two objects of the package would have this name.")


def test_other_files_of_the_package_are_told(workspace: Workspace) -> None:
    more = {f"notes/{number:02}.txt": b"x" for number in range(24)}
    run = imported(workspace, package({"jobs/load.job": job(), **more, "jobs/UP.JOB.bak": b"x"}))
    assert run.status == RunStatus.SUCCESSFUL
    names = ", ".join(list(more)[:20])
    assert run_message(run).endswith(f"Other files in the package were ignored: 25 ({names}, ...).")


def test_what_the_options_ask_for_and_the_package_has_not_is_told(workspace: Workspace) -> None:
    options = options_read(
        {
            "params": {"day": "1", "dey": "2"},
            "jobsParam": [{"name": "load", "params": {}}, {"name": "laod", "params": {}}],
            "resources": [
                {"type": "DWS_CONNECTION", "name": "dws", "replace": "dws_new"},
                {"type": "DIS_STREAM", "name": "dws", "replace": "dis_new"},
            ],
        }
    )
    nodes = [node("n", "DWSSQL", connectionName="dws")]
    run = imported(workspace, pack(job(nodes=nodes, params=[{"name": "day", "value": ""}])), options)
    assert run_message(run) == (
        "1 new, 0 changed, 0 the same, 0 skipped because they exist. "
        "The package has no job laod; the values for it were ignored. "
        "No job of the package has the parameter dey; its value was ignored. "
        "Nothing in the package uses DIS_STREAM dws, so nothing was replaced by it."
    )


def test_a_run_given_up_meanwhile_takes_everything_back(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def given_up(**arguments: object) -> None:
        ImportRun.objects.update(status=RunStatus.FAILED, message="given up")
        plan_apply(**arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(execute, "plan_apply", given_up)
    run = imported(workspace, pack(job()))
    assert (run.status, run.message) == (RunStatus.FAILED, "given up")
    assert alive(workspace) == [] and not AuditEntry.objects.exists()


def test_nothing_is_said_of_an_object_that_stays_the_same(workspace: Workspace) -> None:
    secret = [{"name": "key", "value": "tops3cret", "value_is_sensitive": True}]
    document = job(nodes=[{"name": "n", "type": "RESTAPI", "properties": secret}])
    assert imported(workspace, pack(document)).items.get().messages
    again = imported(workspace, pack(document), OVERWRITE).items.get()
    assert (again.outcome, again.messages) == ("same", [])


def test_the_record_of_an_import_has_digest_options_and_counts(workspace: Workspace) -> None:
    run = imported(workspace, pack(job()), OVERWRITE)
    detail = AuditEntry.objects.get(action="package.import").detail
    assert len(run.digest) == 64
    assert (detail["source"], detail["digest"], detail["counts"]["new"]) == ("test.zip", run.digest, 1)
    assert detail["options"]["sameNamePolicy"] == "OVERWRITE"


def test_an_import_may_go_straight_to_production(workspace: Workspace) -> None:
    imported(workspace, pack(job()), ImportOptions(target_status=TargetStatus.PRODUCTION))
    assert object_get(workspace, Kind.JOB, "load").version is not None


def test_an_overwrite_replaces_references_and_counts_on(workspace: Workspace, developer: User) -> None:
    imported(workspace, pack(job(nodes=[node("n", scriptName="before")])))
    imported(workspace, pack(job(nodes=[node("n", scriptName="after")])), OVERWRITE, user=developer)
    found = object_get(workspace, Kind.JOB, "load")
    assert list(Reference.objects.filter(source=found).values_list("name", flat=True)) == ["after"]
    assert found.revision is not None
    assert found.version is not None
    assert (found.revision.number, found.version.number, found.version.revision) == (2, 2, found.revision)
    assert (found.updated_by, found.created_by) == ("developer", "operator")
    assert AuditEntry.objects.filter(action="job.update", object_name="load").count() == 1


def test_every_index_column_is_written_as_by_an_edit(workspace: Workspace) -> None:
    documents: dict[str, tuple[Kind, dict[str, object]]] = {
        "load.job": (
            Kind.JOB,
            job(
                basicConfig={"owner": "li", "jobDescription": "夜间"},
                directory="/a/b/",
                schedule={"type": "CRON", "cron": {"expression": "0 0 1 * * ?"}},
                nodes=[node("n")],
            ),
        ),
        "lib.resource": (
            Kind.RESOURCE,
            {"name": "lib", "type": "jar", "location": "obs://b/k.jar", "directory": "/r", "desc": "d"},
        ),
    }

    def kept() -> dict[str, list[object]]:
        return {one.name: [getattr(one, column) for column in columns] for one in alive(workspace)}

    columns = ("directory", "type", "owner", "description", "schedule", "node_count", "location", "size")
    for kind, document in documents.values():
        object_create(actor=operator(), workspace=workspace, kind=kind, document=document)
    wanted = kept()
    assert wanted["load"][:3] == ["/a/b", "BATCH", "li"]
    delete_all(workspace)
    CatalogueObject.objects.update(directory="", type="", owner="", description="", schedule="", size=0)
    imported(workspace, package({path: document for path, (_kind, document) in documents.items()}))
    assert kept() == wanted


def test_values_that_no_parameter_took_are_told(workspace: Workspace) -> None:
    options = options_read({"jobsParam": [{"name": "load", "params": {"nope": "x"}}]})
    run = imported(workspace, pack(job()), options)
    assert "has no parameter nope" in notes_text(run.items.get().messages)


def test_of_very_many_reasons_the_first_are_kept(workspace: Workspace) -> None:
    run = imported(workspace, pack(job(nodes=[{"name": "", "type": "Dummy"}] * 50)))
    messages = run.items.get().messages
    assert len(messages) == 21
    assert "more." in notes_text(messages)


def test_of_very_many_options_without_use_the_first_are_told(workspace: Workspace) -> None:
    options = options_read({"params": {f"p{number:02}": "x" for number in range(25)}})
    lines = run_lines(imported(workspace, pack(job()), options))[1:]
    assert len(lines) == 21 and "p19" in lines[19] and lines[20] == "... and 5 more."


def test_of_very_many_invalid_objects_the_first_are_named(workspace: Workspace) -> None:
    run = imported(workspace, pack(*(job(f"bad_{number}", basicConfig=5) for number in range(7))))
    assert "package: 7 (bad_0, bad_1, bad_2, bad_3, bad_4, ...). Nothing was written" in run_message(run)
