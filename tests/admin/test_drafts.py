"""What the page says to the browser of drafts: whose they are, of which form and revision, when they end."""

from __future__ import annotations

import pytest

from dlfportal.catalogue.models import CatalogueObject
from dlfportal.links import admin_url
from tests.admin.pages import as_sent, page_form, save
from tests.factories import JobFactory


def test_a_form_names_person_object_and_revision(client_for, developer, workspace):
    job = JobFactory(workspace=workspace)
    page = client_for(developer).get(admin_url("change", job)).content.decode()
    assert f'data-person="{developer.pk}"' in page
    assert f'data-draft="job-{job.pk}" data-draft-base="1"' in page
    assert "data-draft-refused" not in page


def test_a_draft_ends_when_it_is_saved(client_for, developer, workspace):
    job = JobFactory(workspace=workspace)
    client = client_for(developer)
    refused = save(client, job, priority="7")
    assert "draft_saved" not in refused.cookies and "data-draft-refused" in refused.content.decode()
    assert save(client, job, owner="me").cookies["draft_saved"].value == f"job-{job.pk}"


def test_a_draft_of_an_older_revision_goes_on_from_there_through_the_check(client_for, developer, workspace):
    job = JobFactory(workspace=workspace, description="first")
    client = client_for(developer)
    save(client, job, description="second")
    url = admin_url("change", job)
    page = client.get(f"{url}?began=1")
    text = page.content.decode()
    assert 'data-draft-base="1" data-draft-chosen' in text
    assert "The form is filled from revision 1, not from the newest, 2" in text
    sent = as_sent(page.context["document_form"])
    assert sent["description"] == "first"
    assert client.post(url, sent | {"owner": "me"}).context["stale"].newest.number == 2
    assert "data-draft-chosen" not in client.get(f"{url}?began=2").content.decode()


@pytest.mark.parametrize("began", ["0", "9", "x", "9" * 30])
def test_a_revision_that_is_not_there_is_no_beginning(client_for, developer, workspace, began):
    url = admin_url("change", JobFactory(workspace=workspace))
    assert client_for(developer).get(f"{url}?began={began}").status_code == 400


def test_a_new_object_has_a_draft_of_its_own(client_for, developer, workspace):
    client = client_for(developer)
    url = "/admin/catalogue/script/add/"
    assert 'data-draft="script-new" data-draft-base="0"' in client.get(url).content.decode()
    sent = as_sent(page_form(client, url)) | {"workspace": workspace.pk, "name": "s", "content": "select 1"}
    sent["json"] = (
        sent["json"].replace('"name": ""', '"name": "s"').replace('"content": ""', '"content": "select 1"')
    )
    ended = client.post(url, sent).cookies["draft_saved"].value
    assert ended == f"script-{CatalogueObject.objects.get(name='s').pk}.script-new"


def test_the_sign_in_page_names_nobody(client):
    page = client.get("/accounts/login/").content.decode()
    assert "data-person" not in page and "drafts.js" not in page
