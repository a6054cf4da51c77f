"""Renaming an object: what points to it is shown, and follows in the same step."""

from __future__ import annotations

import re
from typing import Any

import pytest

from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.catalogue.selectors import document_of, object_get
from dlfportal.catalogue.services import object_delete, object_update
from dlfportal.formats.kinds import Kind
from tests.factories import CdmJobFactory, JobFactory, ResourceFactory, ScriptFactory, node, operator
from tests.queries import assert_same_queries
from tests.web.pages import address, text_of


def digest_of(page: str) -> str:
    found = re.search(r'name="digest" value="([0-9a-f]{64})"', page)
    assert found
    return found[1]


def rename(client: Any, url: str, name: str, *, follow: bool = True, **more: str) -> Any:
    """Look at what a rename would change, and send the form of that page."""
    page = text_of(client, url, name=name, **more)
    sent = {"name": name, "digest": digest_of(page)} | ({"follow": "1"} if follow else {})
    return client.post(f"{url}?cluster={more['cluster']}" if "cluster" in more else url, sent)


def named(workspace, kind, name):
    target = object_get(workspace, kind, name)
    return target, document_of(target.revision)


def script_with_three_jobs(workspace):
    script = ScriptFactory(workspace=workspace, name="load")
    for name in ("daily", "hourly", "weekly"):
        nodes = [node("a", scriptName="load"), node("b", scriptName="other"), node("load", scriptName="load")]
        JobFactory(workspace=workspace, name=name, nodes=nodes, description="runs load")
    return script


def test_a_script_that_three_jobs_use_is_renamed_with_them(client_for, developer, workspace):
    script_with_three_jobs(workspace)
    client, url = client_for(developer), address(workspace, "scripts/load/rename/")
    before = {name: named(workspace, Kind.JOB, name)[1] for name in ("daily", "hourly", "weekly")}
    page = text_of(client, url, name="load_new")
    assert "Change the 3 objects that point to it too" in page
    assert "$.nodes[0].properties[0].value" in page and "$.nodes[1]" not in page

    answer = rename(client, url, "load_new")
    assert answer["Location"] == address(workspace, "scripts/load_new/")
    told = client.get(answer["Location"]).content.decode()
    assert "load is called load_new now, and 3 objects that point to it were changed." in told
    for name, document in before.items():
        job, now = named(workspace, Kind.JOB, name)
        assert job.revision.number == 2
        assert [one["properties"][0].pop("value") for one in now["nodes"]] == [
            "load_new",
            "other",
            "load_new",
        ]
        for one in document["nodes"]:
            one["properties"][0].pop("value")
        assert now == document and list(now) == list(document)
    used = text_of(client, address(workspace, "scripts/load_new/"), tab="uses")
    assert "daily" in used and "is gone" not in used


def test_it_is_one_act_of_the_record_with_its_parts(client_for, developer, workspace):
    script_with_three_jobs(workspace)
    client = client_for(developer)
    rename(client, address(workspace, "scripts/load/rename/"), "load_new")
    act = AuditEntry.objects.get(action="script.update")
    assert (act.object_name, act.detail["renamed_from"], act.user_name) == ("load_new", "load", "developer")
    parts = AuditEntry.objects.filter(part_of=act)
    assert sorted(parts.values_list("action", "object_name")) == [
        ("job.update", name) for name in ("daily", "hourly", "weekly")
    ]
    page = text_of(client, address(workspace, f"activity/{act.pk}/"))
    assert "developer renamed load to load_new" in page and "changed a name in" in page
    assert "Followed a rename" in text_of(client, address(workspace, "jobs/daily/"), tab="history")


def test_what_points_to_it_may_stay(client_for, developer, workspace):
    script_with_three_jobs(workspace)
    client = client_for(developer)
    answer = rename(client, address(workspace, "scripts/load/rename/"), "load_new", follow=False)
    assert "load is called load_new now." in client.get(answer["Location"]).content.decode()
    job, document = named(workspace, Kind.JOB, "daily")
    assert job.revision.number == 1 and document["nodes"][0]["properties"][0]["value"] == "load"


def test_other_workspaces_are_neither_shown_nor_changed(client_for, developer, workspace, other_workspace):
    script_with_three_jobs(workspace)
    JobFactory(workspace=other_workspace, name="theirs", nodes=[node("n", scriptName="load")])
    client, url = client_for(developer), address(workspace, "scripts/load/rename/")
    assert "theirs" not in text_of(client, url, name="load_new")
    rename(client, url, "load_new")
    assert named(other_workspace, Kind.JOB, "theirs")[0].revision.number == 1


