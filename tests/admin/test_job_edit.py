"""Changing a job: own fields, JSON, and both at once."""

from __future__ import annotations

import json

from dlfportal.audit.models import AuditEntry
from tests.admin.pages import as_sent, document, page_form, revision_of, save, told
from tests.factories import JobFactory, node


def odd_job(workspace):
    """A job with all that a form could spoil: unknown keys, odd numbers, an older field order."""
    return JobFactory(
        workspace=workspace,
        name="odd",
        zzz={"b": 1.0, "a": [1, "1", None, True]},
        nodes=[node("start"), node("end", after=["start"])],
        schedule={"cron": {"expression": "0 20 1 * * ?", "concurrent": 1}, "type": "CRON"},
        basicConfig={"tags": {}, "owner": "rose", "priority": 1},
        description=" two  spaces ",
    )


def test_save_unchanged_makes_no_revision(client_for, developer, workspace):
    job = odd_job(workspace)
    before = document(job)
    answer = save(client_for(developer), job)
    assert answer.status_code == 302
    assert "Nothing changed" in told(answer)
    assert revision_of(job) == 1
    assert json.dumps(document(job)) == json.dumps(before)


def test_own_field_changes_its_place_only(client_for, developer, workspace):
    job = odd_job(workspace)
    wanted = document(job)
    wanted["basicConfig"]["priority"] = 2
    wanted["schedule"]["cron"]["endTime"] = "2027-01-01T00:00:00+08"
    answer = save(client_for(developer), job, priority="2", end_time="2027-01-01T00:00:00+08")
    assert "revision 2" in told(answer)
    assert json.dumps(document(job)) == json.dumps(wanted)


def test_emptied_choice_leaves_the_document(client_for, developer, workspace):
    job = odd_job(workspace)
    save(client_for(developer), job, priority="", owner="")
    assert document(job)["basicConfig"] == {"tags": {}, "owner": ""}


def test_missing_objects_on_the_way_are_made(client_for, developer, workspace):
    job = JobFactory(workspace=workspace, name="bare")
    save(client_for(developer), job, owner="rose", expression="0 0 1 * * ?")
    assert document(job)["basicConfig"] == {"owner": "rose"}
    assert document(job)["schedule"] == {"type": "EXECUTE_ONCE", "cron": {"expression": "0 0 1 * * ?"}}


def test_json_changes_the_document(client_for, developer, workspace):
    job = odd_job(workspace)
    changed = document(job) | {"logPath": "obs://logs/x"}
    save(client_for(developer), job, json=json.dumps(changed), reason="because")
    assert document(job) == changed
    job.refresh_from_db()
    assert job.revision.reason == "because"
    assert AuditEntry.objects.filter(action="job.update", channel="admin", user=developer).exists()


def test_field_and_json_in_different_places_are_both_saved(client_for, developer, workspace):
    job = odd_job(workspace)
    save(client_for(developer), job, owner="iris", json=json.dumps(document(job) | {"logPath": "obs://x/y"}))
    assert document(job)["basicConfig"]["owner"] == "iris"
    assert document(job)["logPath"] == "obs://x/y"


def test_field_and_json_differently_is_refused_at_the_field(client_for, developer, workspace):
    job = odd_job(workspace)
    changed = document(job)
    changed["basicConfig"]["owner"] = "theirs"
    answer = save(client_for(developer), job, owner="mine", json=json.dumps(changed))
    form = answer.context["document_form"]
    assert "mine" in form.errors["owner"][0]
    assert "theirs" in form.errors["owner"][0]
    assert form["owner"].value() == "mine"
    assert form["json"].value() == json.dumps(changed)
    assert revision_of(job) == 1


def test_field_and_json_alike_is_saved(client_for, developer, workspace):
    job = odd_job(workspace)
    changed = document(job)
    changed["basicConfig"]["owner"] = "same"
    save(client_for(developer), job, owner="same", json=json.dumps(changed))
    assert document(job)["basicConfig"]["owner"] == "same"


def test_value_of_another_kind_is_read_only(client_for, developer, workspace):
    job = JobFactory(workspace=workspace, name="typed", basicConfig={"owner": 5, "priority": "1"})
    client = client_for(developer)
    form = page_form(client, f"/admin/catalogue/job/{job.pk}/change/")
    assert form.fields["owner"].disabled
    assert form.fields["priority"].disabled
    save(client, job, owner="forged", description="new")
    assert document(job)["basicConfig"] == {"owner": 5, "priority": "1"}
    assert document(job)["description"] == "new"


def test_rename_keeps_object_and_history(client_for, developer, workspace):
    job = odd_job(workspace)
    save(client_for(developer), job, name="new_name")
    job.refresh_from_db()
    assert (job.name, revision_of(job)) == ("new_name", 2)
    assert AuditEntry.objects.filter(object_name="new_name", detail__renamed_from="odd").exists()


def test_name_taken_is_an_error_at_the_name(client_for, developer, workspace):
    job = odd_job(workspace)
    JobFactory(workspace=workspace, name="taken")
    answer = save(client_for(developer), job, name="taken")
    assert "taken" in answer.context["document_form"].errors["name"][0]
    assert revision_of(job) == 1


def test_secrets_and_warnings_are_told(client_for, developer, workspace):
    job = odd_job(workspace)
    changed = document(job) | {
        "params": [{"name": "db_pass", "value": "x"}],
        "maskedParams": ["db_pass"],
        "directory": "/with space/",
    }
    text = told(save(client_for(developer), job, json=json.dumps(changed)))
    assert "$.params[0].value" in text
    assert "1 warning" in text
    assert document(job)["params"] == [{"name": "db_pass", "value": ""}]


def test_priority_unknown_to_the_form_is_refused(client_for, developer, workspace):
    answer = save(client_for(developer), odd_job(workspace), priority="7")
    assert answer.context["document_form"].errors["priority"]


def test_continue_leads_back_to_the_page(client_for, developer, workspace):
    job = odd_job(workspace)
    client = client_for(developer)
    url = f"/admin/catalogue/job/{job.pk}/change/"
    answer = client.post(url, as_sent(page_form(client, url)) | {"owner": "x", "_continue": "1"})
    assert answer.url == url


def test_a_move_of_a_cdm_job_to_another_cluster_is_a_revision(client_for, developer, workspace):
    from tests.factories import CdmJobFactory

    cdm = CdmJobFactory(workspace=workspace, name="mysql2hive", cluster="cdm-1")
    answer = save(client_for(developer), cdm, cluster="cdm-2")
    cdm.refresh_from_db()
    assert (cdm.cluster, revision_of(cdm)) == ("cdm-2", 2)
    assert "was saved as revision 2" in told(answer)
    assert AuditEntry.objects.filter(detail__cluster_from="cdm-1").exists()
