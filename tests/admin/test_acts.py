"""The actions of the lists of objects lead to the portal's own pages: one act for each workspace."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.utils import timezone

from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.models import ALIVE, CatalogueObject, Selection, Version
from tests.admin.pages import list_url, told
from tests.factories import CdmJobFactory, JobFactory, ScriptFactory, WorkspaceFactory, node
from tests.queries import assert_same_queries
from tests.web.bulk import act_of, send

OLD = "2020-01-01+00%3A00%3A00%2B00%3A00"


def ask(client, act, ticked, query="", model="job", across=False):
    data = {"action": f"{act}_selected", "_selected_action": [one.pk for one in ticked]}
    return client.post(list_url(model) + query, data | ({"select_across": "1"} if across else {}))


def page_of(client, act, ticked, **options):
    """Return the page that an action leads to."""
    answer = ask(client, act, ticked, **options)
    assert answer.status_code == 302 and "/acts/new/?" in answer["Location"], told(answer)
    return client.get(answer["Location"]).context["page"]


def said(client, answer):
    assert answer.status_code == 302
    return " ".join(map(str, client.get(answer["Location"]).context["messages"]))


def alive():
    return set(CatalogueObject.objects.filter(ALIVE).values_list("name", flat=True))


def names_of(page):
    return sorted(one.name for part in page.chosen.resolved.parts() for one in part)


def test_submitting_is_one_act_with_the_comment_of_each_version(client_for, developer, workspace):
    one, two = JobFactory(workspace=workspace, name="one"), JobFactory(workspace=workspace, name="two")
    JobFactory(workspace=workspace, name="left")
    client = client_for(developer)
    assert "1 was submitted." in said(client, send(client, page_of(client, "submit", [one])))
    page = page_of(client, "submit", [one, two])
    assert (names_of(page), page.look.same) == (["one", "two"], 1)
    assert "1 was submitted. 1 was so already." in said(client, send(client, page, comment="for July"))
    assert list(Version.objects.order_by("pk").values_list("comment", flat=True)) == ["", "for July"]
    acts = AuditEntry.objects.filter(action="objects.submit_many", part_of=None)
    assert [AuditEntry.objects.filter(part_of=act).count() for act in acts] == [1, 1]


def test_deleting_asks_names_users_and_is_one_act(client_for, developer, workspace):
    used, free = (
        ScriptFactory(workspace=workspace, name="used"),
        ScriptFactory(workspace=workspace, name="free"),
    )
    JobFactory(workspace=workspace, name="user_job", nodes=[node("n", scriptName="used")])
    client = client_for(developer)
    page = page_of(client, "delete", [used, free], model="script")
    assert [(line.object.name, [user.name for user, _ in line.users]) for line in page.used] == [
        ("used", ["user_job"])
    ]
    assert alive() == {"used", "free", "user_job"}
    assert "2 were deleted." in said(client, send(client, page))
    assert alive() == {"user_job"}
    assert (
        AuditEntry.objects.filter(part_of=act_of("objects.delete_many"), action="script.delete").count() == 2
    )
    assert used.revisions.exists()


def test_a_set_that_changed_is_asked_about_again(client_for, developer, workspace):
    jobs = [JobFactory(workspace=workspace, name=name) for name in ("one", "two")]
    client = client_for(developer)
    page = page_of(client, "delete", jobs, query="?q=o", across=True)
    JobFactory(workspace=workspace, name="also")
    jobs[1].refresh_from_db()
    JobFactory(workspace=workspace, name="oo")
    assert send(client, page).status_code == 409
    assert alive() == {"one", "two", "also", "oo"}


def test_tags_and_folders_of_what_is_ticked_change(client_for, developer, workspace):
    jobs = [JobFactory(workspace=workspace, name=name) for name in ("one", "two")]
    client = client_for(developer)
    assert "The tags of 2 were changed." in said(client, send(client, page_of(client, "tag", jobs), add="q4"))
    moved = send(client, page_of(client, "move", jobs), directory="/late")
    assert "2 were moved." in said(client, moved)
    assert set(CatalogueObject.objects.values_list("directory", "tags")) == {("/late", "\nq4\n")}


def test_each_kind_has_the_acts_that_are_for_it(client_for, developer, workspace):
    JobFactory(workspace=workspace)
    ScriptFactory(workspace=workspace)
    CdmJobFactory(workspace=workspace)
    client = client_for(developer)
    offered = {
        model: {act for act in ("export", "submit", "tag", "move", "delete") if f'"{act}_selected"' in page}
        for model in ("job", "script", "cdmjob")
        for page in [client.get(list_url(model)).content.decode()]
    }
    assert offered == {
        "job": {"export", "submit", "tag", "move", "delete"},
        "script": {"submit", "move", "delete"},
        "cdmjob": {"submit", "delete"},
    }


def test_cdm_jobs_are_known_by_their_cluster(client_for, developer, workspace):
    one = CdmJobFactory(workspace=workspace, name="copy", cluster="a")
    CdmJobFactory(workspace=workspace, name="copy", cluster="b")
    client = client_for(developer)
    send(client, page_of(client, "delete", [one], model="cdmjob"))
    assert set(CatalogueObject.objects.filter(ALIVE).values_list("cluster", flat=True)) == {"b"}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["ask_one", "ask_two", "owned", "timed"]),
        ("?q=ask", ["ask_one", "ask_two"]),
        ("?q=ask+two", ["ask_two"]),
        ("?q=%22ask_o%22&o=-1&p=1&all=", ["ask_one"]),
        ("?owner=li.na", ["owned"]),
        ("?schedule=CRON", ["timed"]),
        ("?type=REAL_TIME", []),
        ("?updated_at__gte={old}", ["ask_one", "ask_two", "owned", "timed"]),
        ("?updated_at__gte={old}&updated_at__lt={tomorrow}", ["ask_one", "ask_two", "owned", "timed"]),
        ("?updated_at__gte={tomorrow}", []),
        ("?updated_at__lt={old}", []),
        ("?q=a+s+k+t+w+o", ["ask_two"]),
    ],
)
def test_all_that_match_are_those_of_the_list(client_for, developer, workspace, query, found):
    jobs = [JobFactory(workspace=workspace, name=name) for name in ("ask_one", "ask_two")]
    JobFactory(workspace=workspace, name="owned", basicConfig={"owner": "li.na"})
    cron = {"type": "CRON", "cron": {"expression": "0 0 1 * * ?"}}
    JobFactory(workspace=workspace, name="timed", schedule=cron)
    query = query.format(old=OLD, tomorrow=quote(str(timezone.now() + timedelta(days=1))))
    client = client_for(developer)
    if found:
        assert names_of(page_of(client, "submit", jobs[:1], query=query, across=True)) == found
    else:
        assert "Nothing is chosen" in told(ask(client, "submit", jobs[:1], query=query, across=True))


def test_more_than_can_be_named_are_chosen_by_what_narrows_the_list(
    client_for, developer, workspace, monkeypatch
):
    monkeypatch.setattr("dlfportal.adminsite.choices.NAMED_AT_MOST", 2)
    jobs = [JobFactory(workspace=workspace) for _ in range(3)]
    client = client_for(developer)
    assert "At most 2 objects at once" in told(ask(client, "delete", jobs))
    until = f"?updated_at__lt={quote(str(timezone.now()))}"
    assert "At most 2 objects at once" in told(ask(client, "delete", jobs, query=until, across=True))
    assert len(names_of(page_of(client, "delete", jobs, across=True))) == 3
    assert not Version.objects.exists() and len(alive()) == 3


def test_several_workspaces_are_an_act_each(client_for, admin, developer, workspace, other_workspace):
    here = [JobFactory(workspace=workspace, name=name) for name in ("one", "two")]
    there = JobFactory(workspace=other_workspace, name="three")
    client = client_for(admin)
    answer = ask(client, "submit", [*here, there])
    assert answer["Location"].startswith("/admin/catalogue/job/acts/?act=submit&s=")
    shown = client.get(answer["Location"])
    parts = {one.workspace_id: (one.count, url) for one, _name, url in shown.context["parts"]}
    assert {pk: count for pk, (count, _url) in parts.items()} == {workspace.pk: 2, other_workspace.pk: 1}
    for _count, url in parts.values():
        send(client, client.get(url).context["page"])
    acts = AuditEntry.objects.filter(action="objects.submit_many", part_of=None)
    assert {act.workspace_id for act in acts} == {workspace.pk, other_workspace.pk}
    assert Version.objects.count() == 3
    assert client_for(developer).get(answer["Location"]).status_code == 404  # another person's


@pytest.mark.parametrize("query", ["", "?act=submit", "?act=none&s={s}", "?act=submit&s=x"])
def test_wrong_addresses_of_several_workspaces_lead_nowhere(client_for, developer, workspace, query):
    client = client_for(developer)
    ask(client, "submit", [JobFactory(workspace=workspace)])
    query = query.format(s=Selection.objects.get().pk)
    assert client.get(f"/admin/catalogue/job/acts/{query}").status_code == 404


def test_too_many_workspaces_are_refused(client_for, admin, workspace, other_workspace, monkeypatch):
    monkeypatch.setattr("dlfportal.adminsite.choices.WORKSPACES_AT_MOST", 1)
    jobs = [JobFactory(workspace=place) for place in (workspace, other_workspace)]
    client = client_for(admin)
    for across in (False, True):
        assert "at most 1 workspaces" in told(ask(client, "submit", jobs, across=across))


def test_objects_of_others_are_left_alone(client_for, developer, workspace, other_workspace):
    foreign = ScriptFactory(workspace=other_workspace, name="foreign")
    own = ScriptFactory(workspace=workspace, name="own")
    client = client_for(developer)
    assert names_of(page_of(client, "delete", [foreign, own], model="script")) == ["own"]
    assert names_of(page_of(client, "delete", [own], model="script", across=True)) == ["own"]
    assert ask(client, "delete", [foreign], model="script")["Location"] == list_url("script")
    assert not Selection.objects.filter(workspace=other_workspace).exists()


def test_who_chooses_costs_the_same_queries(client_for, admin, workspace):
    jobs = [JobFactory(workspace=workspace)]
    client = client_for(admin)

    def more(count):
        jobs.extend(JobFactory(workspace=workspace) for _ in range(count))

    more(1)
    assert_same_queries(lambda: more(18), lambda: ask(client, "submit", jobs, across=True))


def test_the_page_of_several_workspaces_costs_the_same_queries(client_for, admin, workspace, project):
    client = client_for(admin)
    jobs = [JobFactory(workspace=workspace)]
    urls = []

    def more(count):
        jobs.extend(JobFactory(workspace=WorkspaceFactory(project=project)) for _ in range(count))
        urls.append(ask(client, "submit", jobs)["Location"])

    more(1)
    assert_same_queries(lambda: more(9), lambda: client.get(urls[-1]))
