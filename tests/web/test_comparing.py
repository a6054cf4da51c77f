"""Comparing workspaces, earlier moments and packages: the pairs, one pair, and exporting what differs."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from dlfportal.access.models import Workspace
from dlfportal.catalogue.models import CatalogueObject, Selection
from dlfportal.catalogue.selections import Choice, selection_store
from dlfportal.catalogue.selectors import document_of
from dlfportal.catalogue.services import object_update, version_submit
from dlfportal.formats.kinds import Kind
from dlfportal.transfer.models import Export, ImportRun
from dlfportal.web.pages import switcher
from tests.factories import (
    CdmJobFactory,
    JobFactory,
    ScriptFactory,
    WorkspaceFactory,
    node,
    operator,
)
from tests.planning import planned
from tests.queries import assert_same_queries
from tests.web.comparing import outcomes, page_of, production_of
from tests.web.pages import address, body_of, text_of

SignIn = Callable[[User], Client]


@pytest.fixture
def production(workspace: Workspace, viewer: User) -> Workspace:
    return production_of(workspace, viewer)


@pytest.fixture
def browser(client_for: SignIn, viewer: User) -> Client:
    return client_for(viewer)


@pytest.fixture
def scene(workspace: Workspace, production: Workspace) -> None:
    """One job that differs, one script that is the same, and something that only one of them has."""
    nodes = [node("load", scriptName="a"), node("wait", "Shell")]
    other = [node("load", scriptName="b"), node("done", "Dummy", after=["load"])]
    for place, of_place in ((workspace, nodes), (production, other)):
        JobFactory(workspace=place, name="daily", nodes=of_place, directory="/retail/ods")
        ScriptFactory(workspace=place, name="same")
    ScriptFactory(workspace=workspace, name="only_here", directory="/retail")
    CdmJobFactory(workspace=production, name="copy", cluster="cdm-9")


def edited(target: Any, **fields: Any) -> None:
    target.refresh_from_db()
    object_update(actor=operator(), target=target, document=document_of(target.revision) | fields)


@pytest.mark.usefixtures("scene")
def test_the_pairs_of_two_workspaces(browser: Client, workspace: Workspace, production: Workspace) -> None:
    page = page_of(browser, workspace, **{"with": production.pk})
    assert outcomes(page) == {"daily": "differ", "only_here": "here", "cdm-9/copy": "there"}
    counts = {facet.token or "all": facet.count for facet in page.outcomes}
    assert counts == {"all": 3, "differ": 1, "here": 1, "there": 1, "same": 1}
    swapped = page_of(browser, production, **{"with": workspace.pk})
    assert outcomes(swapped) == {"daily": "differ", "only_here": "there", "cdm-9/copy": "here"}
    assert page.asked.swap_url == f"/w/{production.pk}/compare/?with={workspace.pk}"


@pytest.mark.usefixtures("scene")
@pytest.mark.parametrize(
    ("params", "names"),
    [
        ({"show": "same"}, ["same"]),
        ({"show": "all"}, ["daily", "only_here", "same", "cdm-9/copy"]),
        ({"show": "here"}, ["only_here"]),
        ({"show": "nonsense"}, ["daily", "only_here", "cdm-9/copy"]),
        ({"kind": "scripts"}, ["only_here"]),
        ({"folder": "/retail"}, ["daily", "only_here"]),
        ({"folder": "retail/ods/"}, ["daily"]),
        ({"folder": "/ret"}, []),
        ({"q": "ONLY her"}, ["only_here"]),
        ({"page": "99"}, ["daily", "only_here", "cdm-9/copy"]),
        ({"page": "x" * 300}, ["daily", "only_here", "cdm-9/copy"]),
    ],
)
def test_the_list_is_narrowed(
    browser: Client, workspace: Workspace, production: Workspace, params: dict[str, str], names: list[str]
) -> None:
    page = page_of(browser, workspace, **{"with": production.pk}, **params)
    assert [row.name for row in page.rows] == names


@pytest.mark.usefixtures("scene")
def test_folders_are_counted_level_by_level(
    browser: Client, workspace: Workspace, production: Workspace
) -> None:
    page = page_of(browser, workspace, **{"with": production.pk})
    assert [(facet.label, facet.count) for facet in page.folders] == [("/retail", 2)]
    page = page_of(browser, workspace, **{"with": production.pk}, folder="/retail")
    assert [(facet.label, facet.count) for facet in page.folders] == [("/retail/ods", 1)]


@pytest.mark.usefixtures("scene")
def test_a_workspace_and_itself_do_not_differ(browser: Client, workspace: Workspace) -> None:
    text = text_of(browser, address(workspace, "compare/"), **{"with": workspace.pk})
    assert "Nothing differs: 3 objects are the same on both sides." in text
    [(here, digest), (there, other)] = page_of(browser, workspace, **{"with": workspace.pk}).digests
    assert here == there == f"{workspace.name} · newest" and digest == other and text.count(digest) == 2


def test_both_sides_may_be_empty(browser: Client, workspace: Workspace, production: Workspace) -> None:
    assert "Both sides are empty." in text_of(
        browser, address(workspace, "compare/"), **{"with": production.pk}
    )


def test_an_earlier_moment_and_what_is_submitted(browser: Client, workspace: Workspace) -> None:
    script = ScriptFactory(workspace=workspace, name="load", content="1")
    version_submit(actor=operator(), target=script)
    before = timezone.now().isoformat()
    edited(script, content="2")
    for other in (f"{workspace.pk}@{before}", f"{workspace.pk}@submitted"):
        assert outcomes(page_of(browser, workspace, **{"with": other})) == {"load": "differ"}
    page = page_of(browser, workspace, **{"with": f"{workspace.pk}@{before}", "as": before})
    assert page.is_same


def test_the_form_of_states_leads_to_an_address_for_all_zones(browser: Client, workspace: Workspace) -> None:
    browser.cookies["zone"] = "Asia/Shanghai"
    fields = {
        "target": workspace.pk,
        "now_state": "submitted",
        "then_state": "at",
        "then_at": "2026-11-26T19:16",
    }
    response = browser.get(address(workspace, "compare/"), fields)
    assert response.status_code == 302
    asked = parse_qs(urlsplit(response["Location"]).query)
    assert asked == {"with": [f"{workspace.pk}@2026-11-26T11:16:00Z"], "as": ["submitted"]}
    fields["then_at"] = "soon"
    assert browser.get(address(workspace, "compare/"), fields).status_code == 400


def test_a_held_moment_shows_the_same_for_ever(
    browser: Client, workspace: Workspace, production: Workspace
) -> None:
    script = ScriptFactory(workspace=workspace, name="load", content="1")
    held = page_of(browser, workspace, **{"with": production.pk}).asked.fixed_url
    edited(script, content="2", name="renamed")
    response = browser.get(held)
    assert outcomes(response.context["page"]) == {"load": "here"}
    assert response.context["page"].asked.fixed_url == ""


@pytest.mark.usefixtures("scene")
def test_a_package_that_was_exported_and_now(browser: Client, workspace: Workspace) -> None:
    body_of(browser.post(address(workspace, "export/"), {"everything": "1", "exportDepend": "on"}))
    export = Export.objects.get()
    page = page_of(browser, workspace, **{"with": f"export:{export.pk}"})
    assert page.is_same and page.same_count == 3
    assert len({digest for _name, digest in page.digests}) == 1
    assert page.asked.swap_url == ""
    ScriptFactory(workspace=workspace, name="later")
    page = page_of(browser, workspace, **{"with": f"export:{export.pk}"})
    assert outcomes(page) == {"later": "here"}
    text = text_of(browser, address(workspace, "compare/"))
    assert f"export%3A{export.pk}" in text


@pytest.mark.usefixtures("scene")
def test_what_one_may_not_see_is_as_if_missing(
    browser: Client, workspace: Workspace, other_workspace: Workspace, client_for: SignIn, stranger: User
) -> None:
    other = client_for(stranger)
    body_of(browser.post(address(workspace, "export/"), {"everything": "1"}))
    plan = ImportRun.objects.create(workspace=other_workspace, source="a.zip", plan_digest="1")
    hidden = [
        f"import:{plan.pk}",
        other_workspace.pk,
        f"{other_workspace.pk}@submitted",
        "f" * 32,
        "x",
        "export:x",
        "é" * 40,
    ]
    answers = {browser.get(address(workspace, "compare/"), {"with": side}).status_code for side in hidden}
    assert answers == {404}
    side = f"export:{Export.objects.get().pk}"
    assert other.get(address(other_workspace, "compare/"), {"with": side}).status_code == 404
    assert other.get(address(other_workspace, "compare/"), {"with": f"export:{'f' * 32}"}).status_code == 404


def test_a_package_that_is_to_be_imported(
    browser: Client, workspace: Workspace, production: Workspace, settings: Any, tmp_path: Path
) -> None:
    settings.DATA_DIR, settings.DLF_OBS = tmp_path, {}
    ScriptFactory(workspace=workspace, name="same", content="1")
    ScriptFactory(workspace=workspace, name="other", content="1")
    documents = [
        document_of(row.revision) for row in CatalogueObject.objects.select_related("revision__content")
    ]
    changed = [one | ({"content": "2"} if one["name"] == "other" else {}) for one in documents]
    run = planned(workspace, operator().user, *changed, {**documents[0], "name": "new"})
    side = f"import:{run.pk}"
    page = page_of(browser, workspace, **{"with": side})
    assert outcomes(page) == {"new": "there", "other": "differ"} and page.same_count == 1
    pair = {"with": side, "kind": "script", "here": "other", "there": "other"}
    assert "changed" in text_of(browser, address(workspace, "compare/pair/"), **pair)
    assert f"import%3A{run.pk}" in text_of(browser, address(workspace, "compare/"))
    for status, digest in (("DISCARDED", run.plan_digest), ("PLANNED", "")):
        ImportRun.objects.filter(pk=run.pk).update(status=status, plan_digest=digest)
        assert browser.get(address(workspace, "compare/"), {"with": side}).status_code == 409
    ImportRun.objects.filter(pk=run.pk).update(plan_digest=run.plan_digest)
    run.items.filter(name="new").update(sha256="0" * 64)
    assert browser.get(address(workspace, "compare/"), {"with": side}).status_code == 409
    assert browser.get(address(workspace, "compare/"), {"with": f"import:{'f' * 32}"}).status_code == 404


def test_an_export_of_which_the_contents_are_not_known(browser: Client, workspace: Workspace) -> None:
    export = Export.objects.create(workspace=workspace, name="jobs.zip")
    response = browser.get(address(workspace, "compare/"), {"with": f"export:{export.pk}"})
    assert response.status_code == 409
    assert "What the export jobs.zip held is not known" in response.content.decode()


@pytest.mark.usefixtures("scene")
def test_a_selection_narrows_the_comparison(
    browser: Client, workspace: Workspace, production: Workspace
) -> None:
    choice = Choice({Kind.SCRIPT: ["only_here"], Kind.JOB: ["daily"]})
    chosen = selection_store(actor=operator(), workspace=workspace, choice=choice)
    page = page_of(browser, workspace, **{"with": production.pk, "s": chosen.pk})
    assert outcomes(page) == {"daily": "differ", "only_here": "here"}
    assert page_of(browser, workspace, s=chosen.pk).asked is None


PAIR = {"kind": "job", "here": "daily", "there": "daily"}


@pytest.mark.usefixtures("scene")
def test_a_pair_shows_both_graphs_then_the_fields(
    browser: Client, workspace: Workspace, production: Workspace
) -> None:
    url, params = address(workspace, "compare/pair/"), {"with": production.pk, **PAIR}
    text = text_of(browser, url, **params)
    for change in ("new", "removed", "changed"):
        assert f"g-change-{change}" in text
    assert "g-new-lines" in text and "done, empty node, after load, new" in text
    fields = text_of(browser, url, **params, view="fields", fragment="1")
    assert "<!DOCTYPE" not in fields and "1 node changed, 1 node added, 1 node removed." in fields
    assert 'scope="col">default</th><th scope="col">production</th>' in fields


@pytest.mark.usefixtures("scene")
def test_a_pair_that_one_side_alone_has(browser: Client, workspace: Workspace, production: Workspace) -> None:
    url, side = address(workspace, "compare/pair/"), {"with": production.pk}
    assert "only here" in text_of(browser, url, **side, kind="script", here="only_here")
    assert "only there" in text_of(browser, url, **side, kind="cdm_job", there="cdm-9/copy")
    absent = [{}, {"kind": "job"}, {"kind": "x", "here": "daily"}]
    assert {browser.get(url, side | params).status_code for params in absent} == {404}


@pytest.mark.usefixtures("scene")
def test_what_differs_is_exported_from_either_side(
    browser: Client, workspace: Workspace, production: Workspace
) -> None:
    url = address(workspace, "compare/export/")
    pairs = [
        "kind=job&here=daily&there=daily",
        "kind=script&here=only_here",
        "kind=cdm_job&there=cdm-9%2Fcopy",
    ]
    for side, place, names in (
        ("here", workspace, {"job": ["daily"], "script": ["only_here"]}),
        ("there", production, {"job": ["daily"], "cdm_job": ["cdm-9/copy"]}),
    ):
        for ticked in (pairs, []):  # nothing ticked: all that is listed
            response = browser.post(url, {"with": production.pk, "side": side, "pair": ticked})
            chosen = Selection.objects.get(workspace=place)
            assert response["Location"] == address(place, f"exports/new/?s={chosen.pk}")
            assert chosen.chosen == {"names": names}
    left = {"with": production.pk, "side": "here", "all": "1", "except": [pairs[0]]}
    browser.post(url, left)
    assert Selection.objects.filter(chosen={"names": {"script": ["only_here"]}}).exists()


@pytest.mark.usefixtures("scene")
def test_what_is_past_or_absent_is_not_exported(
    browser: Client, workspace: Workspace, production: Workspace
) -> None:
    url, past = address(workspace, "compare/export/"), timezone.now().isoformat()
    refused = {"with": production.pk, "as": past, "side": "here", "pair": "kind=job&here=daily"}
    assert browser.post(url, refused).status_code == 404
    nothing = {"with": production.pk, "side": "there", "pair": "kind=script&here=only_here"}
    assert browser.post(url, nothing)["Location"] == address(workspace, f"compare/?with={production.pk}")
    assert not Selection.objects.exists()


@pytest.mark.usefixtures("scene")
def test_queries_do_not_grow(browser: Client, workspace: Workspace, production: Workspace) -> None:
    def more() -> None:
        for number in range(20):
            ScriptFactory(workspace=workspace, name=f"more_{number}")
            JobFactory(workspace=production, name=f"daily_{number}")

    params = {"with": production.pk, "show": "all"}
    assert_same_queries(more, lambda: page_of(browser, workspace, **params))


@pytest.mark.usefixtures("scene")
def test_the_ways_that_lead_there(browser: Client, workspace: Workspace, production: Workspace) -> None:
    ticked = {"act": "compare", "script": ["only_here"]}
    url = browser.post(address(workspace, "acts/"), ticked)["Location"]
    page = browser.get(url).context["page"]
    [other] = page.others.workspaces
    assert other.name == "production"
    assert outcomes(browser.get(other.url).context["page"]) == {"only_here": "here"}
    own = f"/w/{workspace.pk}/compare/?kind=scripts&q=same&show=all"
    assert own in unescape(text_of(browser, address(workspace, "scripts/same/")))
    found = text_of(browser, "/go/", q="compare", at=address(workspace, "scripts/same/"))
    assert own in unescape(found)
    [other] = browser.get(own).context["page"].others.workspaces
    assert outcomes(browser.get(other.url).context["page"]) == {"same": "same"}
    assert address(workspace, "compare/") in text_of(browser, address(workspace, ""))


def test_many_workspaces_are_looked_for_by_name(
    client_for: SignIn, admin: User, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(switcher, "AT_ONCE", 2)
    for name in ("east", "west", "north"):
        WorkspaceFactory(name=name)
    client = client_for(admin)
    page = page_of(client, workspace, q="kept")
    assert page.others.is_more and ("q", "kept") in page.kept_find
    found = page_of(client, workspace, find="west")
    assert [other.name for other in found.others.workspaces] == ["west"]
    assert "No other workspace" in text_of(client, address(workspace, "compare/"), find="nowhere")
