"""Two people at once: nobody's work is overwritten unseen, and nobody's text is lost."""

from __future__ import annotations

import json

from dlfportal.audit.actor import Actor, Channel
from dlfportal.catalogue.services import object_delete, object_update
from tests.admin.pages import as_sent, document, page_form, revision_of
from tests.factories import CdmJobFactory, JobFactory, ScriptFactory


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
    assert answer.context["stale"].newest.number == 2
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
    assert answer.context["stale"].newest.number == 3
    assert " checked" not in answer.content.decode().split('name="replace"')[1].split(">")[0]
    assert revision_of(job) == 3


def test_refused_form_keeps_its_beginning(client_for, developer, workspace_admin, workspace):
    job = JobFactory(workspace=workspace, name="shared")
    client = client_for(developer)
    refused = send(client, job, begin(client, job) | {"name": "a/b"})
    other_saves(job, workspace_admin, logPath="obs://theirs")
    again = as_sent(refused.context["document_form"]) | {"name": "shared"}
    assert send(client, job, again).context["stale"].newest.number == 2


def test_what_was_typed_about_an_object_deleted_meanwhile_makes_it_anew(client_for, developer, workspace):
    job = JobFactory(workspace=workspace, name="gone", description="old")
    client = client_for(developer)
    sent = begin(client, job) | {"description": "typed", "owner": "me"}
    object_delete(actor=Actor(developer, Channel.WEB), target=job)
    page = send(client, job, sent)
    text = page.content.decode()
    assert "gone was deleted after you began." in text
    assert page.context["document_form"]["description"].value() == "typed"
    assert "/admin/catalogue/job/add/?by=" in text
    assert "<del>old</del>" in text and "<ins>typed</ins>" in text
    form = page.context["document_form"]
    answer = client.post("/admin/catalogue/job/add/", as_sent(form) | {"workspace": workspace.pk})
    assert answer.status_code == 302
    job.refresh_from_db()
    assert job.deleted_at is None and revision_of(job) == 2
    assert document(job)["description"] == "typed" and document(job)["basicConfig"]["owner"] == "me"


def test_strangers_are_not_told_of_what_was_deleted(client_for, developer, stranger, workspace):
    job = JobFactory(workspace=workspace, name="gone")
    sent = begin(client_for(developer), job)
    object_delete(actor=Actor(developer, Channel.WEB), target=job)
    assert send(client_for(stranger), job, sent).status_code == 302


def test_unknown_beginning_is_refused(client_for, developer, workspace):
    job = JobFactory(workspace=workspace, name="shared")
    client = client_for(developer)
    sent = begin(client, job)
    for forged in ("", "99", "-1", "x", "9" * 30):
        assert send(client, job, sent | {"expected": forged}).status_code == 400


def test_changes_of_different_places_are_both_saved(client_for, developer, workspace_admin, workspace):
    job = JobFactory(workspace=workspace, name="shared")
    client = client_for(developer)
    sent = begin(client, job) | {"owner": "mine"}
    other_saves(job, workspace_admin, logPath="obs://theirs")
    page = send(client, job, sent)
    assert "both can be kept" in page.content.decode()
    answer = send(client, job, sent | {"merge": "2"})
    assert answer.status_code == 302
    assert revision_of(job) == 3
    assert document(job)["basicConfig"]["owner"] == "mine"
    assert document(job)["logPath"] == "obs://theirs"


def test_a_clash_has_to_be_decided(client_for, developer, workspace_admin, workspace):
    job = JobFactory(workspace=workspace, name="shared", description="before", logPath="obs://old")
    client = client_for(developer)
    sent = begin(client, job) | {"description": "mine", "owner": "me"}
    other_saves(job, workspace_admin, description="theirs", logPath="obs://theirs")
    answer = send(client, job, sent)
    page = answer.content.decode()
    assert "<code>$.description</code>" in page and "$.logPath" not in page.split("</section>")[0]
    assert "<code>before</code>" in page and "<code>mine</code>" in page and "<code>theirs</code>" in page
    undecided = send(client, job, sent | {"merge": "2"})
    assert "Choose mine or theirs" in undecided.content.decode()
    assert revision_of(job) == 2
    send(client, job, sent | choosing(answer, "theirs") | {"merge": "2"})
    assert revision_of(job) == 3
    saved = document(job)
    assert (saved["description"], saved["basicConfig"]["owner"]) == ("theirs", "me")
    assert saved["logPath"] == "obs://theirs"


def choosing(answer, side):
    """Return the choices of the page, all for one side."""
    return {clash.field: side for clash in answer.context["stale"].clashes}


