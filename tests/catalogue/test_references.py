"""What points to what: the index behind "used by", and how references find their objects."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor
from dlfportal.catalogue.derive import ReferenceKey
from dlfportal.catalogue.models import Reference
from dlfportal.catalogue.references import resolve, used_by
from dlfportal.catalogue.services import object_create, object_delete, object_update
from dlfportal.formats.kinds import Kind
from tests.catalogue.documents import job
from tests.factories import CdmJobFactory, JobFactory, ResourceFactory, ScriptFactory, node, operator
from tests.plans import plan_of


def key(target: str, name: str, cluster: str = "", soft: bool = False) -> ReferenceKey:
    return ReferenceKey(target, cluster, name, soft)


def names(rows: Any) -> list[str]:
    return [row.name for row in rows]


def test_a_jobs_references_are_indexed_once_each(actor: Actor, workspace: Workspace) -> None:
    nodes = [
        node("a", scriptName="load", connectionName="dli"),
        node("b", scriptName="load"),
        node("c", "CDMJob", clusterName="cdm-1", jobName="copy"),
        node("d", "DLFSubJob", jobName="other"),
        node("e", "DLISpark", resourcePath="obs://libs/x.jar"),
        node("f", scriptName="${name}"),
    ]
    made = JobFactory(workspace=workspace, nodes=nodes)
    assert set(made.references.values_list("target", "cluster", "name", "soft")) == {
        ("script", "", "load", False),
        ("connection", "", "dli", False),
        ("cdm_job", "cdm-1", "copy", False),
        ("job", "", "other", False),
        ("resource", "", "obs://libs/x.jar", True),
        ("script", "", "${name}", False),
    }
    assert made.references.count() == 6


def test_a_job_that_is_started_and_waited_for_is_pointed_to_by_both(workspace: Workspace) -> None:
    waits = {"jobs": ["both", "only_waited_for"]}
    schedule = {"type": "CRON", "cron": {"expression": "0 0 1 * * ?", "dependJobs": waits}}
    made = JobFactory(workspace=workspace, nodes=[node("n", "DLFSubJob", jobName="both")], schedule=schedule)
    assert set(made.references.values_list("name", "waits")) == {
        ("both", False),
        ("both", True),
        ("only_waited_for", True),
    }


def test_nothing_answers_a_name_that_is_an_expression(workspace: Workspace) -> None:
    ScriptFactory(workspace=workspace, name="${name}")
    assert resolve(workspace, [key("script", "${name}")]) == {}


def test_an_edit_moves_the_references(actor: Actor, workspace: Workspace) -> None:
    old, new = ScriptFactory(workspace=workspace, name="old"), ScriptFactory(workspace=workspace, name="new")
    user = object_create(
        actor=actor,
        workspace=workspace,
        kind=Kind.JOB,
        document=job("user", nodes=[node("n", scriptName="old")]),
    ).object
    assert names(used_by(old)) == ["user"]
    object_update(actor=actor, target=user, document=job("user", nodes=[node("n", scriptName="new")]))
    assert (names(used_by(old)), names(used_by(new))) == ([], ["user"])


def test_equal_references_are_left_as_they_are(actor: Actor, workspace: Workspace) -> None:
    user = object_create(
        actor=actor, workspace=workspace, kind=Kind.JOB, document=job(nodes=[node("n", scriptName="s")])
    ).object
    before = list(Reference.objects.values_list("pk", flat=True))
    object_update(actor=actor, target=user, document=job(nodes=[node("n", scriptName="s")], description="x"))
    assert list(Reference.objects.values_list("pk", flat=True)) == before


def test_an_object_is_not_its_own_user(workspace: Workspace) -> None:
    location = "obs://libs/self.jar"
    lib = ResourceFactory(workspace=workspace, name="lib", location=location, dependFiles=[location, "lib"])
    ResourceFactory(workspace=workspace, name="other", dependFiles=["lib"])
    assert lib.references.count() == 2
    assert names(used_by(lib)) == ["other"]


def test_used_by_tells_kinds_clusters_and_workspaces_apart(
    workspace: Workspace, other_workspace: Workspace
) -> None:
    script = ScriptFactory(workspace=workspace, name="same")
    inner = JobFactory(workspace=workspace, name="same")
    one = CdmJobFactory(workspace=workspace, name="same", cluster="one")
    two = CdmJobFactory(workspace=workspace, name="same", cluster="two")
    JobFactory(workspace=workspace, name="u_script", nodes=[node("n", scriptName="same")])
    JobFactory(workspace=workspace, name="u_job", nodes=[node("n", "DLFSubJob", jobName="same")])
    JobFactory(
        workspace=workspace, name="u_cdm", nodes=[node("n", "CDMJob", clusterName="one", jobName="same")]
    )
    JobFactory(workspace=other_workspace, name="foreign", nodes=[node("n", scriptName="same")])
    assert [names(used_by(target)) for target in (script, inner, one, two)] == [
        ["u_script"],
        ["u_job"],
        ["u_cdm"],
        [],
    ]


@pytest.mark.parametrize("way", ["name", "location", "id", "id with hyphens"])
def test_a_resource_is_used_by_who_names_it_in_any_way(workspace: Workspace, way: str) -> None:
    library = ResourceFactory(workspace=workspace, name="lib", location="obs://libs/x.jar")
    text = {"name": "lib", "location": "obs://libs/x.jar", "id": library.uid.hex}.get(way, str(library.uid))
    JobFactory(workspace=workspace, name="user", nodes=[node("n", "DLISpark", resourcePath=text)])
    assert names(used_by(library)) == ["user"]
    found = resolve(workspace, [key("resource", text, soft=True)])
    assert [row.pk for row in found.values()] == [library.pk]


def test_a_name_goes_before_a_location_and_a_location_before_an_id(workspace: Workspace) -> None:
    first = ResourceFactory(workspace=workspace, name="first", location="obs://libs/first.jar")
    clash = ResourceFactory(workspace=workspace, name=first.uid.hex, location="obs://libs/clash.jar")
    ids = resolve(workspace, [key("resource", first.uid.hex, soft=True)])
    assert [row.pk for row in ids.values()] == [clash.pk]


def test_of_two_resources_at_one_place_the_first_name_in_code_points_answers(workspace: Workspace) -> None:
    """The package must not depend on the sorting rules of the database."""
    for name in ("b", "A", "a", "B"):
        ResourceFactory(workspace=workspace, name=name, location="obs://libs/x.jar")
    found = resolve(workspace, [key("resource", "obs://libs/x.jar", soft=True)])
    assert [row.name for row in found.values()] == ["A"]


def test_both_spellings_of_an_id_are_answered(workspace: Workspace) -> None:
    library = ResourceFactory(workspace=workspace)
    keys = [key("resource", text, soft=True) for text in (library.uid.hex, str(library.uid))]
    assert set(resolve(workspace, keys)) == set(keys)


def test_resolve_answers_exact_living_names_of_this_workspace(
    workspace: Workspace, other_workspace: Workspace
) -> None:
    here = ScriptFactory(workspace=workspace, name="here")
    gone = ScriptFactory(workspace=workspace, name="gone")
    object_delete(actor=operator(), target=gone)
    ScriptFactory(workspace=other_workspace, name="foreign")
    copy = CdmJobFactory(workspace=workspace, name="copy", cluster="one")
    wanted = [key("script", name) for name in ("here", "Here", "gone", "foreign", "")]
    wanted += [key("cdm_job", "copy", "one"), key("cdm_job", "copy", "two"), key("connection", "here")]
    wanted += [key("job", "here"), key("resource", "here", soft=True)]
    found = resolve(workspace, wanted)
    assert {wish: row.pk for wish, row in found.items()} == {
        key("script", "here"): here.pk,
        key("cdm_job", "copy", "one"): copy.pk,
    }


def test_resolve_looks_up_more_names_than_a_query_takes(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dlfportal.chunks.NAMES_A_QUERY", 3)
    made = [ScriptFactory(workspace=workspace) for _ in range(10)]
    assert len(resolve(workspace, [key("script", one.name) for one in made])) == 10


@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads SQLite's query plan")
def test_what_uses_a_resource_is_found_by_each_of_its_names(workspace: Workspace) -> None:
    """By its name, its location and its id: one look into the index of references each."""
    used = ResourceFactory(workspace=workspace, location="obs://libs/used.jar")
    with CaptureQueriesContext(connection) as queries:
        list(used_by(used))
    looks = [step.text for step in plan_of(queries[0]["sql"]) if "reference_used_by" in step.text]
    assert len(looks) == 4 and all("(workspace_id=? AND target=? AND name=?" in look for look in looks)
