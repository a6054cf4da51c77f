"""What is ticked in a comparison becomes the plan of an import in the other workspace."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dlfportal.access.models import Role, Workspace
from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.mapping_profiles import profile_save
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.catalogue.selectors import document_of
from dlfportal.catalogue.services import object_delete, object_update, version_submit
from dlfportal.formats.mapping import MapKind
from dlfportal.transfer.models import Export, ImportRun, RunStatus
from dlfportal.web.acts import act_of
from tests.factories import CdmJobFactory, JobFactory, MembershipFactory, ScriptFactory, node, operator
from tests.planning import choices
from tests.web.comparing import outcomes, page_of, production_of
from tests.web.pages import address

SignIn = Callable[[User], Client]
PROFILE = "dev to prod"
BRING = "compare/bring/"


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR, settings.DLF_OBS = tmp_path, {}


@pytest.fixture
def production(workspace: Workspace, viewer: User) -> Workspace:
    return production_of(workspace, viewer)


@pytest.fixture
def browser(client_for: SignIn, developer: User, production: Workspace) -> Client:
    MembershipFactory(user=developer, workspace=production, role=Role.DEVELOPER)
    return client_for(developer)


@pytest.fixture
def scene(workspace: Workspace, production: Workspace) -> None:
    """A job with a script that differ but for a connection, and scripts that only one of both has."""
    for place, connection, text in ((workspace, "dev", "2"), (production, "prod", "1")):
        ScriptFactory(workspace=place, name="load", content=text, connectionName=connection)
        JobFactory(workspace=place, name="daily", nodes=[node("n", scriptName="load")], description=text)
    ScriptFactory(workspace=workspace, name="fresh", content="3", connectionName="dev")
    ScriptFactory(workspace=production, name="old")
    mapping = {(MapKind.CONNECTION, "dev"): "prod"}
    profile_save(actor=operator(), workspace=production, name=PROFILE, mapping=mapping)


def pair(kind: str, here: str = "", there: str = "") -> str:
    return "&".join(
        f"{key}={value}" for key, value in (("kind", kind), ("here", here), ("there", there)) if value
    )


def brought(browser: Client, workspace: Workspace, other: Workspace, *pairs: str, **params: str) -> Any:
    """Bring pairs over, and return the page that follows, with what was said."""
    data = {"with": other.pk, **params, "pair": list(pairs)}
    answer = browser.post(address(workspace, BRING), data, follow=True)
    assert answer.status_code == 200
    return answer


def said(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def documents(workspace: Workspace) -> dict[str, Any]:
    found = CatalogueObject.objects.filter(workspace=workspace).select_related("revision")
    return {one.name: document_of(one.revision) for one in found if one.revision}


@pytest.mark.usefixtures("scene")
def test_what_is_ticked_is_planned_under_the_profile_and_the_same_after(
    browser: Client, workspace: Workspace, production: Workspace
) -> None:
    before = documents(production)
    compared = {"with": production.pk, "profile": f"there:{PROFILE}"}
    page = page_of(browser, workspace, **compared)
    assert outcomes(page) == {"daily": "differ", "fresh": "here", "load": "differ", "old": "there"}
    values = [row.value for row in page.rows]
    answer = brought(browser, workspace, production, *values, profile=f"there:{PROFILE}")
    run = ImportRun.objects.get()
    assert answer.redirect_chain[-1][0] == address(production, f"imports/{run.pk}/plan/")
    assert (run.workspace_id, run.profile, run.status) == (production.pk, PROFILE, RunStatus.PLANNED)
    assert choices(run) == {"daily": "changed take", "load": "changed take", "fresh": "new take"}
    assert said(answer) == [
        "1 object is only in production and stays as it is: bringing over deletes nothing."
    ]
    assert documents(production) == before, "nothing is written before the plan is applied"
    plan = answer.context["page"]
    browser.post(plan.url, {"digest": plan.run.plan_digest, "apply": "1"})
    assert documents(production)["fresh"]["connectionName"] == "prod"
    after = outcomes(page_of(browser, workspace, **compared, show="all"))
    assert after == {"daily": "same", "fresh": "mapped", "load": "mapped", "old": "there"}


@pytest.mark.usefixtures("scene")
def test_a_job_comes_with_what_it_uses_and_no_more(
    browser: Client, workspace: Workspace, production: Workspace
) -> None:
    answer = brought(browser, workspace, production, pair("job", "daily", "daily"))
    assert choices(ImportRun.objects.get()) == {"daily": "changed take", "load": "changed take"}
    assert said(answer) == []


@pytest.mark.usefixtures("scene")
def test_all_that_are_listed_but_some(browser: Client, workspace: Workspace, production: Workspace) -> None:
    brought(browser, workspace, production, all="1", kind="scripts", **{"except": pair("script", "fresh")})
    assert choices(ImportRun.objects.get()) == {"load": "changed take"}


@pytest.mark.usefixtures("scene")
def test_the_other_way_round_the_profile_is_turned_round(
    browser: Client, workspace: Workspace, production: Workspace
) -> None:
    mapping = {(MapKind.CONNECTION, "dev"): "prod", (MapKind.OWNER, "a"): "x", (MapKind.OWNER, "b"): "x"}
    profile_save(actor=operator(), workspace=production, name=PROFILE, mapping=mapping)
    page = page_of(browser, workspace, **{"with": production.pk, "profile": f"there:{PROFILE}"})
    swapped = browser.get(page.asked.swap_url).context["page"]
    assert swapped.brings_to.pk == workspace.pk
    answer = brought(
        browser, production, workspace, pair("script", "load", "load"), profile=f"here:{PROFILE}"
    )
    run = ImportRun.objects.get()
    assert (run.workspace_id, run.profile) == (workspace.pk, "")
    assert run.mapping == [{"kind": "connection", "from": "prod", "to": "dev"}]
    assert said(answer) == ["The profile has several names for x: choose in the mapping which is meant."]


def test_the_submitted_state_is_brought(browser: Client, workspace: Workspace, production: Workspace) -> None:
    script = ScriptFactory(workspace=workspace, name="load", content="submitted")
    version_submit(actor=operator(), target=script)
    script.refresh_from_db()
    document = document_of(script.revision) | {"content": "newer"}
    object_update(actor=operator(), target=script, document=document)
    answer = brought(browser, workspace, production, pair("script", "load"), **{"as": "submitted"})
    plan = answer.context["page"]
    browser.post(plan.url, {"digest": plan.run.plan_digest, "apply": "1"})
    assert documents(production)["load"]["content"] == "submitted"


def test_a_cdm_job_is_brought_to_the_cluster_of_the_other_side(
    browser: Client, workspace: Workspace, production: Workspace
) -> None:
    CdmJobFactory(workspace=workspace, name="copy", cluster="cdm-dev")
    mapping = {(MapKind.CLUSTER, "cdm-dev"): "cdm-prod"}
    profile_save(actor=operator(), workspace=production, name=PROFILE, mapping=mapping)
    brought(browser, workspace, production, pair("cdm_job", "cdm-dev/copy"), profile=f"there:{PROFILE}")
    item = ImportRun.objects.get().items.get()
    assert (item.kind, item.name, item.cluster, item.outcome) == ("cdm_job", "copy", "cdm-prod", "new")


@pytest.mark.usefixtures("scene")
def test_what_cannot_be_brought_is_said_and_the_comparison_stays(
    browser: Client, workspace: Workspace, production: Workspace
) -> None:
    for ticked, text in (
        (pair("script", there="old"), "Nothing of it is in"),
        (pair("script", "gone"), "Nothing that was chosen is there"),
        (pair("script", "x%00y%ED%A0%80"), "Nothing that was chosen is there"),
        (pair("nonsense", "daily"), "Nothing of it is in"),
    ):
        answer = brought(browser, workspace, production, ticked, q="a")
        assert answer.redirect_chain[-1][0] == f"/w/{workspace.pk}/compare/?with={production.pk}&q=a"
        assert text in said(answer)[0], ticked
    assert not ImportRun.objects.exists() and not Export.objects.exists()
    object_delete(actor=operator(), target=CatalogueObject.objects.get(name="fresh"))
    answer = brought(browser, workspace, production, pair("script", "fresh"), pair("script", "load", "load"))
    assert said(answer) == [f"Not in {workspace.name} any more: fresh."]


@pytest.mark.usefixtures("scene")
def test_who_may_not_import_there_sees_no_button_and_is_refused(
    client_for: SignIn, viewer: User, workspace: Workspace, production: Workspace, other_workspace: Workspace
) -> None:
    MembershipFactory(user=viewer, workspace=other_workspace, role=Role.DEVELOPER)
    client, url = client_for(viewer), address(workspace, BRING)
    for other, status, offered in ((production, 403, False), (other_workspace, 302, True)):
        page = client.get(address(workspace, "compare/"), {"with": other.pk})
        assert (b"compare/bring/" in page.content) is offered
        assert client.post(url, {"with": other.pk, "pair": pair("job", "daily")}).status_code == status
    assert client.get(url).status_code == 405
    assert {run.workspace_id for run in ImportRun.objects.all()} == {other_workspace.pk}


@pytest.mark.usefixtures("scene")
def test_only_between_two_workspaces_as_they_are_now(
    browser: Client, workspace: Workspace, production: Workspace, other_workspace: Workspace
) -> None:
    moment = "2100-01-01T00:00:00Z"
    for asked, status in (
        ({"with": f"{workspace.pk}@submitted"}, 404),
        ({"with": f"{production.pk}@{moment}"}, 404),
        ({"with": production.pk, "as": moment}, 404),
        ({"with": other_workspace.pk}, 404),
        ({"with": "nothing"}, 404),
        ({}, 404),
        ({"with": production.pk, "as": "yesterday"}, 400),
        ({"with": production.pk, "profile": "there:gone"}, 404),
        ({"with": "\0"}, 404),
    ):
        answer = browser.post(address(workspace, BRING), {**asked, "pair": pair("job", "daily")})
        assert answer.status_code == status, asked
    assert not ImportRun.objects.exists()


@pytest.mark.usefixtures("scene")
def test_the_record_of_both_workspaces_says_it_and_names_no_other(
    browser: Client, workspace: Workspace, production: Workspace
) -> None:
    brought(browser, workspace, production, pair("job", "daily", "daily"))
    acts = AuditEntry.objects.filter(part_of=None, user_name="developer").order_by("pk")
    told = [(entry.workspace_id, act_of(entry).text) for entry in acts if entry.action.startswith("p")]
    assert told == [
        (workspace.pk, "developer took daily to another workspace, to be imported there"),
        (production.pk, "developer asked for a plan of bringing jobs.zip over from another workspace"),
    ]