def test_all_three_differences_are_shown_and_the_result_before_it_is_saved(
    client_for, developer, workspace_admin, workspace
):
    job = JobFactory(workspace=workspace, name="shared", description="before")
    client = client_for(developer)
    sent = begin(client, job) | {"description": "mine", "owner": "me"}
    other_saves(job, workspace_admin, description="theirs", logPath="obs://theirs")
    answer = send(client, job, sent)
    page = answer.content.decode()
    theirs, mine, both = page.split('<section class="diff"')[1:]
    assert "<ins>theirs</ins>" in theirs and "<ins>obs://theirs</ins>" in theirs and "mine" not in theirs
    assert "<ins>mine</ins>" in mine and "<ins>me</ins>" in mine and "obs://theirs" not in mine
    assert "<ins>mine</ins>" in both and "<ins>me</ins>" in both
    looked = send(client, job, sent | choosing(answer, "theirs") | {"look": "1"})
    assert looked.status_code == 200 and revision_of(job) == 2
    both = looked.content.decode().split('<section class="diff"')[3]
    assert "<ins>me</ins>" in both and "<ins>mine</ins>" not in both
    assert looked.content.decode().count(" checked") == 1


def test_a_script_that_both_changed_is_merged_line_by_line(client_for, developer, workspace_admin, workspace):
    script = ScriptFactory(workspace=workspace, name="load", content="one\r\ntwo\r\nthree\r\nfour\r\n")
    client = client_for(developer)
    url = f"/admin/catalogue/script/{script.pk}/change/"
    sent = as_sent(page_form(client, url)) | {"content": "ONE\r\ntwo\r\nthree\r\nmine\r\n"}
    other_saves(script, workspace_admin, content="one\r\ntwo\r\nTHREE\r\ntheirs\r\n")
    answer = client.post(url, sent)
    assert [(clash.line, clash.mine) for clash in answer.context["stale"].clashes] == [
        (3, "three\r\nmine\r\n")
    ]
    assert answer.content.decode().count('id="theirs-text-1"') == 1
    assert client.post(url, sent | choosing(answer, "theirs") | {"merge": "2"}).status_code == 302
    assert document(script)["content"] == "ONE\r\ntwo\r\nTHREE\r\ntheirs\r\n"


def test_an_object_renamed_meanwhile_keeps_its_new_name(client_for, developer, workspace_admin, workspace):
    job = JobFactory(workspace=workspace, name="old")
    client = client_for(developer)
    sent = begin(client, job) | {"owner": "mine"}
    other_saves(job, workspace_admin, name="new")
    assert "Edit new" in send(client, job, sent).content.decode()
    assert send(client, job, sent | {"merge": "2"}).url.endswith("/jobs/new/")
    assert (document(job)["name"], document(job)["basicConfig"]["owner"]) == ("new", "mine")


def test_a_choice_is_about_the_values_it_was_made_of(client_for, developer, workspace_admin, workspace):
    job = JobFactory(workspace=workspace, name="shared", description="before")
    client = client_for(developer)
    sent = begin(client, job) | {"description": "mine"}
    other_saves(job, workspace_admin, description="one")
    chosen = choosing(send(client, job, sent), "mine")
    other_saves(job, workspace_admin, description="two")
    answer = send(client, job, sent | chosen | {"merge": "2"})
    assert answer.context["stale"].newest.number == 3
    assert " checked" not in answer.content.decode()
    send(client, job, sent | chosen | {"merge": "3"})
    retyped = send(client, job, sent | choosing(answer, "theirs") | {"description": "other", "merge": "3"})
    assert "Choose mine or theirs" in retyped.content.decode()
    assert revision_of(job) == 3


def test_more_clashes_than_a_page_can_ask_about_are_not_merged(
    client_for, developer, workspace_admin, workspace, monkeypatch
):
    monkeypatch.setattr("dlfportal.adminsite.documents.stale.CLASHES_SHOWN", 1)
    job = JobFactory(workspace=workspace, name="shared", description="before", logPath="obs://a")
    client = client_for(developer)
    sent = begin(client, job)
    typed = json.loads(sent["json"]) | {"description": "mine", "logPath": "obs://mine"}
    sent |= {"json": json.dumps(typed)}
    other_saves(job, workspace_admin, description="theirs", logPath="obs://theirs")
    page = send(client, job, sent | {"merge": "2"}).content.decode()
    assert "too many of the same places" in page and 'name="merge"' not in page
    assert revision_of(job) == 2


def test_what_is_no_document_is_not_merged(client_for, developer, workspace_admin, workspace):
    job = JobFactory(workspace=workspace, name="shared")
    client = client_for(developer)
    sent = begin(client, job) | {"json": "{"}
    other_saves(job, workspace_admin, description="one")
    page = send(client, job, sent | {"merge": "2"})
    assert page.context["stale"].merged is None
    assert 'name="merge"' not in page.content.decode()
    assert revision_of(job) == 2


def test_a_cdm_job_that_both_moved_is_not_merged(client_for, developer, workspace_admin, workspace):
    cdm = CdmJobFactory(workspace=workspace, name="copy", cluster="one")
    client = client_for(developer)
    url = f"/admin/catalogue/cdmjob/{cdm.pk}/change/"
    sent = as_sent(page_form(client, url))
    object_update(
        actor=Actor(workspace_admin, Channel.WEB), target=cdm, document=document(cdm), cluster="two"
    )
    unmoved = client.post(url, sent | {"merge": "2", "reason": "x"})
    assert unmoved.status_code == 302
    both = client.post(url, sent | {"cluster": "three", "merge": "2"})
    assert both.context["stale"].merged is None
    cdm.refresh_from_db()
    assert cdm.cluster == "two"
