"""The change page itself: every field is on it, nothing inline, buttons lead where they should."""

from __future__ import annotations

import re

import pytest

from dlfportal.adminsite.documents.kind_forms import CdmJobForm, JobForm, ResourceForm, ScriptForm
from dlfportal.links import admin_url
from tests.factories import CdmJobFactory, JobFactory, ResourceFactory, ScriptFactory

KINDS = [
    (JobForm, JobFactory),
    (ScriptForm, ScriptFactory),
    (ResourceForm, ResourceFactory),
    (CdmJobForm, CdmJobFactory),
]


@pytest.mark.parametrize(("form", "factory"), KINDS)
def test_every_field_is_on_the_page(client_for, developer, workspace, form, factory):
    page = client_for(developer).get(admin_url("change", factory(workspace=workspace))).content.decode()
    assert 'name="expected" value="1"' in page
    for name in (*form.paths, "json", "reason"):
        assert page.count(f'name="{name}"') == 1, name
    assert 'name="replace"' not in page


@pytest.mark.parametrize(("form", "factory"), KINDS)
@pytest.mark.parametrize("page", ["change", "delete"])
def test_pages_need_no_inline_script_or_style(client_for, developer, workspace, form, factory, page):
    text = client_for(developer).get(admin_url(page, factory(workspace=workspace))).content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", text)


def test_buttons_lead_to_the_portal(client_for, developer, workspace):
    page = client_for(developer).get(admin_url("change", JobFactory(workspace=workspace, name="j")))
    text = page.content.decode()
    assert f'href="/w/{workspace.pk}/jobs/j/export/"' in text
    assert f'href="/w/{workspace.pk}/jobs/j/"' in text
    assert "Submit revision 1" in text


def test_cdm_page_link_names_its_cluster(client_for, developer, workspace):
    page = client_for(developer).get(admin_url("change", CdmJobFactory(workspace=workspace, name="c")))
    assert f"/w/{workspace.pk}/cdm-jobs/c/?cluster=cdm-1" in page.content.decode()


def test_the_numbers_of_lines_have_room_from_the_start(client_for, developer, workspace):
    client = client_for(developer)
    for lines, digits in ((3, 4), (9_999, 4), (10_000, 5)):
        script = ScriptFactory(workspace=workspace, content="x\n" * (lines - 1))
        page = client.get(admin_url("change", script)).content.decode()
        assert page.split('name="content"')[0].count(f'data-digits="{digits}"') == 1, lines
