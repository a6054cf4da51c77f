"""Copying an object to a new name, and moving it to another folder."""

from __future__ import annotations

import pytest

from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.selectors import document_of, object_get
from dlfportal.catalogue.services import object_update
from dlfportal.formats.kinds import Kind
from tests.factories import CdmJobFactory, JobFactory, ScriptFactory, node, operator
from tests.web.pages import address, text_of


def test_a_copy_has_the_document_and_a_history_of_its_own(client_for, developer, workspace):
    job = JobFactory(workspace=workspace, name="daily", nodes=[node("n", scriptName="load")], directory="/a")
    object_update(actor=operator(), target=job, document=document_of(job.revision) | {"description": "two"})
    client = client_for(developer)
    answer = client.post(address(workspace, "jobs/daily/copy/"), {"name": "daily_2"})
    assert answer["Location"] == address(workspace, "jobs/daily_2/")
    copy, job = (object_get(workspace, Kind.JOB, name) for name in ("daily_2", "daily"))
    assert document_of(copy.revision) == document_of(job.revision) | {"name": "daily_2"}
    assert (copy.revision.number, copy.revision.origin, copy.revision.origin_id) == (1, "copy", str(job.uid))
    assert AuditEntry.objects.get(object_name="daily_2").detail["origin"] == "copy"
    assert "Copied from another object" in text_of(client, answer["Location"], tab="history")


def test_a_cdm_job_is_copied_within_its_cluster(client_for, developer, workspace):
    for cluster in ("one", "two"):
        CdmJobFactory(workspace=workspace, name="copy", cluster=cluster)
    url = address(workspace, "cdm-jobs/copy/copy/?cluster=two")
    answer = client_for(developer).post(url, {"name": "again"})
    assert answer["Location"] == address(workspace, "cdm-jobs/again/?cluster=two")


def test_a_copy_needs_a_name_that_is_free(client_for, developer, workspace):
    ScriptFactory(workspace=workspace, name="load")
    answer = client_for(developer).post(address(workspace, "scripts/load/copy/"), {"name": "load"})
    assert answer.status_code == 400 and "The name load is taken" in answer.content.decode()


@pytest.mark.parametrize(("typed", "kept"), [("/b/c", "/b/c"), ("b//c/", "/b/c"), ("", "/")])
def test_an_object_moves_to_a_folder(client_for, developer, workspace, typed, kept):
    script = ScriptFactory(workspace=workspace, name="load", directory="/a")
    client = client_for(developer)
    assert '<option value="/a">' in text_of(client, address(workspace, "scripts/load/move/"))
    answer = client.post(address(workspace, "scripts/load/move/"), {"directory": typed}, follow=True)
    assert f"load is in the folder {kept} now." in answer.content.decode()
    moved = object_get(workspace, Kind.SCRIPT, "load")
    assert (moved.directory, moved.revision.number) == (kept, 2)
    assert document_of(moved.revision) == document_of(script.revision) | {"directory": kept}


def test_moving_to_where_it_is_makes_no_revision(client_for, developer, workspace):
    ScriptFactory(workspace=workspace, name="load", directory="/a")
    url = address(workspace, "scripts/load/move/")
    assert "already." in client_for(developer).post(url, {"directory": "/a/"}, follow=True).content.decode()
    assert object_get(workspace, Kind.SCRIPT, "load").revision.number == 1


def test_a_folder_that_dlf_would_refuse_is_told(client_for, developer, workspace):
    ScriptFactory(workspace=workspace, name="load")
    url = address(workspace, "scripts/load/move/")
    page = client_for(developer).post(url, {"directory": "/a b!"}, follow=True).content.decode()
    assert "Directory names have 1 to" in page


def test_cdm_jobs_are_in_no_folder(client_for, developer, workspace):
    CdmJobFactory(workspace=workspace, name="copy")
    client = client_for(developer)
    assert client.get(address(workspace, "cdm-jobs/copy/move/")).status_code == 404
    page = text_of(client, address(workspace, "cdm-jobs/copy/"))
    assert "/copy/copy/" in page and "/copy/rename/" in page and "/copy/move/" not in page


def test_who_may_only_look_is_offered_none_of_it(client_for, viewer, workspace):
    ScriptFactory(workspace=workspace, name="load")
    page = text_of(client_for(viewer), address(workspace, "scripts/load/"))
    assert not any(f"/load/{step}/" in page for step in ("rename", "copy", "move"))


@pytest.mark.parametrize("step", ["rename", "copy", "move"])
def test_the_pages_stand_in_the_frame_of_the_workspace(client_for, developer, workspace, step):
    ScriptFactory(workspace=workspace, name="load")
    page = text_of(client_for(developer), address(workspace, f"scripts/load/{step}/"))
    assert f'href="{address(workspace, "scripts/load/")}">load</a>' in page and 'data-place="script"' in page
