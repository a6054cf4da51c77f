"""Renaming an object: the page says which objects still point to the old name."""

from __future__ import annotations

import json

from tests.admin.pages import document, revision_of, save, told
from tests.factories import CdmJobFactory, JobFactory, ResourceFactory, ScriptFactory, node


def test_users_of_the_old_name_are_named_with_links(client_for, developer, workspace, other_workspace):
    script = ScriptFactory(workspace=workspace, name="load")
    JobFactory(workspace=workspace, name="daily", nodes=[node("n", scriptName="load")])
    JobFactory(workspace=other_workspace, name="theirs", nodes=[node("n", scriptName="load")])
    client = client_for(developer)
    page = client.get(save(client, script, name="load_new").url).content.decode()
    assert "1 object still points to the old name load:" in page
    assert f'<a href="/w/{workspace.pk}/jobs/daily/">daily</a>' in page
    assert "theirs" not in page


def test_a_rename_in_the_json_and_a_move_to_another_cluster_count_too(client_for, developer, workspace):
    script = ScriptFactory(workspace=workspace, name="load")
    copy = CdmJobFactory(workspace=workspace, name="copy", cluster="one")
    JobFactory(
        workspace=workspace,
        name="daily",
        nodes=[node("a", scriptName="load"), node("b", "CDMJob", clusterName="one", jobName="copy")],
    )
    client = client_for(developer)
    renamed = save(client, script, json=json.dumps(document(script) | {"name": "load_new"}))
    assert "1 object still points to the old name load:" in told(renamed)
    moved = save(client, copy, cluster="two")
    assert "1 object still points to the old name copy (one):" in told(moved)


def test_restoring_an_older_name_tells_who_names_the_newer_one(client_for, developer, workspace):
    script = ScriptFactory(workspace=workspace, name="old")
    client = client_for(developer)
    save(client, script, name="new")
    JobFactory(workspace=workspace, name="daily", nodes=[node("n", scriptName="new")])
    answer = client.post(
        f"/admin/catalogue/script/{script.pk}/restore/", {"number": "1", "expected": revision_of(script)}
    )
    assert "1 object still points to the old name new:" in told(answer)


def test_nothing_is_said_when_nothing_points_to_the_name(client_for, developer, workspace):
    """A resource that is known by its location is still found, whatever its name."""
    lib = ResourceFactory(workspace=workspace, name="lib", location="obs://libs/lib.jar")
    JobFactory(workspace=workspace, nodes=[node("n", "MRSSpark", resourcePath="obs://libs/lib.jar")])
    client = client_for(developer)
    assert "still point" not in told(save(client, lib, name="lib_new"))
    assert "still point" not in told(save(client, lib, description="x"))


def test_very_many_users_are_named_in_part(client_for, developer, workspace, monkeypatch):
    monkeypatch.setattr("dlfportal.adminsite.pointing.USERS_NAMED", 2)
    script = ScriptFactory(workspace=workspace, name="load")
    for name in ("a", "b", "c"):
        JobFactory(workspace=workspace, name=f"job_{name}", nodes=[node("n", scriptName="load")])
    answer = told(save(client_for(developer), script, name="load_new"))
    assert "3 objects still point to the old name load:" in answer
    assert "job_a</a>, " in answer and "job_b</a>…" in answer and "job_c" not in answer
