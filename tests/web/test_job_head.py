"""The head of a job's page: when it runs, where it stands, what is wrong; and its tabs."""

from __future__ import annotations

import re

import pytest

from dlfportal.catalogue.selectors import document_of
from dlfportal.catalogue.services import object_update, version_submit
from tests.factories import JobFactory, ScriptFactory, node, operator
from tests.web.pages import address, text_of, unzip

TABS = ["graph", "nodes", "schedule", "uses", "params", "history", "json"]


def change(job, **values):
    document = document_of(job.revision) | values
    object_update(actor=operator(), target=job, document=document)
    job.refresh_from_db()


def test_state_says_how_many_revisions_came_since_the_submit(client_for, viewer, workspace):
    job = JobFactory(workspace=workspace, name="daily", nodes=[node("a")])
    browser, url = client_for(viewer), address(workspace, "jobs/daily/")
    assert ">draft</span>" in text_of(browser, url)
    version_submit(actor=operator(), target=job)
    assert "submitted v1" in text_of(browser, url)
    job.refresh_from_db()
    for text in ("one", "two"):
        change(job, description=text)
    html = text_of(browser, url)
    assert "v1 +2" in html
    assert "Version 1 is submitted; 2 revisions since are not." in html


def test_tabs_are_addresses_and_the_first_opens_without_one(client_for, viewer, workspace):
    JobFactory(workspace=workspace, name="daily", nodes=[node("a")])
    browser, url = client_for(viewer), address(workspace, "jobs/daily/")
    for tab in ("", "nonsense", *TABS):
        html = text_of(browser, url, tab=tab)
        tabs = html[html.index("object-tabs") :]
        assert re.findall(r'\?tab=(\w+)"', tabs)[: len(TABS)] == TABS
        current = re.search(r'\?tab=(\w+)" aria-current="page"', tabs)
        assert current and current[1] == (tab if tab in TABS else TABS[0])
        assert ('id="json"' in html) == (tab == "json"), "the JSON stands in its tab only"


def test_what_is_missing_is_said_on_every_tab_with_its_node(client_for, viewer, workspace):
    nodes = [node("load_store", scriptName="load_x"), node("fine", scriptName="here")]
    ScriptFactory(workspace=workspace, name="here")
    JobFactory(workspace=workspace, name="daily", nodes=nodes)
    for tab in TABS:
        html = text_of(client_for(viewer), address(workspace, "jobs/daily/"), tab=tab)
        assert "1 missing" in html
        assert re.search(r'missing">load_x</span>.*?node load_store', html, re.S)


def test_submitted_version_goes_out_with_one_click(client_for, viewer, workspace):
    job = JobFactory(workspace=workspace, name="daily", nodes=[node("a", scriptName="load")])
    script = ScriptFactory(workspace=workspace, name="load", content="SELECT 'old';")
    browser, url = client_for(viewer), address(workspace, "jobs/daily/")
    assert 'value="SUBMIT"' not in text_of(browser, url)
    for target in (job, script):
        version_submit(actor=operator(), target=target)
        target.refresh_from_db()
    change(script, content="SELECT 'new';")
    html = text_of(browser, url)
    assert "Submitted version v1" in html and 'name="exportStatus" value="SUBMIT"' in html
    old = unzip(browser.post(f"{url}export/", {"exportStatus": "SUBMIT"}))
    new = unzip(browser.post(f"{url}export/"))
    assert b"'old'" in old["scripts/load.script"] and b"'new'" in new["scripts/load.script"]


def test_submitted_version_of_a_draft_is_refused(client_for, viewer, workspace):
    JobFactory(workspace=workspace, name="daily", nodes=[node("a")])
    url = address(workspace, "jobs/daily/export/")
    assert client_for(viewer).post(url, {"exportStatus": "SUBMIT"}).status_code == 400


@pytest.mark.parametrize("who", ["viewer", "developer"])
def test_menu_offers_what_the_person_may_do(request, client_for, workspace, who):
    job = JobFactory(workspace=workspace, name="daily", nodes=[node("a")])
    html = text_of(client_for(request.getfixturevalue(who)), address(workspace, "jobs/daily/"))
    assert f"{address(workspace, 'jobs/daily/document/')}" in html
    for page in ("submit", "delete"):
        assert (f"/admin/catalogue/job/{job.pk}/{page}/" in html) == (who == "developer")


def test_the_tags_lead_to_the_list_narrowed_to_them(client_for, viewer, workspace):
    JobFactory(workspace=workspace, name="daily", nodes=[node("a")], basicConfig={"tags": ["数据 & more"]})
    JobFactory(workspace=workspace, name="other", nodes=[node("a")])
    client = client_for(viewer)
    html = text_of(client, address(workspace, "jobs/daily/"))
    found = re.search(r'<a href="([^"]+)" title="Tag">#数据 &amp; more</a>', html)
    assert found
    shown = text_of(client, found[1].replace("&amp;", "&"))
    assert address(workspace, "jobs/daily/") in shown and address(workspace, "jobs/other/") not in shown
