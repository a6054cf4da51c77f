"""Submitting from the page."""

from __future__ import annotations

from dlfportal.catalogue.models import Version
from tests.admin.pages import save, told
from tests.factories import JobFactory


def submit(client, job, **sent):
    return client.post(f"/admin/catalogue/job/{job.pk}/submit/", {"expected": "1"} | sent)


def test_submit_with_comment(client_for, developer, workspace):
    job = JobFactory(workspace=workspace)
    answer = submit(client_for(developer), job, comment="for July")
    assert "version 1" in told(answer)
    version = Version.objects.get(object=job)
    assert (version.comment, version.author_name) == ("for July", "developer")


def test_submit_twice_keeps_the_version(client_for, developer, workspace):
    job = JobFactory(workspace=workspace)
    client = client_for(developer)
    submit(client, job)
    assert "Nothing to submit" in told(submit(client, job))
    assert Version.objects.filter(object=job).count() == 1


def test_long_comment_is_refused(client_for, developer, workspace):
    job = JobFactory(workspace=workspace)
    assert "128" in told(submit(client_for(developer), job, comment="x" * 129))
    assert not Version.objects.filter(object=job).exists()


def test_nul_in_a_comment_is_left_out(client_for, developer, workspace):
    """A form may send it, and PostgreSQL keeps no such text."""
    job = JobFactory(workspace=workspace)
    assert "version 1" in told(submit(client_for(developer), job, comment="for\0 July\0"))
    assert Version.objects.get(object=job).comment == "for July"


def test_stale_submit_is_refused(client_for, developer, workspace):
    job = JobFactory(workspace=workspace)
    client = client_for(developer)
    save(client, job, description="x")
    assert "saved revision 2" in told(submit(client, job))
    assert not Version.objects.filter(object=job).exists()


def test_submit_needs_post(client_for, developer, workspace):
    job = JobFactory(workspace=workspace)
    assert client_for(developer).get(f"/admin/catalogue/job/{job.pk}/submit/").status_code == 405
