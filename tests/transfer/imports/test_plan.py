"""The apply does exactly its plan, or refuses: the ground may move in between."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor, Channel
from dlfportal.catalogue.models import CatalogueObject, Revision, Version
from dlfportal.catalogue.selectors import document_of, object_get
from dlfportal.catalogue.services import object_create, object_delete, object_update
from dlfportal.errors import Forbidden, NotFound, PortalError, StalePlan
from dlfportal.formats.kinds import Kind
from dlfportal.formats.zip.reader import BadPackage
from dlfportal.transfer.imports import parallel
from dlfportal.transfer.imports.apply import PlanInvalid, plan_apply
from dlfportal.transfer.imports.drafts import spreading
from dlfportal.transfer.imports.options import ImportOptions, Policy
from dlfportal.transfer.imports.plan import Plan, package_open, plan_make
from dlfportal.transfer.imports.spool import Spool
from tests.factories import ScriptFactory, operator
from tests.importing import OVERWRITE, job, pack, package, script
from tests.queries import count_queries

pytestmark = pytest.mark.django_db


def planned(
    workspace: Workspace,
    spool: Spool | None,
    *documents: dict[str, object],
    options: ImportOptions = OVERWRITE,
    actor: Actor | None = None,
) -> Plan:
    file = pack(*documents)
    with spreading(file) as spread:
        return plan_make(
            actor=actor or operator(),
            workspace=workspace,
            package=package_open(file),
            options=options,
            spread=spread,
            spool=spool,
        )


@pytest.fixture
def further_processes(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Return what makes even a small package spread over two processes, as only a large one is."""

    def begin() -> None:
        monkeypatch.setattr(parallel, "MANY_BYTES", 1)
        monkeypatch.setattr(parallel, "PROCESSES", 2)

    return begin


def apply(workspace: Workspace, plan: Plan, spool: Spool) -> None:
    plan_apply(
        actor=operator(),
        workspace=workspace,
        plan=plan,
        options=OVERWRITE,
        spool=spool,
        source="p.zip",
        task_id="t",
    )


def edit(workspace: Workspace) -> None:
    target = object_get(workspace, Kind.SCRIPT, "kept")
    object_update(actor=operator(), target=target, document=script("kept", "moved"))


def delete(workspace: Workspace) -> None:
    object_delete(actor=operator(), target=object_get(workspace, Kind.SCRIPT, "kept"))


def create(workspace: Workspace) -> None:
    object_create(actor=operator(), workspace=workspace, kind=Kind.JOB, document=job("load"))


@pytest.mark.parametrize("move", [edit, delete, create])
def test_a_plan_is_refused_when_the_ground_moved(
    workspace: Workspace, move: Callable[[Workspace], None]
) -> None:
    ScriptFactory(workspace=workspace, name="kept")
    with Spool() as spool:
        plan = planned(workspace, spool, script("kept", "new"), job("load"), script("other"))
        move(workspace)
        before = list(Revision.objects.values_list("pk"))
        with pytest.raises(StalePlan) as refused:
            apply(workspace, plan, spool)
    assert "kept" in str(refused.value) or "load" in str(refused.value)
    assert list(Revision.objects.values_list("pk")) == before
    assert not CatalogueObject.objects.filter(name="other").exists()


def test_a_plan_writes_nothing(workspace: Workspace) -> None:
    plan = planned(workspace, None, script("kept", "new"), job("load"))
    assert plan.is_valid and plan.counts["new"] == 2
    assert not CatalogueObject.objects.exists() and not Version.objects.exists()


def test_an_invalid_plan_is_not_applied(workspace: Workspace) -> None:
    with Spool() as spool:
        plan = planned(workspace, spool, job("bad", schedule="daily"), script("good"))
        with pytest.raises(PlanInvalid):
            apply(workspace, plan, spool)


def test_an_import_makes_no_query_per_object(workspace: Workspace) -> None:
    def run(start: int, count: int) -> int:
        documents = [script(f"s{number}") for number in range(start, start + count)]
        with Spool() as spool:
            plan = planned(workspace, spool, *documents)
            return count_queries(lambda: apply(workspace, plan, spool))

    run(0, 2)
    assert run(10, 10) == run(100, 100)


def test_rows_are_in_the_order_of_a_package(workspace: Workspace) -> None:
    plan = planned(workspace, None, script("b"), job("z"), script("a"), job("y"))
    assert [row.identity.name for row in plan.rows] == ["y", "z", "a", "b"]


