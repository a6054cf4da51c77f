from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import quote

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dlfportal.access.models import Workspace
from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.selectors import content_bytes, document_of, object_get
from dlfportal.catalogue.services import object_delete, object_update, version_submit
from dlfportal.formats.kinds import Kind
from tests.factories import CdmJobFactory, JobFactory, ResourceFactory, ScriptFactory, node, operator
from tests.queries import assert_same_queries
from tests.web.pages import address, body_of, export_page_of, shown, unzip

SignIn = Callable[[User], Client]


@pytest.fixture
def browser(client_for: SignIn, viewer: User) -> Client:
    return client_for(viewer)


@pytest.fixture
def url(workspace: Workspace) -> str:
    """The export of a job with a script, a resource, a CDM job and a script that is missing."""
    ScriptFactory(workspace=workspace, name="CS_PROCESS_TRIP")
    ResourceFactory(workspace=workspace, name="lib", location="obs://libs/lib.jar")
    CdmJobFactory(workspace=workspace, name="load", cluster="cdm-1")
    nodes = [
        node("a", scriptName="CS_PROCESS_TRIP"),
        node("b", "MRSSpark", resourcePath="obs://libs/lib.jar"),
        node("c", "CDMJob", clusterName="cdm-1", jobName="load"),
        node("d", scriptName="gone"),
    ]
    JobFactory(workspace=workspace, name="myJob", nodes=nodes)
    return address(workspace, "jobs/myJob/export/")


def test_export_page_shows_what_goes_in_and_what_is_missing(browser: Client, url: str) -> None:
    response = export_page_of(browser, url)
    page = response.context["page"]
    [group] = page.groups
    assert group.head.label == "myJob"
    assert [(row.label, row.reason) for row in group.rows] == [
        ("CS_PROCESS_TRIP", "by node a"),
        ("lib", "by node b"),
        ("cdm-1/load", "by node c"),
    ]
    assert [(row.label, row.why) for row in group.stays] == [("gone", "missing here")]
    assert page.numbers.files == 4
    assert page.missing == ["scripts/gone"]
    html = response.content.decode()
    assert "DLF_myJob.zip" in html
    assert '<span class="missing">scripts/gone</span>' in html


@pytest.mark.parametrize("depend", ["true", "false"])
def test_export_page_foretells_the_download(browser: Client, url: str, depend: str) -> None:
    page = export_page_of(browser, url, exportDepend=depend).context["page"]
    assert page.packing.depend == (depend == "true")
    head = page.numbers.head
    answer = browser.post(page.post_url, shown(page))
    assert 'filename="DLF_myJob.zip"' in answer["Content-Disposition"]
    assert answer["X-DLF-Package-Digest"] == head.digest
    assert len(body_of(answer)) == head.size == int(answer["Content-Length"])
    assert bool(head.missing) == ("X-DLF-Missing" in answer)


def test_export_answers_the_documents(browser: Client, url: str, workspace: Workspace) -> None:
    answer = browser.post(url, {"exportDepend": "true"})
    assert answer.status_code == 200
    assert 'filename="DLF_myJob.zip"' in answer["Content-Disposition"]
    found = unzip(answer)
    assert list(found) == [
        "jobs/myJob.job",
        "scripts/CS_PROCESS_TRIP.script",
        "resources/lib.resource",
        "cdms/cdm-1/load.json",
    ]
    job = object_get(workspace, Kind.JOB, "myJob")
    assert job.revision
    assert found["jobs/myJob.job"] == content_bytes(job.revision.content)
    assert json.loads(found["resources/lib.resource"])["location"] == "obs://libs/lib.jar"


def test_export_without_dependencies_keeps_the_cdm_definitions(browser: Client, url: str) -> None:
    assert list(unzip(browser.post(url, {"exportDepend": "false"}))) == [
        "jobs/myJob.job",
        "cdms/cdm-1/load.json",
    ]


def test_export_takes_dependencies_unless_told(browser: Client, url: str) -> None:
    assert len(unzip(browser.post(url))) == 4