@pytest.mark.parametrize("change", ["new user", "changed user", "deleted user", "changed itself"])
def test_a_set_that_has_changed_is_asked_for_again(client_for, developer, workspace, change):
    script = script_with_three_jobs(workspace)
    client, url = client_for(developer), address(workspace, "scripts/load/rename/")
    sent = {"name": "load_new", "digest": digest_of(text_of(client, url, name="load_new")), "follow": "1"}
    daily, document = named(workspace, Kind.JOB, "daily")
    if change == "new user":
        JobFactory(workspace=workspace, name="late", nodes=[node("n", scriptName="load")])
    elif change == "changed user":
        object_update(actor=operator(), target=daily, document=document | {"description": "else"})
    elif change == "deleted user":
        object_delete(actor=operator(), target=daily)
    else:
        changed = document_of(script.revision) | {"content": "SELECT 2;\n"}
        object_update(actor=operator(), target=script, document=changed)
    answer = client.post(url, sent)
    page = answer.content.decode()
    assert answer.status_code == 409 and "has changed since you looked. Nothing was written" in page
    assert (
        object_get(workspace, Kind.SCRIPT, "load")
        and named(workspace, Kind.JOB, "hourly")[0].revision.number == 1
    )
    assert client.post(url, sent | {"digest": digest_of(page)}).status_code == 302
    assert named(workspace, Kind.JOB, "hourly")[0].revision.number == 2


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("taken", "The name taken is taken: another script has it."),
        ("load", "This is its name already."),
        ("a/b", "The name cannot hold slashes"),
        ("", "This field is required."),
        ("x" * 256, "at most 255 characters"),
    ],
)
def test_a_name_that_it_cannot_have_is_refused_with_the_reason(client_for, developer, workspace, name, why):
    script_with_three_jobs(workspace)
    ScriptFactory(workspace=workspace, name="taken")
    client, url = client_for(developer), address(workspace, "scripts/load/rename/")
    shown = client.get(url, {"name": name})
    assert shown.status_code == 200 and why in shown.content.decode()
    answer = client.post(url, {"name": name, "digest": "", "follow": "1"})
    assert answer.status_code == 400 and why in answer.content.decode()
    assert CatalogueObject.objects.filter(workspace=workspace, name="load").exists()


def test_names_given_by_expressions_are_listed_as_not_followed(client_for, developer, workspace):
    ScriptFactory(workspace=workspace, name="etl_north")
    for name, text in (("may", "etl_${region}"), ("ends", "#{x}_north"), ("not", "etl_${r}_south")):
        JobFactory(workspace=workspace, name=f"job_{name}", nodes=[node("n", scriptName=text)])
    client, url = client_for(developer), address(workspace, "scripts/etl_north/rename/")
    page = text_of(client, url)
    _before, _, unfollowed = page.partition('id="unfollowed"')
    assert "etl_${region}" in unfollowed and "job_ends" in unfollowed and "job_not" not in page
    rename(client, url, "etl_east")
    assert named(workspace, Kind.JOB, "job_may")[0].revision.number == 1


def test_a_cdm_job_is_renamed_in_its_cluster_only(client_for, developer, workspace):
    for cluster in ("one", "two"):
        CdmJobFactory(workspace=workspace, name="copy", cluster=cluster)
        uses = node("n", "CDMJob", clusterName=cluster, jobName="copy")
        JobFactory(workspace=workspace, name=f"uses_{cluster}", nodes=[uses])
    client, url = client_for(developer), address(workspace, "cdm-jobs/copy/rename/")
    page = text_of(client, url, cluster="one", name="copy_new")
    assert "uses_one" in page and "uses_two" not in page
    answer = rename(client, url, "copy_new", cluster="one")
    assert answer["Location"] == address(workspace, "cdm-jobs/copy_new/?cluster=one")
    values = [
        named(workspace, Kind.JOB, f"uses_{cluster}")[1]["nodes"][0]["properties"][1]["value"]
        for cluster in ("one", "two")
    ]
    assert values == ["copy_new", "copy"]


