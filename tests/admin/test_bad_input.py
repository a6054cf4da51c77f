"""Whatever is sent, the admin answers; it never fails."""

from __future__ import annotations

import pytest

from tests.admin.pages import add_url, as_sent, document, list_url, page_form, revision_of, save, told
from tests.factories import CdmJobFactory, JobFactory, ScriptFactory

FOUR_MEGABYTES = 4 * 1024 * 1024


@pytest.mark.parametrize("name", ["a/b", "..", ".", "../../etc/passwd", " ", "x" * 256, "\u202e", "a\tb", ""])
def test_bad_names_are_told_at_the_name(client_for, developer, workspace, name):
    job = JobFactory(workspace=workspace)
    form = save(client_for(developer), job, name=name).context["document_form"]
    assert form.errors["name"]
    assert form["name"].value() == name


@pytest.mark.parametrize("cluster", ["a/b", "..", "", "x" * 300, "a\\b"])
def test_bad_clusters_are_told_at_the_cluster(client_for, developer, workspace, cluster):
    cdm = CdmJobFactory(workspace=workspace)
    assert save(client_for(developer), cdm, cluster=cluster).context["document_form"].errors["cluster"]


@pytest.mark.parametrize("field", ["name", "owner", "json", "reason", "expression", "description"])
def test_null_bytes_are_refused(client_for, developer, workspace, field):
    job = JobFactory(workspace=workspace)
    answer = save(client_for(developer), job, **{field: "a\x00b"})
    assert answer.status_code == 200
    assert answer.context["document_form"].errors
    assert revision_of(job) == 1


def test_script_of_four_megabytes_is_saved(client_for, developer, workspace):
    script = ScriptFactory(workspace=workspace, name="big")
    text = "x" * (FOUR_MEGABYTES - 1) + "\n"
    assert save(client_for(developer), script, content=text.replace("\n", "\r\n")).status_code == 302
    assert document(script)["content"] == text


def test_a_larger_script_is_saved_with_a_warning(client_for, developer, workspace):
    script = ScriptFactory(workspace=workspace, name="big")
    answer = save(client_for(developer), script, content="x" * (FOUR_MEGABYTES + 1))
    assert "4 MB" in told(answer)
    assert len(document(script)["content"]) == FOUR_MEGABYTES + 1


def test_body_over_the_limit_says_so(client_for, developer, workspace):
    script = ScriptFactory(workspace=workspace, name="big")
    client = client_for(developer)
    url = f"/admin/catalogue/script/{script.pk}/change/"
    sent = as_sent(page_form(client, url)) | {"content": "x" * (13 * 1024 * 1024)}
    answer = client.post(url, sent)
    assert answer.status_code == 413
    assert "larger than 12 MB" in answer.content.decode()


@pytest.mark.parametrize("number", ["abc", "0", "-1", "9" * 40, "%00", "1;2", "\u0663", "1_0"])
@pytest.mark.parametrize("page", ["change", "delete", "history"])
def test_wrong_ids_lead_to_the_front_page(client_for, developer, number, page):
    answer = client_for(developer).get(f"/admin/catalogue/job/{number}/{page}/")
    assert answer.status_code == (400 if number == "%00" else 302)


@pytest.mark.parametrize("chosen", ["abc", "9" * 40, "", "\x00", "-1"])
@pytest.mark.parametrize(
    "action", ["delete_selected", "export_selected", "submit_selected", "tag_selected", "nonsense"]
)
def test_wrong_choices_are_refused(client_for, developer, workspace, action, chosen):
    answer = client_for(developer).post(list_url(), {"action": action, "_selected_action": [chosen]})
    assert answer.status_code in (200, 302)


@pytest.mark.parametrize(
    "query",
    [
        "p=x", "p=99999999999999999999", "o=zz", "o=99", "q=%00", "q=%25_%5C", "workspace=%00", "type=%00",
        "owner=%00", "schedule=x", "updated_at__gte=zz", "e=1", "all=1", "id__in=x", "revision__content=1",
        "workspace__memberships__user__password__startswith=a", "_facets=1", "nonsense=1",
    ],
)  # fmt: skip
def test_wrong_list_addresses_never_fail(client_for, developer, workspace, query):
    JobFactory(workspace=workspace)
    assert client_for(developer).get(f"{list_url()}?{query}", follow=True).status_code in (200, 400)


@pytest.mark.parametrize(
    "query", ["user__password__startswith=a", "workspace=%00", "channel=x", "at__gte=zz"]
)
def test_wrong_record_addresses_never_fail(client_for, developer, workspace_admin, workspace, query):
    answer = client_for(workspace_admin).get(f"/admin/audit/auditentry/?{query}", follow=True)
    assert answer.status_code in (200, 400)


def test_empty_post_is_told(client_for, developer, workspace):
    client = client_for(developer)
    assert client.post(add_url(), {}).status_code == 200
    job = JobFactory(workspace=workspace)
    assert client.post(f"/admin/catalogue/job/{job.pk}/change/", {}).status_code == 400


def test_lone_surrogate_in_a_field_is_refused_or_replaced(client_for, developer, workspace):
    job = JobFactory(workspace=workspace)
    client = client_for(developer)
    url = f"/admin/catalogue/job/{job.pk}/change/"
    body = b"expected=1&owner=%ED%A0%80"
    answer = client.generic("POST", url, body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code in (200, 302)
