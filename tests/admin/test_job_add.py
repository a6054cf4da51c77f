"""Adding objects of every kind."""

from __future__ import annotations

import json

import pytest

from dlfportal.catalogue.models import CatalogueObject
from dlfportal.formats.kinds import Kind
from tests.admin.pages import add_url, as_sent, document, page_form, told
from tests.factories import JobFactory


def add(client, model="job", **typed):
    return client.post(add_url(model), as_sent(page_form(client, add_url(model))) | typed)


def test_job_is_added_from_fields(client_for, developer, workspace):
    answer = add(client_for(developer), name="fresh", owner="rose")
    assert answer.status_code == 302
    assert "fresh was added" in told(answer)
    job = CatalogueObject.objects.get(workspace=workspace, kind=Kind.JOB, name="fresh")
    assert document(job)["basicConfig"]["owner"] == "rose"
    assert job.created_by == "developer"


def test_job_is_added_from_pasted_json(client_for, developer, workspace):
    pasted = {"processType": "REAL_TIME", "name": "pasted", "nodes": [], "schedule": {"type": "CRON"}}
    add(client_for(developer), json=json.dumps(pasted))
    assert document(CatalogueObject.objects.get(name="pasted")) == pasted


@pytest.mark.parametrize(
    ("model", "typed"),
    [
        ("script", {"name": "s", "content": "SELECT 1;\r\n"}),
        ("resource", {"name": "r", "location": "obs://libs/r.jar"}),
        ("cdmjob", {"name": "c", "cluster": "cdm-1"}),
    ],
)
def test_every_kind_is_added(client_for, developer, workspace, model, typed):
    assert add(client_for(developer), model, **typed).status_code == 302
    assert CatalogueObject.objects.get(name=typed["name"]).workspace == workspace


def test_only_workspaces_one_may_edit_are_offered(client_for, developer, workspace, other_workspace):
    form = page_form(client_for(developer), add_url())
    assert [value for value, _label in form.fields["workspace"].choices] == [workspace.pk]


def test_forged_workspace_is_refused(client_for, developer, workspace, other_workspace):
    answer = add(client_for(developer), name="evil", workspace=other_workspace.pk)
    assert answer.context["document_form"].errors["workspace"]
    assert not CatalogueObject.objects.filter(name="evil").exists()


def test_missing_name_is_told_at_the_name(client_for, developer, workspace):
    form = add(client_for(developer)).context["document_form"]
    assert form.errors["name"]
    assert form.errors_shown[0].path == "$.name"


def test_missing_cluster_is_told_at_the_cluster(client_for, developer, workspace):
    form = add(client_for(developer), "cdmjob", name="c").context["document_form"]
    assert form.errors["cluster"]


def test_duplicate_name_is_refused(client_for, developer, workspace):
    JobFactory(workspace=workspace, name="twice")
    assert add(client_for(developer), name="twice").context["document_form"].errors["name"]


def test_deleted_name_takes_up_its_history(client_for, developer, workspace):
    from dlfportal.catalogue.services import object_delete
    from tests.factories import operator

    job = JobFactory(workspace=workspace, name="again")
    object_delete(actor=operator(), target=job)
    add(client_for(developer), name="again")
    job.refresh_from_db()
    assert job.deleted_at is None
    assert job.revision.number == 2