def test_options_survive_being_kept() -> None:
    from dlfportal.transfer.imports.options import options_read, options_write

    body = {
        "sameNamePolicy": "OVERWRITE",
        "params": {"day": "1"},
        "jobsParam": [{"name": "load", "params": {"day": "2"}}],
        "executeUser": "ei",
        "targetStatus": "SAVED",
        "resources": [{"name": "a", "type": "CDM_CLUSTER", "replace": "b"}],
    }
    assert options_write(options_read(body)) == body
    assert options_read({}) == ImportOptions()


def test_further_processes_give_the_same_plan(
    workspace: Workspace, further_processes: Callable[[], None]
) -> None:
    documents = [script(f"s{number:02}") for number in range(60)] + [
        job("load"),
        job("bad", schedule="daily"),
    ]
    with Spool() as alone, Spool() as together:
        inline = planned(workspace, alone, *documents)
        further_processes()
        spread = planned(workspace, together, *documents)
        assert spread == inline and spread.counts["invalid"] == 1
        assert list(together.contents()) == list(alone.contents())


def test_a_damaged_entry_is_told_from_a_further_process(
    workspace: Workspace, further_processes: Callable[[], None]
) -> None:
    file = pack(script("good"), script("torn", "x" * 100))
    data = bytearray(file.getvalue())
    data[data.index(b"torn.script") + len("torn.script") + 5] ^= 0xFF
    further_processes()
    with spreading(io.BytesIO(data)) as spread, pytest.raises(BadPackage, match="torn.script") as caught:
        package = package_open(io.BytesIO(data))
        plan_make(actor=operator(), workspace=workspace, package=package, options=OVERWRITE, spread=spread)
    assert caught.value.params["entry"].endswith("torn.script")


@pytest.mark.parametrize(("person", "refusal"), [("viewer", Forbidden), ("stranger", NotFound)])
def test_planning_and_applying_need_a_developer(
    request: pytest.FixtureRequest, workspace: Workspace, person: str, refusal: type[PortalError]
) -> None:
    actor = Actor(request.getfixturevalue(person), Channel.API)
    with Spool() as spool:
        plan = planned(workspace, spool, job())
        with pytest.raises(refusal):
            planned(workspace, None, job(), actor=actor)
        with pytest.raises(refusal):
            plan_apply(
                actor=actor,
                workspace=workspace,
                plan=plan,
                options=OVERWRITE,
                spool=spool,
                source="p.zip",
                task_id="t",
            )
    assert not CatalogueObject.objects.filter(workspace=workspace).exists()


@pytest.mark.parametrize("policy", Policy)
def test_a_plan_is_refused_when_what_it_leaves_alone_moved(workspace: Workspace, policy: Policy) -> None:
    ScriptFactory(workspace=workspace, name="kept", content="old")
    kept = object_get(workspace, Kind.SCRIPT, "kept")
    assert kept.revision is not None
    same = document_of(kept.revision) if policy is Policy.OVERWRITE else script("kept", "other")
    options = ImportOptions(policy=policy)
    with Spool() as spool:
        plan = planned(workspace, spool, same, script("other"), options=options)
        assert plan.counts["same"] + plan.counts["skipped"] == 1
        object_update(actor=operator(), target=kept, document=script("kept", "moved"))
        with pytest.raises(StalePlan, match="kept"):
            plan_apply(
                actor=operator(),
                workspace=workspace,
                plan=plan,
                options=options,
                spool=spool,
                source="p.zip",
                task_id="t",
            )
    assert not CatalogueObject.objects.filter(name="other").exists()


def test_further_processes_find_the_same_repeats(
    workspace: Workspace, further_processes: Callable[[], None]
) -> None:
    """Which objects are one is known only from documents that different processes read."""
    shared = {f"jobs/j{number}/s{number}.script": script("shared") for number in range(120)}
    cdm = {"jobs": [{"name": f"c{number}", "job_type": "NORMAL_JOB"} for number in range(60)]}
    entries = {
        **shared,
        "jobs/x/other.script": script("shared", id=5),
        "jobs/y/other.script": script("shared", "SELECT 2;"),
        "cdms/c/all.json": cdm,
        "cdms/c/again.json": {"jobs": cdm["jobs"][30:]},
    }

    def plan() -> Plan:
        file = package(entries)
        with spreading(file) as spread:
            return plan_make(
                actor=operator(),
                workspace=workspace,
                package=package_open(file),
                options=ImportOptions(),
                spread=spread,
            )

    inline = plan()
    further_processes()
    assert plan() == inline
    assert [row.path for row in inline.rows if row.outcome == "invalid"] == ["jobs/y/other.script"]
    assert inline.counts["new"] == 61
