"""Documents that only a tolerant eye keeps: every page, the wire and an export cope with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from dlfportal.access.models import Workspace
from dlfportal.catalogue.services import object_create
from dlfportal.formats.jsontext import canonical
from dlfportal.formats.kinds import Kind
from dlfportal.links import history_url
from tests.admin.pages import document, revision_of, save
from tests.api.v1.wire import Wire, shown
from tests.factories import operator
from tests.formats.samples import cdm_job, job, node, resource, script
from tests.web.pages import text_of, unzip

SLUGS = {
    Kind.JOB: "jobs",
    Kind.SCRIPT: "scripts",
    Kind.RESOURCE: "resources",
    Kind.CDM_JOB: "cdm-jobs",
}
KNOT = [
    node("a", preNodeName=["b"], conditions=["x"], failPolicy=7),
    node("b", preNodeName=["a", "gone", 5], properties=[{"name": 5}, {"value": {"a": 1}}, {}]),
    node("a", None, location="left", eventTrigger=[5], cronTrigger={"expression": 5}),
    node(None, preNodeName="a"),
    None,
]
DOCUMENTS = [
    (Kind.JOB, {"name": "bare"}),
    (Kind.JOB, {"name": "nulls", "nodes": None, "schedule": None, "basicConfig": None, "params": None}),
    (Kind.JOB, job(name="knot", nodes=KNOT, params=["x", {"name": 5}], schedule={"type": ["CRON"]})),
    (Kind.JOB, job(name="php", nodes={}, basicConfig=[], schedule=[], params={}, version=[1])),
    (Kind.JOB, job(name="deep", schedule={"type": "CRON", "cron": {"dependJobs": {"jobs": [5, None]}}})),
    (Kind.JOB, job(name="typed", basicConfig={"owner": [1], "tags": "x", "priority": {}}, processType=[1])),
    (Kind.JOB, job(name="日报（销售） a%2Fb?c#d&e\"f;g'h<i>")),
    (Kind.SCRIPT, {"name": "bare"}),
    (Kind.SCRIPT, script(name="null", content=None, type="DorisSQL", configuration=[1], description=[1])),
    (Kind.SCRIPT, script(name="list", content=["SELECT 1"], type=7, directory={}, owner=[1])),
    (Kind.SCRIPT, script(name="text", configuration='{"spark.x": 1}', connectionName=5)),
    (Kind.RESOURCE, {"name": "bare"}),
    (Kind.RESOURCE, resource(name="odd " + "x" * 40, location=7, type=None, desc={}, dependFiles=[7, None])),
    (Kind.RESOURCE, resource(name="php", dependPackages={}, dependFiles="", directory=[])),
    (Kind.CDM_JOB, {"jobs": [{"name": "bare"}]}),
    (Kind.CDM_JOB, cdm_job(name="odd", job_type=[1]) | {"more": None}),
    (Kind.CDM_JOB, cdm_job(**{"from-config-values": [1], "to-config-values": {"configs": [{"inputs": 5}]}})),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "kept"), DOCUMENTS)
def test_an_odd_document_is_shown_kept_and_exported_as_it_came(
    client_for: Callable[[User], Client], developer: User, workspace: Workspace, kind: Kind, kept: Any
) -> None:
    cluster = "cdm-1" if kind is Kind.CDM_JOB else ""
    saved = object_create(
        actor=operator(), workspace=workspace, kind=kind, document=kept, cluster=cluster, submit=True
    )
    assert document(saved.object) == kept
    browser, wire = client_for(developer), Wire(developer)
    name = quote(saved.object.name, safe="")
    pages = f"/w/{workspace.pk}/{SLUGS[kind]}/"
    for page in (pages, f"{pages}{name}/", f"{pages}{name}/revisions/1/"):
        assert "500" not in text_of(browser, page, **({"cluster": cluster} if cluster else {}))[:100]
    assert save(browser, saved.object).status_code == 302
    assert revision_of(saved.object) == 1, "a form saved unchanged changes nothing"
    assert (
        browser.get(reverse(f"admin:catalogue_{kind.value.replace('_', '')}_changelist")).status_code == 200
    )
    assert "500" not in text_of(browser, history_url(saved.object))[:100]
    if kind is not Kind.CDM_JOB:
        named = str(saved.object.uid) if kind is Kind.RESOURCE else saved.object.name
        answer = shown(wire.get(SLUGS[kind], named))
        nulls = {"nodes", "schedule", "basicConfig", "params"}
        assert not [key for key in nulls if key in answer and answer[key] is None]
        shown(wire.get(SLUGS[kind]))
    if kind is Kind.JOB:
        packed = unzip(wire.post("jobs", saved.object.name, "export", body={"exportStatus": "SUBMIT"}))
        assert packed == {f"jobs/{saved.object.name}.job": canonical(kept)}
