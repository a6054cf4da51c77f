"""The activity: acts by day in words, filtered by the address, as files, and only for who may see them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from dlfportal.access.models import Workspace
from dlfportal.access.sessions import password_check
from dlfportal.access.throttle import Visitor
from dlfportal.audit.actions import Action
from dlfportal.audit.actor import Actor, Channel
from dlfportal.audit.models import AuditEntry
from dlfportal.audit.services import audit_record
from dlfportal.catalogue.services import version_submit
from dlfportal.web.pages import activity
from tests.factories import JobFactory, node
from tests.queries import assert_same_queries
from tests.web.pages import address, body_of, text_of

SignIn = Callable[[User], Client]


@pytest.fixture
def member(client_for: SignIn, developer: User) -> Client:
    return client_for(developer)


def act(workspace: Workspace, number: int = 0, **values: Any) -> AuditEntry:
    given = {
        "at": timezone.now() - timedelta(minutes=number),
        "user_name": "dev",
        "channel": "web",
        "action": Action.JOB_UPDATE,
        "kind": "job",
        "object_name": f"job_{number}",
        "detail": {"revision": number},
        "workspace_id": workspace.pk,
        "workspace_name": workspace.name,
    }
    return AuditEntry.objects.create(**{**given, **values})


def lines_on(page: activity.ActivityPage) -> list[activity.Line]:
    return [line for day in page.days for line in day.lines]


def test_a_request_is_one_line_whatever_it_recorded(
    member: Client, workspace: Workspace, developer: User
) -> None:
    dev = Actor(developer, Channel.WEB, "f" * 32)
    job = JobFactory(workspace=workspace, name="nightly", actor=dev)
    version_submit(actor=dev, target=job)
    html = text_of(member, address(workspace, "activity/"))
    assert html.count('<li class="act">') == 1
    assert html.index("created the job") < html.index("as version 1")
    assert "Today" in html
    assert 'title="job.submit"' in html


def test_an_import_is_one_line_and_its_page_lists_the_objects(member: Client, workspace: Workspace) -> None:
    detail = {"source": "odd.zip", "counts": {"new": 150}}
    made = act(workspace, action=Action.IMPORT, kind="", object_name="", detail=detail)
    for number in range(150):
        act(workspace, object_name=f"one_{number:03}", action=Action.JOB_CREATE, part_of=made)
    html = text_of(member, address(workspace, "activity/"))
    assert html.count('<li class="act">') == 1
    assert "imported odd.zip: 150 new" in html
    page = member.get(address(workspace, f"activity/{made.pk}/"))
    first = page.content.decode()
    assert "one_000" in first and "one_099" in first and "one_100" not in first
    rest = text_of(member, address(workspace, f"activity/{made.pk}/") + page.context["page"].next)
    assert "one_149" in rest and "one_099" not in rest


def test_pages_go_on_from_a_place_both_ways(
    member: Client, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(activity, "ACTS_A_PAGE", 3)
    for number in range(8):
        act(workspace, number, request_id="e" * 32 if number in (2, 3) else "")
    url, seen, pages = address(workspace, "activity/"), [], []
    query = ""
    while True:
        page = member.get(url + query).context["page"]
        pages.append([line.entry.object_name for day in page.days for line in day.lines])
        seen += [
            one.entry.object_name for day in page.days for line in day.lines for one in reversed(line.acts)
        ]
        if not page.older:
            break
        query = page.older
    assert seen == [f"job_{number}" for number in range(8)]
    assert pages[1] == ["job_3", "job_4"]  # job_2 and job_3 are one request, which no page cuts in two
    back = member.get(url + page.newer).context["page"]
    assert [line.entry.object_name for line in lines_on(back)] == pages[-2]
    assert not member.get(url).context["page"].newer


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"who": "li.na"}, {"b"}),
        ({"what": "submitted"}, {"c"}),
        ({"what": "exported", "kind": "job"}, set()),
        ({"kind": "script"}, {"b"}),
        ({"object": "c"}, {"c"}),
        ({"via": "api"}, {"a"}),
        ({"from": "2999-01-01"}, set()),
        ({"to": "2001-01-01"}, set()),
        ({"from": "nonsense", "to": "2026-02-30", "what": "x", "kind": "x", "via": "x"}, {"a", "b", "c"}),
    ],
    ids=lambda value: str(sorted(value)),
)
def test_the_address_is_the_filter(
    member: Client, workspace: Workspace, query: dict[str, str], names: set[str]
) -> None:
    act(workspace, object_name="a", channel="api")
    act(workspace, object_name="b", user_name="li.na", action=Action.SCRIPT_UPDATE, kind="script")
    act(workspace, object_name="c", action=Action.JOB_SUBMIT)
    page = member.get(address(workspace, "activity/"), query).context["page"]
    assert {line.entry.object_name for line in lines_on(page)} == names


def test_a_filter_that_finds_little_says_how_far_it_looked(
    member: Client, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dlfportal.audit.acts.LOOKED_AT", 5)
    monkeypatch.setattr("dlfportal.audit.acts.LOOKED_AT_LEAST", 5)
    for number in range(12):
        act(workspace, number, channel="api" if number == 11 else "web")
    url = address(workspace, "activity/")
    first = member.get(url, {"via": "api"})
    assert "Looked through the acts back to" in first.content.decode()
    second = member.get(url + first.context["page"].older)
    assert second.context["page"].query.channel == "api"
    assert "job_11" in second.content.decode()


def test_files_hold_the_filtered_acts_and_no_formula(member: Client, workspace: Workspace) -> None:
    act(workspace, object_name='=cmd|"x"', user_name="@dev", detail={"revision": 3, "reason": "日报"})
    act(workspace, 1, action=Action.JOB_SUBMIT)
    answer = member.get(address(workspace, "activity/acts.csv"), {"what": "changed"})
    assert answer["Content-Disposition"].startswith('attachment; filename="acts.csv"')
    rows = list(csv.DictReader(io.StringIO(body_of(answer).decode("utf-8-sig"))))
    assert [(row["who"], row["object"], row["action"]) for row in rows] == [
        ("'@dev", '\'=cmd|"x"', "job.update")
    ]
    assert json.loads(rows[0]["details"]) == {"revision": 3, "reason": "日报"}
    answer = member.get(address(workspace, "activity/acts.json"))
    told = json.loads(body_of(answer))
    assert [one["action"] for one in told["acts"]] == ["job.update", "job.submit"]
    assert told["more"] is False


def test_an_export_keeps_its_digest_and_what_was_missing(member: Client, workspace: Workspace) -> None:
    JobFactory(workspace=workspace, name="nightly", nodes=[node("a", scriptName="absent")])
    body_of(member.post(address(workspace, "jobs/nightly/export/")))
    html = text_of(member, address(workspace, "activity/"), what="exported")
    assert html.count('<li class="act">') == 1
    assert "1 missing" in html and "digest" in html and "DLF_nightly.zip" in html
    entry = AuditEntry.objects.get(action=Action.EXPORT)
    assert "scripts/absent" in text_of(member, address(workspace, f"activity/{entry.pk}/"))


def test_a_follower_is_told_how_many_acts_are_new(member: Client, workspace: Workspace) -> None:
    act(workspace, 5)
    url = address(workspace, "activity/")
    new = url + member.get(url).context["page"].new_url
    quiet = member.get(new)
    assert quiet.json()["count"] == 0
    assert member.get(new, headers={"If-None-Match": quiet["ETag"]}).status_code == 304
    act(workspace)
    loud = member.get(new, headers={"If-None-Match": quiet["ETag"]})
    assert loud.json() == {"count": 1, "text": "1 new, show"}


def test_a_person_sees_own_workspaces_and_own_sign_ins_and_an_operator_all(
    client_for: SignIn,
    workspace: Workspace,
    other_workspace: Workspace,
    developer: User,
    stranger: User,
    admin: User,
) -> None:
    act(workspace, object_name="ours")
    act(other_workspace, object_name="theirs")
    for name in ("developer", "stranger"):
        password_check(
            visitor=Visitor(Channel.WEB, "192.0.2.7"),
            username=name,
            password="x",
            refusal=Action.SIGN_IN_REFUSE,
        )
    audit_record(actor=Actor(stranger, Channel.WEB), action=Action.SIGN_IN, detail={"address": "192.0.2.99"})
    mine = text_of(client_for(developer), "/activity/")
    assert "ours" in mine and "theirs" not in mine
    assert "A sign-in as" in mine and "192.0.2.99" not in mine and ">stranger<" not in mine
    everything = text_of(client_for(admin), "/activity/")
    assert all(text in everything for text in ("ours", "theirs", "192.0.2.99", ">stranger<"))
    assert "theirs" not in body_of(client_for(developer).get("/activity/acts.json")).decode()


def test_what_is_no_act_of_the_workspace_has_no_page(
    member: Client, workspace: Workspace, other_workspace: Workspace
) -> None:
    part = act(workspace, part_of=act(workspace))
    for pk in (part.pk, act(other_workspace).pk, 10**30):
        assert member.get(address(workspace, f"activity/{pk}/")).status_code == 404


@pytest.mark.parametrize("mark", ["x", "1", "99999999999999999-999999999999999999", "-", "1-1-1", "０-１"])
def test_a_place_that_is_none_is_the_first_page(member: Client, workspace: Workspace, mark: str) -> None:
    act(workspace)
    for place in ("after", "before"):
        assert "job_0" in text_of(member, address(workspace, "activity/"), **{place: mark})


def test_queries_do_not_grow_with_the_acts(member: Client, workspace: Workspace) -> None:
    def more(count: int) -> None:
        for number in range(count):
            act(workspace, number)
            act(workspace, number, action=Action.EXPORT, detail={"export": f"{number:032x}"})

    more(2)
    for url in (address(workspace, "activity/"), "/activity/"):
        assert_same_queries(lambda: more(20), lambda url=url: member.get(url))