def test_export_is_recorded(browser: Client, url: str, viewer: User) -> None:
    body_of(browser.post(url))
    entry = AuditEntry.objects.get(action="package.export_end")
    assert (entry.user_name, entry.channel, entry.object_name) == ("viewer", "web", "myJob")
    assert entry.detail["complete"] is True
    assert entry.request_id


def test_export_page_records_nothing(browser: Client, url: str) -> None:
    export_page_of(browser, url)
    assert not AuditEntry.objects.filter(action="package.export").exists()


def test_export_page_keeps_that_the_submitted_state_is_asked_for(
    browser: Client, workspace: Workspace
) -> None:
    target = JobFactory(workspace=workspace, name="daily", nodes=[node("a", scriptName="old")])
    url = address(workspace, "jobs/daily/export/")
    page = export_page_of(browser, url, exportStatus="SUBMIT").context["page"]
    assert (page.asked.drafts, page.numbers.files) == (["daily"], 0)  # it was never submitted
    assert browser.post(page.post_url, shown(page)).status_code == 409
    version_submit(actor=operator(), target=target)
    document = document_of(target.revision) | {"nodes": [node("a", scriptName="new")]}
    object_update(actor=operator(), target=target, document=document)
    response = export_page_of(browser, url, exportStatus="SUBMIT")
    assert response.context["page"].missing == ["scripts/old"]
    assert 'name="exportStatus" value="SUBMIT" checked' in response.content.decode()
    files = unzip(browser.post(response.context["page"].post_url, shown(response.context["page"])))
    assert b'"old"' in files["jobs/daily.job"]
    assert export_page_of(browser, url).context["page"].missing == ["scripts/new"]


def test_one_ticked_job_is_a_package_of_a_list_and_a_deleted_one_is_said(
    browser: Client, url: str, workspace: Workspace
) -> None:
    several = export_page_of(browser, address(workspace, "export/"), job="myJob").context["page"]
    assert (several.file, several.post_url) == ("jobs.zip", address(workspace, "export/"))
    shown = browser.get(url)["Location"]
    object_delete(actor=operator(), target=object_get(workspace, Kind.JOB, "myJob"))
    assert browser.get(shown).context["page"].chosen.gone == ["myJob"]
    assert browser.get(url).status_code == 404


def test_export_of_a_chinese_name(browser: Client, workspace: Workspace) -> None:
    JobFactory(workspace=workspace, name="日报")
    url = address(workspace, f"jobs/{quote('日报')}/export/")
    assert "DLF_日报.zip" in export_page_of(browser, url).content.decode()
    answer = browser.post(url)
    assert f"filename*=UTF-8''DLF_{quote('日报')}.zip" in answer["Content-Disposition"]
    assert list(unzip(answer)) == ["jobs/日报.job"]


@pytest.mark.parametrize("method", ["get", "post"])
def test_export_of_an_unknown_job_is_not_found(browser: Client, workspace: Workspace, method: str) -> None:
    assert getattr(browser, method)(address(workspace, "jobs/nobody/export/")).status_code == 404


@pytest.mark.parametrize("method", ["get", "post"])
def test_export_does_not_exist_for_a_stranger(
    client_for: SignIn, stranger: User, url: str, method: str
) -> None:
    assert getattr(client_for(stranger), method)(url).status_code == 404


@pytest.mark.parametrize("method", ["get", "post"])
def test_export_asks_for_sign_in(client: Client, url: str, method: str) -> None:
    assert getattr(client, method)(url)["Location"].startswith("/accounts/login/")


def test_export_needs_the_csrf_token(viewer: User, url: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(viewer)
    assert client.post(url).status_code == 403


def test_export_page_queries_do_not_grow(browser: Client, workspace: Workspace) -> None:
    def build(name: str, count: int) -> None:
        for number in range(count):
            ScriptFactory(workspace=workspace, name=f"{name}_{number}")
        nodes = [node(f"n{number}", scriptName=f"{name}_{number}") for number in range(count)]
        JobFactory(workspace=workspace, name=name, nodes=nodes)

    build("few", 2)
    names = ["few"]

    def build_more() -> None:
        build("many", 20)
        names[0] = "many"
        show()  # stores its selection, which another time is used again

    def show() -> None:
        export_page_of(browser, address(workspace, f"jobs/{names[0]}/export/"))

    assert_same_queries(build_more, show)
