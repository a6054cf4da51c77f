"""The history of an object and going back to an older revision."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.admin.pages import document, revision_of, save, told
from tests.factories import JobFactory
from tests.queries import assert_same_queries


@pytest.fixture
def job(workspace, developer, client_for):
    job = JobFactory(workspace=workspace, name="old_name", description="first")
    save(client_for(developer), job, description="second", name="new_name", reason="renamed it")
    return job


def url(job, page):
    return f"/admin/catalogue/job/{job.pk}/{page}/"


def history(client, job):
    """Return the history of an object, where the administration leads to it."""
    answer = client.get(url(job, "history"), follow=True)
    assert answer.redirect_chain == [(f"/w/{job.workspace_id}/jobs/new_name/?tab=history", 302)]
    return answer.content.decode()


def test_history_shows_revisions_record_and_former_name(client_for, developer, workspace, job):
    page = history(client_for(developer), job)
    assert "renamed it" in page
    assert f"/w/{workspace.pk}/jobs/new_name/revisions/1/" in page
    record = page.split('id="record"')[1]
    assert "renamed old_name to" in record and 'title="job.create"' in record
    assert f"/w/{workspace.pk}/activity/?kind=job&amp;object=new_name" in record


def test_the_record_of_an_object_takes_the_same_queries_however_long(client_for, developer, workspace, job):
    client = client_for(developer)
    short = f"/w/{workspace.pk}/jobs/new_name/?tab=history"

    def more():
        for number in range(5):
            save(client, job, owner=f"owner{number}")

    assert_same_queries(more, lambda: client.get(short))


def test_restore_makes_a_new_revision(client_for, developer, job):
    answer = client_for(developer).post(url(job, "restore"), {"number": "1", "expected": "2"})
    assert "as in revision 1 again" in told(answer)
    assert revision_of(job) == 3
    assert document(job)["description"] == "first"
    assert (
        "Restored from revision 1" in client_for(developer).get(answer.url + "?tab=history").content.decode()
    )


def test_what_a_restore_undoes_is_shown_before_it_acts(client_for, developer, job):
    page = client_for(developer).get(url(job, "restore"), {"number": "1"}).content.decode()
    assert "Name new_name → old_name" in page
    assert "<del>second</del>" in page
    assert "<ins>first</ins>" in page
    assert revision_of(job) == 2


def test_stale_restore_is_refused(client_for, developer, job):
    answer = client_for(developer).post(url(job, "restore"), {"number": "1", "expected": "1"})
    assert "saved revision 2" in told(answer)
    assert revision_of(job) == 2


def test_restore_to_a_taken_name_is_refused(client_for, developer, job, workspace):
    JobFactory(workspace=workspace, name="old_name")
    answer = client_for(developer).post(url(job, "restore"), {"number": "1", "expected": "2"})
    assert "taken" in told(answer)


@pytest.mark.parametrize("number", ["", "9", "x", "-1", "9" * 40])
def test_unknown_revision_is_not_found(client_for, developer, job, number):
    answer = client_for(developer).post(url(job, "restore"), {"number": number, "expected": "2"})
    assert answer.status_code == 404
    assert client_for(developer).get(url(job, "restore"), {"number": number}).status_code == 404
    assert revision_of(job) == 2


def test_restore_needs_a_token(developer, job):
    client = Client(enforce_csrf_checks=True)
    client.force_login(developer)
    assert client.post(url(job, "restore"), {"number": "1", "expected": "2"}).status_code == 403
    assert revision_of(job) == 2


def test_deleted_and_created_again_shows_in_the_history(client_for, developer, job):
    from dlfportal.audit.actor import Actor, Channel
    from dlfportal.catalogue.services import object_create, object_delete

    body = document(job)
    actor = Actor(developer, Channel.WEB)
    object_delete(actor=actor, target=job)
    object_create(actor=actor, workspace=job.workspace, kind=job.kind, document=body)
    assert 'title="job.delete"' in history(client_for(developer), job)