def test_a_job_that_names_itself_goes_on_to_do_so(client_for, developer, workspace):
    cron = {"expression": "0 0 5 * * ?", "dependJobs": {"jobs": ["daily"]}}
    JobFactory(workspace=workspace, name="daily", schedule={"type": "CRON", "cron": cron})
    JobFactory(workspace=workspace, name="after", nodes=[node("n", "DLFSubJob", jobName="daily")])
    rename(client_for(developer), address(workspace, "jobs/daily/rename/"), "nightly")
    job, document = named(workspace, Kind.JOB, "nightly")
    assert document["schedule"]["cron"]["dependJobs"]["jobs"] == ["nightly"] and job.revision.number == 2
    assert named(workspace, Kind.JOB, "after")[1]["nodes"][0]["properties"][0]["value"] == "nightly"


def test_a_resource_that_is_named_by_its_location_needs_no_change(client_for, developer, workspace):
    ResourceFactory(workspace=workspace, name="lib", location="obs://libs/lib.jar")
    for name, path in (("by_name", "lib"), ("by_location", "obs://libs/lib.jar")):
        JobFactory(workspace=workspace, name=name, nodes=[node("n", "MRSSpark", resourcePath=path)])
    client, url = client_for(developer), address(workspace, "resources/lib/rename/")
    page = text_of(client, url, name="lib_new")
    assert "by_name" in page and "by_location" not in page
    rename(client, url, "lib_new")
    assert "by_location" in text_of(client, address(workspace, "resources/lib_new/"), tab="uses")


def test_too_many_users_stay_and_the_page_says_so(client_for, developer, workspace, monkeypatch):
    monkeypatch.setattr("dlfportal.catalogue.renaming.FOLLOWED", 2)
    script_with_three_jobs(workspace)
    client, url = client_for(developer), address(workspace, "scripts/load/rename/")
    page = text_of(client, url, name="load_new")
    assert "It can be renamed without them" in page and "id_follow" not in page
    assert rename(client, url, "load_new").status_code == 302
    assert named(workspace, Kind.JOB, "daily")[0].revision.number == 1


def test_old_addresses_lead_to_the_new_name_while_the_old_one_is_free(
    client_for, viewer, stranger, workspace
):
    script = ScriptFactory(workspace=workspace, name="first")
    for name in ("second", "third"):
        script = object_update(
            actor=operator(), target=script, document=document_of(script.revision) | {"name": name}
        ).object
    client, old = client_for(viewer), address(workspace, "scripts/first/")
    for below in ("document/?revision=1", "download/", "compare/?from=1&to=2"):
        assert client.get(f"{old}{below}")["Location"] == address(workspace, f"scripts/third/{below}")
    assert client.get(f"{old}?tab=uses")["Location"] == address(workspace, "scripts/third/?tab=uses")
    assert client.get(f"{old}revisions/1/")["Location"] == address(workspace, "scripts/third/revisions/1/")
    assert client_for(stranger).get(old).status_code == 404
    assert client.get(address(workspace, "scripts/never/")).status_code == 404
    ScriptFactory(workspace=workspace, name="second")
    assert client.get(old)["Location"] == address(workspace, "scripts/third/")
    assert client.get(address(workspace, "scripts/second/")).status_code == 200
    object_delete(actor=operator(), target=script)
    assert client.get(old).status_code == 404


def test_the_page_costs_the_same_whatever_points_to_it(client_for, developer, workspace):
    ScriptFactory(workspace=workspace, name="load")
    client, url = client_for(developer), address(workspace, "scripts/load/rename/")

    def more() -> None:
        for _number in range(5):
            JobFactory(
                workspace=workspace, nodes=[node("a", scriptName="load"), node("b", scriptName="${x}")]
            )

    more()
    assert_same_queries(more, lambda: text_of(client, url, name="load_new"))


def test_what_is_below_the_old_address_of_a_job_is_followed(client_for, developer, workspace):
    job = JobFactory(workspace=workspace, name="old", nodes=[node("a")])
    object_update(actor=operator(), target=job, document=document_of(job.revision) | {"name": "new"})
    client = client_for(developer)
    for below in (
        "revisions/1/graph.svg?download",
        "revisions/1/nodes/0/?fragment",
        "export/",
        "document/",
        "rename/?name=x",
        "?tab=nodes&node=0",
    ):
        answer = client.get(address(workspace, f"jobs/old/{below}"))
        assert answer.status_code == 302
        at = answer["Location"].replace("download=", "download").replace("fragment=", "fragment")
        assert at == address(workspace, f"jobs/new/{below}")
        assert client.get(answer["Location"], follow=True).status_code == 200
    assert client.post(address(workspace, "jobs/old/export/")).status_code == 404
