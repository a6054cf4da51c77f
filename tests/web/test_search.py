"""The search over all that one may see, and the palette: names of others' workspaces are in neither."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dlfportal.access.models import Role, Workspace
from tests.factories import CdmJobFactory, JobFactory, MembershipFactory, ScriptFactory, WorkspaceFactory
from tests.queries import assert_same_queries
from tests.web.pages import text_of

SignIn = Callable[[User], Client]


@pytest.fixture
def member(client_for: SignIn, developer: User) -> Client:
    return client_for(developer)


@pytest.fixture
def second(workspace: Workspace, developer: User) -> Workspace:
    found: Workspace = WorkspaceFactory(name="production", project=workspace.project)
    MembershipFactory(user=developer, workspace=found, role=Role.VIEWER)
    return found


def go(client: Client, q: str, at: str = "/", **params: object) -> list[tuple[str, str]]:
    """Return the label and address of each way of the palette."""
    html = text_of(client, "/go/", q=q, at=at, **params)
    return re.findall(r'href="([^"]*)"[^>]*>.*?<span class="go-label">([^<]*)', html)


def test_what_was_found_is_grouped_by_kind_and_names_its_workspace(
    member: Client, workspace: Workspace, second: Workspace, other_workspace: Workspace
) -> None:
    JobFactory(workspace=workspace, name="daily_sales")
    ScriptFactory(workspace=second, name="daily_sales", description="what <b>sales</b> need")
    JobFactory(workspace=other_workspace, name="daily_sales_secret")
    html = text_of(member, "/search/", q="dai sal")
    assert f'href="/w/{workspace.pk}/jobs/daily_sales/"' in html
    assert f'href="/w/{second.pk}/scripts/daily_sales/"' in html
    assert "what &lt;b&gt;sales" in html and "production" in html
    assert "secret" not in html
    assert "2 objects have" in html


def test_a_kind_with_many_hits_has_pages_of_its_own(member: Client, workspace: Workspace) -> None:
    for number in range(60):
        ScriptFactory(workspace=workspace, name=f"load_{number:02}")
    first = member.get("/search/", {"q": "load"})
    (group,) = first.context["page"].groups
    assert (len(group.places), group.total) == (12, "60")
    page = member.get("/search/" + group.url)
    assert len(page.context["page"].groups[0].places) == 50
    rest = member.get("/search/" + page.context["page"].next).context["page"]
    assert [place.hit.name for place in rest.groups[0].places] == [
        f"load_{number}" for number in range(50, 60)
    ]
    assert not rest.next and rest.previous
    assert member.get("/search/" + group.url, {"page": "9x", "q": "load"}).status_code == 200


@pytest.mark.parametrize("text", ["", " ", "%", "\ud800", "x" * 3000, "a b c d e f g h i j", "<script>"])
def test_any_text_has_an_answer(member: Client, workspace: Workspace, text: str) -> None:
    sent = text.encode("utf-8", "surrogatepass")
    for path in ("/search/", "/go/"):
        answer = member.get(path, {"q": sent})
        assert answer.status_code == 200
        assert "<script>x" not in answer.content.decode()


def test_the_palette_leads_to_objects_workspaces_and_pages(
    member: Client, workspace: Workspace, second: Workspace, other_workspace: Workspace
) -> None:
    JobFactory(workspace=workspace, name="日报_销售")
    CdmJobFactory(workspace=second, cluster="c 1", name="copy_sales")
    JobFactory(workspace=other_workspace, name="日报_secret")
    assert [label for _url, label in go(member, "日报")] == ["日报_销售"]
    ((url, _label),) = go(member, "copy sal")
    assert member.get(url).status_code == 200
    assert (f"/w/{second.pk}/", "production") in go(member, "PROD")
    assert ("/access-keys/", "My access keys") in go(member, "my keys")
    at = f"/w/{workspace.pk}/jobs/"
    assert (f"/w/{workspace.pk}/activity/", "Activity") in go(member, "activ", at)


def test_the_palette_offers_what_may_be_done_with_the_object_of_the_page(
    client_for: SignIn, developer: User, viewer: User, workspace: Workspace
) -> None:
    job = JobFactory(workspace=workspace, name="日报 x")
    at = f"/w/{workspace.pk}/jobs/%E6%97%A5%E6%8A%A5%20x/?tab=nodes"
    offered = {label: url for url, label in go(client_for(developer), "", at)}
    assert offered["Export this job"] == f"/w/{workspace.pk}/jobs/%E6%97%A5%E6%8A%A5%20x/export/"
    assert offered["Edit this job"] == f"/admin/catalogue/job/{job.pk}/change/"
    assert "New job" in offered
    seen = {label: url for url, label in go(client_for(viewer), "", at)}
    assert "Export this job" in seen and "Edit this job" not in seen and "New job" not in seen


def test_what_changes_something_is_a_form_and_keeps_the_page(member: Client, workspace: Workspace) -> None:
    at = f"/w/{workspace.pk}/jobs/?q=x"
    html = text_of(member, "/go/", q="switch", at=at)
    assert '<form action="/language/" method="post">' in html
    assert f'name="next" value="{at}"' in html
    assert 'name="next" value="/"' in text_of(member, "/go/", q="switch", at="//elsewhere.example/")


def test_recent_objects_are_those_of_workspaces_one_may_see(
    member: Client, workspace: Workspace, other_workspace: Workspace
) -> None:
    paths = [f"/w/{one.pk}/jobs/nightly/" for one in (workspace, other_workspace)] + ["/admin/", "x", "%00"]
    ways = go(member, "", recent=paths)
    assert [url for url, label in ways if label == "nightly"] == [paths[0]]


def test_the_palette_has_at_most_twenty_ways(member: Client, workspace: Workspace, second: Workspace) -> None:
    for make in (JobFactory, ScriptFactory, CdmJobFactory):
        for number in range(30):
            make(workspace=workspace, name=f"a_{number}")
    assert 0 < len(go(member, "a", f"/w/{workspace.pk}/jobs/")) <= 20
    assert_same_queries(
        lambda: [ScriptFactory(workspace=second, name=f"a_{number}") for number in range(20)],
        lambda: member.get("/go/", {"q": "a"}),
    )
    assert_same_queries(
        lambda: [ScriptFactory(workspace=second, name=f"b_{number}") for number in range(20)],
        lambda: member.get("/search/", {"q": "a"}),
    )
