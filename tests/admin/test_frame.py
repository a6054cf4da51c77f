"""The administration in the frame of every page, and where its buttons lead."""

from __future__ import annotations

import pytest

from dlfportal.links import admin_url
from tests.admin.pages import as_sent, document, page_form, revision_of, save
from tests.factories import CdmJobFactory, JobFactory, ResourceFactory, ScriptFactory, UserFactory

FACTORIES = [JobFactory, ScriptFactory, ResourceFactory, CdmJobFactory]


@pytest.mark.parametrize("factory", FACTORIES)
@pytest.mark.parametrize("page", ["change", "delete"])
def test_pages_of_an_object_have_the_tabs_of_its_workspace(client_for, developer, workspace, factory, page):
    target = factory(workspace=workspace, name="ods_orders")
    text = client_for(developer).get(admin_url(page, target)).content.decode()
    assert f'href="/w/{workspace.pk}/jobs/"' in text
    assert 'aria-current="true"' in text
    assert ">retail<" in text and ">ods_orders<" in text
    assert "nav-sidebar" not in text and "jquery" not in text


def test_a_new_object_has_the_tabs_once_its_workspace_is_chosen(client_for, workspace_admin, workspace):
    client = client_for(workspace_admin)
    text = client.get(f"/admin/catalogue/script/add/?workspace={workspace.pk}").content.decode()
    assert f'href="/w/{workspace.pk}/scripts/"' in text


@pytest.mark.parametrize("factory", FACTORIES)
def test_save_and_cancel_lead_to_the_page_of_the_object(client_for, developer, workspace, factory):
    target = factory(workspace=workspace, name="ods_orders")
    client = client_for(developer)
    page = client.get(admin_url("change", target)).content.decode()
    answer = save(client, target, name="ods_orders_sync")
    assert f'href="{answer.url.replace("ods_orders_sync", "ods_orders")}">Cancel' in page
    assert client.get(answer.url).status_code == 200


def test_a_message_keeps_the_name_as_it_is(client_for, developer, workspace):
    job = JobFactory(workspace=workspace, name="ods_orders_sync")
    client = client_for(developer)
    url = admin_url("change", job)
    sent = as_sent(page_form(client, url)) | {"owner": "li.na", "_continue": "1"}
    page = client.post(url, sent, follow=True).content.decode()
    assert "ods_orders_sync was saved" in page and "Ods_orders_sync" not in page


def test_a_message_of_an_operators_page_keeps_the_name_too(client_for, admin):
    person = UserFactory(username="li.na")
    sent = {"username": "li.na", "first_name": "Na", "is_active": "on"}
    page = client_for(admin).post(f"/admin/auth/user/{person.pk}/change/", sent, follow=True).content.decode()
    assert "li.na" in page and "Li.na" not in page


DESCRIPTIONS = [
    ({"description": "old"}, ("description",)),
    ({"basicConfig": {"jobDescription": "old", "owner": "a"}}, ("basicConfig", "jobDescription")),
    ({"basicConfig": {"jobDescription": "", "owner": "a"}}, ("basicConfig", "jobDescription")),
    ({"description": "", "basicConfig": {"jobDescription": "old"}}, ("basicConfig", "jobDescription")),
    ({"description": "old", "basicConfig": {"jobDescription": "other"}}, ("description",)),
    ({}, ("description",)),
]


@pytest.mark.parametrize(("parts", "place"), DESCRIPTIONS)
def test_the_description_is_the_one_that_is_there(client_for, developer, workspace, parts, place):
    job = JobFactory(workspace=workspace, name="j", **parts)
    wanted = document(job)
    inner = wanted
    for step in place[:-1]:
        inner = inner[step]
    client = client_for(developer)
    assert page_form(client, admin_url("change", job))["description"].value() == inner.get(place[-1], "")
    inner[place[-1]] = "new"
    save(client, job, description="new")
    assert document(job) == wanted
    assert revision_of(job) == 2


def test_a_masked_value_is_said_not_to_be_kept(client_for, developer, workspace):
    masked = {"params": [{"name": "pw", "value": ""}, {"name": "day", "value": "1"}], "maskedParams": ["pw"]}
    text = client_for(developer).get(admin_url("change", JobFactory(workspace=workspace, **masked)))
    assert "the value is not kept" in text.content.decode()
    assert text.context["document_form"].masked == ["$.params[0].value"]
    plain = client_for(developer).get(admin_url("change", JobFactory(workspace=workspace, name="plain")))
    assert "the value is not kept" not in plain.content.decode()


def test_the_errors_of_a_refused_form_are_listed_with_links(client_for, developer, workspace):
    job = JobFactory(workspace=workspace, name="j")
    page = save(
        client_for(developer), job, priority="7", json='{"name": "a/b",\n "nodes": 3}'
    ).content.decode()
    summary = page.split('role="alert"')[1].split("</section>")[0]
    assert 'href="#id_priority">Priority</a>' in summary
    assert 'data-goto-line="1" data-goto-in="id_json">Line 1</a> <code>$.name</code>' in summary
