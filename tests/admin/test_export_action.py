"""The action "Export selected jobs"."""

from __future__ import annotations

import io
import zipfile

from dlfportal.audit.models import AuditEntry
from tests.admin.pages import list_url, told
from tests.factories import JobFactory, ScriptFactory, node


def export(client, *jobs):
    data = {"action": "export_selected", "_selected_action": [job.pk for job in jobs]}
    return client.post(list_url(), data)


def test_chosen_jobs_come_as_a_package(client_for, developer, workspace):
    ScriptFactory(workspace=workspace, name="s")
    one = JobFactory(workspace=workspace, name="one", nodes=[node("n", scriptName="s")])
    two = JobFactory(workspace=workspace, name="two")
    JobFactory(workspace=workspace, name="three")
    answer = export(client_for(developer), one, two)
    assert 'filename="jobs.zip"' in answer["Content-Disposition"]
    names = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))).namelist()
    assert "jobs/one/one.job" in names
    assert "jobs/two/two.job" in names
    assert "three" not in str(names)
    assert AuditEntry.objects.filter(action="package.export", channel="admin").exists()


def test_jobs_of_two_workspaces_are_refused(client_for, admin, workspace, other_workspace):
    jobs = [JobFactory(workspace=place) for place in (workspace, other_workspace)]
    answer = export(client_for(admin), *jobs)
    assert answer.status_code == 302
    assert "one workspace" in told(answer)


def test_foreign_job_is_not_exported(client_for, developer, other_workspace):
    answer = export(client_for(developer), JobFactory(workspace=other_workspace))
    assert answer.status_code == 302
    assert not AuditEntry.objects.filter(action="package.export").exists()


def test_only_jobs_have_the_action(client_for, developer, workspace):
    ScriptFactory(workspace=workspace)
    page = client_for(developer).get(list_url("script")).content.decode()
    assert "export_selected" not in page
