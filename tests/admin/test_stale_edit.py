"""Two people at once: nobody's work is overwritten unseen, and nobody's text is lost."""

from __future__ import annotations

from dlfportal.audit.actor import Actor, Channel
from dlfportal.catalogue.services import object_update
from tests.admin.pages import as_sent, document, page_form, revision_of
from tests.factories import JobFactory


def begin(client, job):
    """Open the page, as the first browser does."""
    return as_sent(page_form(client, f"/admin/catalogue/job/{job.pk}/change/"))


def other_saves(job, user, **change):
    job.refresh_from_db()
    object_update(
        actor=Actor(user, Channel.WEB), target=job, document=document(job) | change, reason="meanwhile"
    )


def send(client, job, sent):
    return client.post(f"/admin/catalogue/job/{job.pk}/change/", sent)


def test_stale_edit_writes_nothing_and_shows_who_saved(client_for, developer, workspace_admin, workspace):
    job = JobFactory(workspace=workspace, name="shared")
    client = client_for(developer)
    sent = begin(client, job) | {"owner": "mine"}
    other_saves(job, workspace_admin, logPath="obs://theirs")
    answer = send(client, job, sent)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert answer.context["stale"].number == 2
    assert "workspace_admin saved revision 2" in page
    assert "meanwhile" in page
    assert f"/w/{workspace.pk}/jobs/shared/revisions/2/" in page
    assert answer.context["document_form"]["owner"].value() == "mine"
    assert 'name="replace" value="2"' in page
    assert revision_of(job) == 2


def test_confirmed_replacement_is_saved_as_typed(client_for, developer, workspace_admin, workspace):
    job = JobFactory(workspace=workspace, name="shared")
    client = client_for(developer)
    sent = begin(client, job) | {"description": "mine"}
    other_saves(job, workspace_admin, logPath="obs://theirs")
    answer = send(client, job, sent | {"replace": "2"})
    assert answer.status_code == 302
    assert revision_of(job) == 3
    assert document(job)["description"] == "mine"
    assert "logPath" not in document(job)


def test_replacement_of_one_revision_does_not_cover_the_next(
    client_for, developer, workspace_admin, workspace
):
    job = JobFactory(workspace=workspace, name="shared")
    client = client_for(developer)
    sent = begin(client, job) | {"owner": "mine"}
    other_saves(job, workspace_admin, logPath="obs://one")
    other_saves(job, workspace_admin, logPath="obs://two")
    answer = send(client, job, sent | {"replace": "2"})
    assert answer.context["stale"].number == 3
    assert " checked" not in answer.content.decode().split('name="replace"')[1].split(">")[0]
    assert revision_of(job) == 3


def test_refused_form_keeps_its_beginning(client_for, developer, workspace_admin, workspace):
    job = JobFactory(workspace=workspace, name="shared")
    client = client_for(developer)
    refused = send(client, job, begin(client, job) | {"name": "a/b"})
    other_saves(job, workspace_admin, logPath="obs://theirs")
    again = as_sent(refused.context["document_form"]) | {"name": "shared"}
    assert send(client, job, again).context["stale"].number == 2


def test_object_deleted_meanwhile_is_told(client_for, developer, workspace):
    from dlfportal.catalogue.services import object_delete

    job = JobFactory(workspace=workspace, name="gone")
    client = client_for(developer)
    sent = begin(client, job)
    object_delete(actor=Actor(developer, Channel.WEB), target=job)
    assert send(client, job, sent).status_code == 302


def test_unknown_beginning_is_refused(client_for, developer, workspace):
    job = JobFactory(workspace=workspace, name="shared")
    client = client_for(developer)
    sent = begin(client, job)
    for forged in ("", "99", "-1", "x", "9" * 30):
        assert send(client, job, sent | {"expected": forged}).status_code == 400
