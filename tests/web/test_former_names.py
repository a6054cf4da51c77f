"""The page of a renamed object names what still points to its former names, whichever channel renamed it."""

from __future__ import annotations

import pytest

from dlfportal.catalogue.selectors import document_of
from dlfportal.catalogue.services import object_delete, object_update
from tests.factories import CdmJobFactory, JobFactory, ScriptFactory, node, operator
from tests.web.pages import address, text_of

STILL = "is gone, and these objects still point to it"


def rename(target, name):
    document = document_of(target.revision) | {"name": name}
    return object_update(actor=operator(), target=target, document=document).object


def test_users_of_a_former_name_are_shown_with_links(client_for, viewer, workspace, other_workspace):
    script = ScriptFactory(workspace=workspace, name="load")
    JobFactory(workspace=workspace, name="daily", nodes=[node("n", scriptName="load")])
    JobFactory(workspace=other_workspace, name="theirs", nodes=[node("n", scriptName="load")])
    rename(script, "load_new")
    page = text_of(client_for(viewer), address(workspace, "scripts/load_new/"), tab="uses")
    assert f"Its former name load {STILL}" in page
    assert f'<a href="/w/{workspace.pk}/jobs/daily/">daily</a>' in page
    assert "theirs" not in page


def test_a_cdm_job_that_moved_names_its_former_cluster(client_for, viewer, workspace):
    copy = CdmJobFactory(workspace=workspace, name="copy", cluster="one")
    JobFactory(
        workspace=workspace, name="daily", nodes=[node("n", "CDMJob", clusterName="one", jobName="copy")]
    )
    object_update(actor=operator(), target=copy, document=document_of(copy.revision), cluster="two")
    page = text_of(client_for(viewer), address(workspace, "cdm-jobs/copy/"), tab="uses")
    assert f"Its former name copy (one) {STILL}" in page


def test_many_users_of_a_former_name_are_all_named_on_demand(client_for, viewer, workspace):
    script = ScriptFactory(workspace=workspace, name="load")
    for number in range(52):
        JobFactory(workspace=workspace, name=f"user_{number:02}", nodes=[node("n", scriptName="load")])
    rename(script, "load_new")
    browser, url = client_for(viewer), address(workspace, "scripts/load_new/")
    cut, whole = text_of(browser, url, tab="uses"), text_of(browser, url, tab="uses", all="1")
    assert ("user_49" in cut, "user_50" in cut) == (True, False)
    assert f'href="{url}?tab=uses&amp;all=1"' in cut
    assert "user_50" in whole and "user_51" in whole


@pytest.mark.parametrize("now", ["taken again", "nothing points to it", "the user is deleted"])
def test_a_former_name_that_misses_nobody_is_not_shown(client_for, viewer, workspace, now):
    script = ScriptFactory(workspace=workspace, name="load")
    if now != "nothing points to it":
        user = JobFactory(workspace=workspace, name="daily", nodes=[node("n", scriptName="load")])
    rename(script, "load_new")
    if now == "taken again":
        ScriptFactory(workspace=workspace, name="load")
    if now == "the user is deleted":
        object_delete(actor=operator(), target=user)
    assert STILL not in text_of(client_for(viewer), address(workspace, "scripts/load_new/"), tab="uses")
